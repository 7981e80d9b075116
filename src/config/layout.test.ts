import { describe, expect, it } from 'vitest';
import { memoryPorts } from '../../test/support/config-ports.ts';
import { listLayouts, loadLayout } from './index.ts';

const read = (text: string) => loadLayout('/x/mine.yaml', memoryPorts({ '/x/mine.yaml': text }));
const problems = async (text: string): Promise<string[]> => {
  const result = await read(text);
  return result.ok
    ? []
    : result.problems.map((each) => `${each.line}:${each.column} ${each.path}: ${each.message} | ${each.hint}`);
};

describe('a layout', () => {
  it('is read whole', async () => {
    const text = `description: d
min_pane: { width: 30, height: 6 }
root:
  column:
    - size: 60%
      row: [{ pane: agent, weight: 2 }, { agents: grid, columns: 2, most: 4 }, { agents: grid }]
    - { pane: dashboard, size: 12, max: 35% }
`;
    expect(await read(text)).toEqual({
      ok: true,
      file: '/x/mine.yaml',
      layout: {
        name: 'mine',
        description: 'd',
        minPane: { width: 30, height: 6 },
        root: {
          column: [
            {
              size: '60%',
              row: [
                { pane: 'agent', weight: 2 },
                { agents: 'grid', columns: 2, most: 4 },
                { agents: 'grid', columns: 'auto' },
              ],
            },
            { pane: 'dashboard', size: 12, max: '35%' },
          ],
        },
      },
    });
  });

  it.each([
    ['root: { pane: agnet }', '1:15 root.pane: `agnet` is not possible here | did you mean `agent`?'],
    [
      'root: { row: [{ pane: agent }, { pnae: agent }] }',
      '1:34 root.row.1.pnae: unknown key `pnae` | did you mean `pane`?',
    ],
    ['root: { row: [] }', '1:14 root.row: this row is empty'],
    [
      'root: { agents: grid, size: 150% }',
      '1:29 root.size: this must be a number of cells or a share like 30%, not `150%`',
    ],
    ['root: { agents: list }', 'the only arrangement of agents is grid | write agents: grid'],
    ['root: { pane: dashboard }', '1:7 root: there is no place for an agent | add'],
    [
      'root: { row: [{ pane: dashboard }, { pane: dashboard }, { agents: grid }] }',
      'more than one pane for the dashboard',
    ],
    ['root: { pane: agent, row: [{ pane: agent }] }', '`row` and `pane` exclude each other'],
    ['root: { pane: agent, most: 3 }', '1:22 root.most: `most` only goes with `agents: grid`'],
    ['root: { size: 3 }', 'this node is none of row, column, pane and agents'],
    ['name: x', '`root` is missing'],
    ['[]', 'this must be a map, not a list'],
    [`root: { row: [${'{ pane: agent }, '.repeat(600)}] }`, 'a layout has at most 500 nodes'],
    [`root: ${'{ row: ['.repeat(40)}`, 'nested more than 64 deep'],
  ])('%.60s', async (text, expected) => {
    const said = await problems(text);
    expect(said.join('\n')).toContain(expected);
    expect(said).toHaveLength(1);
  });
});

describe('layouts by name', () => {
  const own = 'description: own\nroot: { agents: grid }\n';
  const ports = memoryPorts({
    '/garden/layouts/nine.yaml': own,
    '/garden/layouts/bad.yaml': 'root: 1',
    '/share/layouts/b.yml': own,
  });

  it("the project's own come first", async () => {
    expect(await loadLayout('nine', ports, '/garden')).toMatchObject({ ok: true, file: '/garden/layouts/nine.yaml' });
    expect(await loadLayout('nine', ports)).toMatchObject({ ok: true, file: '/share/layouts/nine.yaml' });
  });

  it('are listed, broken ones apart', async () => {
    const { layouts, problems: broken } = await listLayouts(ports, '/garden');
    expect(layouts.map(({ name, description }) => [name, description])).toEqual([
      ['nine', 'own'],
      ['b', 'own'],
    ]);
    expect(broken).toMatchObject([{ file: '/garden/layouts/bad.yaml', line: 1, column: 7 }]);
  });

  it('an unknown one is a problem', async () => {
    expect(await loadLayout('../../etc/passwd', ports, '/garden')).toMatchObject({ ok: false });
    expect(await loadLayout('nien', ports)).toMatchObject({ problems: [{ hint: 'did you mean `nine`?' }] });
  });
});
