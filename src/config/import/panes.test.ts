import { describe, expect, it } from 'vitest';
import { imported, leftOf, refusals } from '../../../test/support/imports.ts';

const FILES = { '/garden/x/y': '', '/home/hana/site/y': '' };
const SHELL = { kind: 'shell', script: 'exec "${SHELL:-/bin/sh}"' };
const sh = (script: string) => ({ kind: 'shell', script });

describe('tmuxp', () => {
  const window = (lines: string) =>
    imported('tmuxp', `session_name: s\nwindows:\n  - window_name: w\n${lines.replaceAll(/^/gm, '    ')}`, {
      files: FILES,
      env: { DIR: 'x' },
    });

  it.each<[string, object]>([
    ["panes: ['a']", sh('a')],
    ['panes: [{ shell_command: a }]', sh('a')],
    ['panes: [{ shell_command: [a, { cmd: b }] }]', sh('a\nb')],
    ['panes: [a]\nshell_command_before: b', sh('b\na')],
    ['panes: [{ shell_command: a, shell_command_before: [b] }]', sh('b\na')],
    ['panes: [null]', SHELL],
    ['panes: [pane]', SHELL],
    ["panes: [{ shell_command: '' }]", SHELL],
    ['panes:', SHELL],
    ['panes: [{ shell: /usr/bin/top }]', sh('/usr/bin/top')],
    ['panes: [null]\nwindow_shell: /usr/bin/top', sh('/usr/bin/top')],
    ['panes: [source venv]', { kind: 'argv', argv: ['bash', '-c', 'source venv'] }],
    ['panes: [nvm use 20]', { kind: 'argv', argv: ['bash', '-ic', 'nvm use 20'] }],
  ])('%s', async (lines, command) => {
    const made = await window(lines);
    expect(made.agent('w').command).toEqual(command);
    expect(leftOf(made)).toEqual([]);
  });

  it('commands are started again when they fail, shells whenever they end', async () => {
    const made = await window('panes: [a, null]');
    expect([made.agent('w-1').restart.policy, made.agent('w-2').restart.policy]).toEqual(['on-failure', 'always']);
  });

  it('folders and variables come from the session, the window and the pane', async () => {
    const text =
      'session_name: s\nstart_directory: $DIR\nenvironment: { A: 1, B: 2 }\nwindows:\n  - window_name: w\n    environment: { B: 3 }\n    panes: [{ shell_command: a, environment: { C: 4 } }]\n  - window_name: v\n    start_directory: ~/site\n    panes: [a]\n';
    const made = await imported('tmuxp', text, { files: FILES, env: { DIR: 'x' } });
    expect(made.agent('w')).toMatchObject({ cwd: '/garden/x', env: { A: '1', B: '3', C: '4' } });
    expect(made.agent('v')).toMatchObject({ cwd: '/home/hana/site', env: { A: '1', B: '2' } });
  });

  it('what has no counterpart is told', async () => {
    const keys = [
      'before_script',
      'options',
      'global_options',
      'plugins',
      'workspace_builder',
      'workspace_builder_paths',
      'workspace_builder_options',
      'socket_name',
      'socket_path',
      'config',
      'suppress_history',
      'other',
    ];
    const top = await imported('tmuxp', `${keys.map((key) => `${key}: x\n`).join('')}windows: [{ panes: [a] }]`);
    expect(leftOf(top)).toEqual(keys.map((key, index) => `${index + 1} ${key}`));
    const made = await window(
      'window_index: 3\noptions: {}\noptions_after: {}\nfocus: true\nsuppress_history: true\nclear: true\nlayout: c3a5,80x24,0,0\npanes: [{ shell_command: { cmd: a, enter: no-way, sleep_before: 1, sleep_after: 1 }, focus: true, suppress_history: true }]',
    );
    expect(made.left.map(({ option }) => option.split('.').at(-1) ?? '').sort()).toEqual([
      'clear',
      'enter',
      'focus',
      'focus',
      'layout',
      'options',
      'options_after',
      'sleep_after',
      'sleep_before',
      'suppress_history',
      'suppress_history',
      'window_index',
    ]);
    expect(leftOf(await window('panes: [{ shell: python3, shell_command: print(1) }]'))).toHaveLength(1);
  });

  it('JSON, layouts, names that are there twice', async () => {
    expect(
      (
        await imported('tmuxp', '{ "session_name": "my s", "windows": [{ "panes": ["a"] }] }', {
          file: '/garden/w.json',
        })
      ).session,
    ).toBe('my-s');
    expect((await window('layout: main-vertical\npanes: [a, b]')).spec.layout.name).toBe('focus');
    const twice = await imported('tmuxp', 'windows: [{ window_name: w, panes: [a] }, { window_name: w, panes: [b] }]');
    expect(twice.agents).toEqual(['w', 'w-2']);
  });

  it.each([
    ['windows: []', '1:1 there are no windows in the file'],
    ['a: 1', '1:1 there are no windows in the file'],
    ['windows: [a]', '1:11 this is no window'],
  ])('%s', async (text, problem) => expect(await refusals('tmuxp', text)).toContain(problem));
});

