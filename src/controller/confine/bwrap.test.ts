import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AGENT_FILES, HIDDEN, SANDBOXES, type SandboxLevel } from '../../protocol/index.ts';
import { bwrapArgv, type SandboxPlace } from './bwrap.ts';
import { refusalOf } from './refusal.ts';

const name = fc.stringMatching(/^[a-z][a-z .-]{0,8}$/);
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => `/${parts.join('/')}`);
const LEVELS = Object.keys(SANDBOXES) as Exclude<SandboxLevel, 'none'>[];

const place: fc.Arbitrary<SandboxPlace> = fc
  .record({
    level: fc.constantFrom(...LEVELS),
    project: path,
    cwd: path,
    home: path,
    type: fc.constantFrom(...Object.keys(AGENT_FILES), 'command', 'worker', 'mine'),
    programs: fc.array(path, { maxLength: 2 }),
    guarded: fc.array(path, { maxLength: 2 }),
    mailbox: fc.option(path),
    there: fc.subarray([...HIDDEN]),
  })
  .map(({ there, ...given }) => ({
    ...given,
    bwrap: '/usr/bin/bwrap',
    root: `${given.project}/.orchestra`,
    door: `${given.project}/.orchestra/run/doors/kaede`,
    exists: (each) => there.includes(each),
  }));

/** What stands where inside, by the last word about each path. */
function mounts(argv: readonly string[]): { readonly kind: string; readonly from: string; readonly to: string }[] {
  const found = [];
  for (let at = 0; at < argv.length; at++) {
    const kind = argv[at] ?? '';
    if (/^--(ro-)?bind(-try)?$/.test(kind)) found.push({ kind, from: argv[at + 1] ?? '', to: argv[at + 2] ?? '' });
    if (/^--(tmpfs|dev|proc)$/.test(kind)) found.push({ kind, from: '', to: argv[at + 1] ?? '' });
  }
  return found;
}

describe('a sandbox', () => {
  it('makes no path of this machine writable but those its level names', () =>
    fc.assert(
      fc.property(place, (given) => {
        const rules = SANDBOXES[given.level];
        const { folders = [], files = [] } = AGENT_FILES[given.type] ?? {};
        const allowed = new Set([
          ...(rules.workspace === 'writable' ? [given.cwd] : []),
          ...(rules.agentFiles === 'writable' ? [...folders, ...files].map((each) => `${given.home}/${each}`) : []),
          `${given.door}/status`,
          `${given.door}/intake`,
        ]);
        const argv = bwrapArgv(given);
        const all = mounts(argv);
        expect(all[0]).toEqual({ kind: '--ro-bind', from: '/', to: '/' });
        for (const { kind, from, to } of all) {
          if (kind.includes('bind')) expect(to).toBe(from);
          if (kind === '--bind' || kind === '--bind-try') expect(allowed).toContain(to);
        }
        expect(argv.includes('--unshare-net')).toBe(!rules.network);
        for (const word of ['--unshare-user', '--unshare-pid', '--unshare-ipc', '--die-with-parent', '--cap-drop'])
          expect(argv).toContain(word);
      }),
    ));

  it('hides what lies in .orchestra, and guards its file, after all that could show them', () =>
    fc.assert(
      fc.property(place, (given) => {
        const all = mounts(bwrapArgv(given));
        const at = (test: (mount: (typeof all)[number]) => boolean): number => all.findLastIndex(test);
        const hidden = at(({ kind, to }) => kind === '--tmpfs' && to === given.root);
        expect(hidden).toBeGreaterThan(
          at(({ to }) => to === given.cwd && to !== given.root && to !== given.mailbox && !given.guarded.includes(to)),
        );
        const shown = all.slice(hidden + 1).map(({ to }) => to);
        const its = [given.door, `${given.door}/status`, `${given.door}/intake`];
        expect(shown).toEqual([...(given.mailbox === null ? [] : [given.mailbox]), ...its, ...given.guarded]);
        for (const file of given.guarded) expect(all.findLast(({ to }) => to === file)?.kind).toBe('--ro-bind-try');
      }),
    ));
});

describe('why there is none', () => {
  it('cites what was said, and tells what to do only where that helps', () => {
    const said = 'bwrap: No permissions to create new namespace\nmore';
    expect(refusalOf({ kind: 'refused', said, timedOut: false })).toMatch(/\(bwrap: No permissions .*\); allow user/);
    expect(refusalOf({ kind: 'refused', said: "bwrap: Can't find source path /x", timedOut: false })).toBe(
      "its sandbox was refused (bwrap: Can't find source path /x)",
    );
    expect(refusalOf({ kind: 'refused', said: '\u001b[31mx', timedOut: false })).not.toContain('\u001b');
    expect(refusalOf({ kind: 'refused', said: '', timedOut: true })).toContain('did not end');
    expect(refusalOf({ kind: 'missing', root: false })).toContain('sudo apt-get install -y bubblewrap');
  });
});
