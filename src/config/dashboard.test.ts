import { describe, expect, it } from 'vitest';
import { loaded, problems, withAgents } from '../../test/support/config-load.ts';
import { planChange } from './index.ts';

const file = (dashboard: string): string => `${withAgents('kaede: { type: worker }')}dashboard: ${dashboard}\n`;
const first = async (dashboard: string): Promise<string> => {
  const [problem] = await problems(file(dashboard));
  return problem === undefined ? '' : `${problem.line}:${problem.column} ${problem.message}; ${problem.hint}`;
};

describe('dashboard', () => {
  it('has a theme and keys, none of which must be given', async () => {
    expect((await loaded(withAgents('kaede: { type: worker }'))).dashboard).toEqual({ theme: 'auto', keys: {} });
    const { dashboard } = await loaded(
      file('{ theme: light, keys: { restart: R, stop: [x, f5], charts: 0, stop-all: [], log: カ } }').replace(
        'log',
        'undo',
      ),
    );
    expect(dashboard).toEqual({
      theme: 'light',
      keys: { restart: ['R'], stop: ['x', 'f5'], charts: ['0'], 'stop-all': [], undo: ['カ'] },
    });
  });

  it.each([
    ['{ theme: drak }', 'did you mean `dark`?'],
    ['{ keys: { restrat: R } }', 'the dashboard has no action `restrat`; did you mean `restart`?'],
    ['{ keys: { zzzzzzzz: R } }', '? in the dashboard shows all of them'],
    ['{ keys: { restart: ctrl-r } }', 'did you mean C-r?'],
    ['{ keys: { restart: ^r } }', 'did you mean C-r?'],
    ['{ keys: { restart: Alt+R } }', 'did you mean M-r?'],
    ['{ keys: { restart: S-r } }', 'did you mean R?'],
    ['{ keys: { restart: Esc } }', 'did you mean escape?'],
    ['{ keys: { restart: Enter } }', 'did you mean enter?'],
    ['{ keys: { restart: C-i } }', 'did you mean tab?'],
    ['{ keys: { restart: entr } }', 'did you mean enter?'],
    ['{ keys: { restart: "" } }', 'this is not the name of a key; write it like'],
    ['{ keys: { restart: [R, 12] } }', 'must be'],
    ['{ keys: { restart: {} } }', 'this must be'],
    ['{ keys: { restart: s } }', '5:31 the key `s` is that of `stop` already on the screen crew; choose another'],
    ['{ keys: { restart: q } }', 'the key `q` is that of `quit` already'],
    ['{ keys: { help: s } }', 'the key `s` is that of `stop` already'],
    ['{ keys: { restart: [R, x], stop: x } }', 'the key `x` is that of `restart` already'],
    ['{ colour: red }', 'unknown key `colour`; keys here: theme, keys'],
  ])('%s is a problem', async (dashboard, said) => {
    expect(await first(dashboard)).toContain(said);
    expect(await problems(file(dashboard))).toHaveLength(1);
  });

  it('two actions may change keys', async () => {
    expect((await loaded(file('{ keys: { restart: s, stop: r } }'))).dashboard.keys).toEqual({
      restart: ['s'],
      stop: ['r'],
    });
    // What it comes with is fine, said or not.
    expect(await problems(file('{ keys: { restart: r, quit: [q, C-c] } }'))).toEqual([]);
  });

  it('is changed while every agent goes on', async () => {
    const before = await loaded(withAgents('kaede: { type: worker }'));
    const plan = planChange(before, await loaded(file('{ theme: light, keys: { restart: R } }')));
    expect(plan).toMatchObject({ layoutChanged: false, fields: ['dashboard.theme', 'dashboard.keys'] });
    expect(plan.agents).toEqual([{ agent: 'kaede', action: 'keep', fields: [] }]);
  });

  it('may differ in a profile', async () => {
    const text = `${file('{ theme: light, keys: { restart: R } }')}profiles: { night: { dashboard: { theme: dark } } }\n`;
    expect((await loaded(text, { profile: 'night' })).dashboard).toEqual({ theme: 'dark', keys: { restart: ['R'] } });
  });
});