describe('tmuxinator', () => {
  const project = (lines: string) => imported('tmuxinator', `name: site\n${lines}`, { files: FILES });

  it.each<[string, string, object]>([
    ['windows: [{ w: a }]', 'w', sh('a')],
    ['windows: [{ w: [a, b] }]', 'w', sh('a\nb')],
    ['windows: [{ w: }]', 'w', SHELL],
    ['windows: [w]', 'w', SHELL],
    ['windows: [{ w: { panes: [a] } }]', 'w', sh('a')],
    ['windows: [{ w: { panes: [{ vim: a }, b] } }]', 'vim', sh('a')],
    ['windows: [{ w: { panes: [[a, b], c] } }]', 'w-1', sh('a\nb')],
    ['windows: [{ w: { panes: } }]', 'w', SHELL],
    ['tabs: [{ w: a }]', 'w', sh('a')],
    ['pre_window: p\nwindows: [{ w: a }]', 'w', sh('p\na')],
    ['pre_tab: [p, q]\nwindows: [{ w: a }]', 'w', sh('p\nq\na')],
    ['windows: [{ w: { pre: [p, q], panes: [a] } }]', 'w', sh('p && q\na')],
    ['rbenv: 3.1\nwindows: [{ w: a }]', 'w', { kind: 'argv', argv: ['bash', '-ic', 'rbenv shell 3.1\na'] }],
    ['rvm: 3.1\nwindows: [{ w: a }]', 'w', { kind: 'argv', argv: ['bash', '-ic', 'rvm use 3.1\na'] }],
  ])('%s', async (lines, name, command) => {
    const made = await project(lines);
    expect(made.agent(name).command).toEqual(command);
    expect(leftOf(made)).toEqual([]);
  });

  it('roots', async () => {
    const made = await project('root: ~/site\nwindows: [{ a: x }, { b: { root: ., panes: [x] } }]');
    expect([made.agent('a').cwd, made.agent('b').cwd, made.session]).toEqual([
      '/home/hana/site',
      '/home/hana/site',
      'site',
    ]);
    expect((await project('project_root: x\nwindows: [{ a: x }]')).agent('a').cwd).toBe('/garden/x');
  });

  it('what has no counterpart is told', async () => {
    const keys = [
      'on_project_start',
      'on_project_first_start',
      'on_project_restart',
      'on_project_exit',
      'on_project_stop',
      'pre',
      'post',
      'socket_name',
      'socket_path',
      'tmux_options',
      'cli_args',
      'tmux_command',
      'startup_window',
      'startup_pane',
      'enable_pane_titles',
      'pane_title_position',
      'pane_title_format',
      'attach',
      'other',
    ];
    expect(leftOf(await project(`${keys.map((key) => `${key}: x\n`).join('')}windows: [{ w: a }]`))).toEqual(
      keys.map((key, index) => `${index + 2} ${key}`),
    );
    expect(
      leftOf(
        await project('windows: [{ w: { synchronize: after, focused_pane: 1, layout: "c3a5,80x24", panes: [a] } }]'),
      ),
    ).toHaveLength(3);
  });

  it('ERB is not run, and told', async () => {
    (globalThis as { harm?: number }).harm = 0;
    const made = await project(
      '# <%= in_a_comment %>\nroot: <%= ENV["HOME"] %>\nwindows:\n  - w: a <%= @settings["port"] %>\n',
    );
    expect(made.left.map(({ line, column }) => [line, column])).toEqual([
      [3, 7],
      [5, 10],
    ]);
    expect(made.agent('w').command).toEqual(sh('a'));
  });
});

describe('a Procfile', () => {
  it('is one agent a line', async () => {
    const made = await imported(
      'procfile',
      '# all\nweb: bundle exec rails s -p $PORT\n\nWorker_1: rake jobs\nnext: node -p ${PORT}\r\n',
    );
    expect(made.spec.agents.map(({ name, display, command, env }) => [name, display, command, env])).toEqual([
      ['web', '', sh('bundle exec rails s -p $PORT'), { PORT: '5000' }],
      ['worker-1', 'Worker_1', sh('rake jobs'), {}],
      ['next', '', sh('node -p ${PORT}'), { PORT: '5200' }],
    ]);
    expect(leftOf(made)).toEqual([]);
  });

  it('the .env beside it is read by every agent, and its port counts', async () => {
    const made = await imported('procfile', 'web: x $PORT\nb: y', {
      files: { '/garden/.env': 'PORT=7000\nKEY=hunter2\n' },
    });
    expect(made.agent('web')).toMatchObject({ envFiles: ['/garden/.env'], env: { PORT: '7000' } });
    expect(made.agent('b')).toMatchObject({ envFiles: ['/garden/.env'], env: {} });
    expect(made.text).not.toContain('hunter2');
    const broken = await imported('procfile', 'web: x', { files: { '/garden/.env': 'what\n' } });
    expect([broken.agent('web').envFiles, leftOf(broken)]).toEqual([[], ['0 ']]);
  });

  it('a release process runs once', async () => {
    const made = await imported('procfile', 'release: a\nweb: b');
    expect([made.agent('release').restart.policy, leftOf(made)]).toEqual(['never', ['1 release (release)']]);
  });

  it('elsewhere it keeps its folder', async () => {
    const made = await imported('procfile', 'web: a', { file: '/garden/x/Procfile' });
    expect(made.agent('web').cwd).toBe('/garden/x');
  });

  it.each([
    ['web', '1:1 this line is no process'],
    ['a: x\na: y', '2:1 this name is there twice'],
    ['', '0:0 there are no processes in the file'],
    ['web:', '1:1 this line is no process'],
  ])('%j', async (text, problem) => expect(await refusals('procfile', text)).toEqual([problem]));
});
