import { describe, expect, it } from 'vitest';
import { imported, leftOf, refusals } from '../../../test/support/imports.ts';
import { canonical, OPTIONS } from './pm2-options.ts';

/** One app with these options, and what its agent is then. */
const app = (options: string, around: Parameters<typeof imported>[2] = {}) =>
  imported('pm2', `module.exports = { apps: [{ name: 'kaede', script: './a.js', ${options} }] };`, around);

describe('options that are taken over', () => {
  const RESTART = { policy: 'always', successCodes: [0] };
  it.each<[option: string, source: string, expected: object]>([
    ['script', '', { command: { kind: 'argv', argv: ['node', './a.js'] } }],
    ['args', 'args: \'x --y "a b"\'', { command: { argv: ['node', './a.js', 'x', '--y', 'a b'] } }],
    ['args', "args: ['a b', 1]", { command: { argv: ['node', './a.js', 'a b', '1'] } }],
    ['exec_interpreter', "interpreter: 'python3'", { command: { argv: ['python3', './a.js'] } }],
    ['exec_interpreter', "interpreter: 'none'", { command: { argv: ['./a.js'] } }],
    ['exec_interpreter', "exec_interpreter: 'bash'", { command: { argv: ['bash', './a.js'] } }],
    ['node_args', "node_args: '--inspect'", { command: { argv: ['node', '--inspect', './a.js'] } }],
    ['node_args', "interpreter_args: ['-r', 'x']", { command: { argv: ['node', '-r', 'x', './a.js'] } }],
    [
      'source_map_support',
      'source_map_support: true',
      { command: { argv: ['node', '--enable-source-maps', './a.js'] } },
    ],
    ['cwd', "cwd: './sub'", { cwd: '/garden/sub' }],
    ['env', "env: { A: 1.10, B: true, C: 'a$b' }", { env: { A: '1.1', B: 'true', C: 'a$b' } }],
    ['port', 'port: 3000', { env: { PORT: '3000' } }],
    ['max_memory_restart', "max_memory_restart: '300M'", { limits: { memory: 300 * 1024 * 1024 } }],
    ['max_memory_restart', 'max_memory_restart: 1000', { limits: { memory: 1000 } }],
    [
      'restart_delay',
      'restart_delay: 4000',
      { restart: { ...RESTART, backoff: { initial: 4000, max: 4000, factor: 1, jitter: 0 } } },
    ],
    [
      'exp_backoff_restart_delay',
      'exp_backoff_restart_delay: 100',
      { restart: { backoff: { initial: 100, max: 15_000, factor: 1.5, resetAfter: 30_000 } } },
    ],
    ['autorestart', 'autorestart: false', { restart: { policy: 'never' } }],
    ['stop_exit_codes', 'stop_exit_codes: [0, 3]', { restart: { policy: 'always', stopCodes: [0, 3] } }],
    ['stop_exit_codes', 'stop_exit_codes: 7', { restart: { policy: 'always', stopCodes: [7] } }],
    ['min_uptime', "min_uptime: '5s'", { restart: { healthyAfter: 5000 } }],
    ['min_uptime', 'min_uptime: 1500', { restart: { healthyAfter: 1500 } }],
    ['max_restarts', 'max_restarts: 10', { restart: { breaker: { exits: 10, within: 660_000 } } }],
    ['max_restarts', 'max_restarts: 0', { restart: { policy: 'never' } }],
    ['cron_restart', "cron_restart: '0 3 * * *'", { restart: { schedule: { cron: '0 3 * * *', zone: null } } }],
    ['watch', 'watch: true', { restart: { watch: { paths: ['/garden'], ignore: ['.*'] } } }],
    ['watch', "watch: ['src', 'b']", { restart: { watch: { paths: ['/garden/src', '/garden/b'] } } }],
    ['watch', "watch: 'src'", { restart: { watch: { paths: ['/garden/src'] } } }],
    ['watch_delay', 'watch: true, watch_delay: 1000', { restart: { watch: { delay: 1000 } } }],
    [
      'ignore_watch',
      "watch: true, ignore_watch: ['logs', '*.tmp']",
      { restart: { watch: { ignore: ['logs', '*.tmp'] } } },
    ],
    ['ignore_watch', "ignore_watch: ['logs']", { restart: { watch: null } }],
    ['uid', "user: 'builder'", { user: 'builder' }],
    ['uid', 'uid: 1000', { user: '1000' }],
    ['gid', "gid: 'staff'", { group: 'staff' }],
    ['kill_timeout', 'kill_timeout: 3000', { stop: { keys: [], keysFor: 0, intFor: 3000, termFor: 0 } }],
    ['exec_mode', "exec_mode: 'fork'", { command: { argv: ['node', './a.js'] } }],
  ])('%s: %s', async (_, source, expected) => {
    const made = await app(source, { files: { '/garden/sub/x': '' } });
    expect(made.agent('kaede')).toMatchObject(expected);
    expect(leftOf(made)).toEqual([]);
  });

  it('instances are replicas, and what they share is told', async () => {
    const made = await app('instances: 3');
    expect(made.spec.agents.map(({ name }) => name)).toEqual(['kaede-1', 'kaede-2', 'kaede-3']);
    expect(leftOf(made)).toEqual(['1 apps.0.instances (kaede)']);
    expect((await app("instances: 'max', exec_mode: 'fork'")).text).toContain('replicas: max');
    expect((await app('instances: -1')).text).toContain('replicas: -1');
    expect((await app('instances: 1')).text).not.toContain('replicas');
  });

  it('instances that are numbered by a variable are agents of their own', async () => {
    const made = await app("instances: 2, increment_var: 'PORT', env: { PORT: 3000, A: 'x' }");
    expect(made.spec.agents.map(({ name, env }) => [name, env])).toEqual([
      ['kaede-1', { PORT: '3000', A: 'x' }],
      ['kaede-2', { PORT: '3001', A: 'x' }],
    ]);
    expect(leftOf(await app("instances: 'max', exec_mode: 'fork', increment_var: 'PORT'"))).toEqual([
      '1 apps.0.increment_var (kaede)',
    ]);
  });

  it('a namespace is a group', async () => {
    const made = await imported(
      'pm2',
      "module.exports = { apps: [{ script: 'a.js', namespace: 'Jobs' }, { script: 'b.js', namespace: 'Jobs' }, { script: 'c.js' }] }",
    );
    expect(made.spec.messages.groups).toEqual({ jobs: ['a', 'b'] });
  });

  it('env_NAME is a profile', async () => {
    const text =
      "module.exports = { apps: [{ script: 'a.js', env: { A: 'x' }, env_production: { A: 'y', KEY: process.env.KEY } }] }";
    const made = await imported('pm2', text);
    expect(made.text).toMatch(
      /profiles:\n {2}production:\n {4}agents:\n {6}a:\n {8}env:\n {10}A: y\n {10}KEY: \$\{KEY:-\}/,
    );
  });

  it('names are made possible, differ, and stay as `display`', async () => {
    const made = await imported(
      'pm2',
      "module.exports = [{ name: 'My API!', script: 'a.js' }, { name: 'my-api', script: 'b.js' }, { name: 'all', script: 'c.js' }, { script: './lib/d.min.js' }]",
    );
    expect(made.spec.agents.map(({ name, display }) => [name, display])).toEqual([
      ['my-api', 'My API!'],
      ['my-api-n2', 'my-api'],
      ['all-n2', 'all'],
      ['d-min', 'd.min'],
    ]);
  });

  it('a script with blanks is for a shell', async () => {
    expect(
      (await imported('pm2', "module.exports = [{ name: 'x', script: 'npm run a && b', args: 'no' }]")).agent('x')
        .command,
    ).toEqual({ kind: 'shell', script: 'npm run a && b' });
  });

  it.each([
    ['./bin/www', '#!/usr/bin/env node\n', ['node', './bin/www']],
    ['./bin/tool', '#!/bin/sh\n', ['./bin/tool']],
    ['./bin/elf', '\x7fELF', ['./bin/elf']],
    ['npm', '', ['npm']],
    ['x.py', '', ['python3', 'x.py']],
    ['x.ts', '', ['bun', 'x.ts']],
  ])('%s is run as PM2 runs it', async (script, text, argv) => {
    const made = await imported('pm2', `module.exports = [{ name: 'x', script: '${script}' }]`, {
      files: { [`/garden/${script.replace('./', '')}`]: text },
    });
    expect(made.agent('x').command).toEqual({ kind: 'argv', argv });
  });

  it.each(['exec', 'cmd', 'command'])('%s is another name of script', async (key) => {
    expect((await imported('pm2', `module.exports = [{ name: 'x', ${key}: 'a.js' }]`)).agent('x').command).toEqual({
      kind: 'argv',
      argv: ['node', 'a.js'],
    });
  });
});

describe('options without a counterpart', () => {
  const VALUES: Readonly<Record<string, string>> = {
    name_prefix: "'x'", filter_env: 'true', install_url: "'x'", out_file: "'x.log'", error_file: "'x.log'", log_file: "'x.log'", merge_logs: 'true',
    disable_logs: 'true', log_type: "'json'", log_date_format: "'YYYY'", time: 'true', pid_file: "'x.pid'", wait_ready: 'true', listen_timeout: '3000',
    kill_retry_time: '100', shutdown_with_message: 'true', cron_restart: "'every day'", autostart: 'false', watch: "['src/*.js']",
    watch_options: '{}', append_env_to_name: 'true', post_update: "['x']", trace: 'true', v8: 'true', event_loop_inspector: 'true',
    deep_monitoring: 'true', io: '{}', instance_var: "'X'", treekill: 'false', uid: "'a b'", gid: '[]',
  }; // biome-ignore format: a list of values
  it.each(Object.entries(VALUES))('%s is told with its place and its agent', async (option, value) => {
    const made = await app(`\n${option}: ${value}`);
    expect(leftOf(made)).toEqual([`2 apps.0.${option} (kaede)`]);
    expect(made.left[0]?.why).not.toBe('');
    expect(made.text).toContain(`# line 2, ${option}: `);
  });

  it.each([
    'vizion: false',
    'force: true',
    'pmx: false',
    'automation: true',
    'disable_trace: true',
    'disable_source_map_support: true',
    'execute_command: true',
    "username: 'x'",
    'windowsHide: true',
    'write: true',
    'watch: false',
    'time: false',
    'autostart: true',
    'treekill: true',
    'wait_ready: false',
    'filter_env: false',
    "cron_restart: '0'",
  ])('%s changes nothing, and not a word is lost about it', async (option) =>
    expect(leftOf(await app(option))).toEqual([]),
  );

  it('what PM2 does not know itself is told', async () => {
    expect(leftOf(await app('max_memory: 1'))).toEqual(['1 apps.0.max_memory (kaede)']);
    expect(
      leftOf(await imported('pm2', "module.exports = { apps: [{ script: 'a.js' }], deploy: {}, other: 1 }")),
    ).toEqual(['1 deploy', '1 other']);
  });

  it('values that are none are told', async () => {
    const made = await app(
      "max_memory_restart: 'much', min_uptime: 'long', kill_timeout: 'x', stop_exit_codes: ['a', 999]",
    );
    expect(leftOf(made)).toEqual([
      '1 apps.0.max_memory_restart (kaede)',
      '1 apps.0.min_uptime (kaede)',
      '1 apps.0.kill_timeout (kaede)',
      '1 apps.0.stop_exit_codes (kaede)',
    ]);
  });

  it('no value of an environment is told', async () => {
    const made = await app("env: { 'A B=hunter2': 'hunter2', C: ['hunter2'], D: 'hunter2\\u0000' }");
    expect(made.left).toHaveLength(3);
    expect(JSON.stringify(made.left)).not.toContain('hunter2');
  });
});

describe('names of options', () => {
  it('of the schema of PM2 7.0.3 are all known, in each way they may be written', () => {
    const schema =
      'script name name_prefix filter_env namespace install_url cwd args exec_interpreter node_args out_file error_file log_file disable_logs log_type log_date_format time env max_memory_restart pid_file restart_delay exp_backoff_restart_delay source_map_support disable_source_map_support wait_ready instances kill_timeout shutdown_with_message listen_timeout cron_restart merge_logs vizion autostart autorestart stop_exit_codes watch_delay watch ignore_watch watch_options min_uptime max_restarts execute_command exec_mode force append_env_to_name post_update trace disable_trace v8 event_loop_inspector deep_monitoring increment_var instance_var pmx automation treekill port username uid gid windowsHide kill_retry_time write io'.split(
        ' ',
      );
    expect(Object.keys(OPTIONS).sort()).toEqual([...schema].sort());
    const camel = (name: string): string => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
    for (const name of schema) expect([canonical(name), canonical(camel(name))]).toEqual([name, name]);
  });

  it.each([
    ['interpreterArgs', 'node_args'],
    ['out', 'out_file'],
    ['output', 'out_file'],
    ['out_log', 'out_file'],
    ['error', 'error_file'],
    ['err', 'error_file'],
    ['errFile', 'error_file'],
    ['log', 'log_file'],
    ['pid', 'pid_file'],
    ['cron', 'cron_restart'],
    ['combine_logs', 'merge_logs'],
    ['user', 'uid'],
    ['appendEnvToName', 'append_env_to_name'],
  ])('%s is %s', (alias, name) => expect(canonical(alias)).toBe(name));
});

describe('files of other kinds', () => {
  it('JSON with comments, YAML, and a package.json', async () => {
    const json = '{ // one\n "apps": [{ "name": "x", "script": "a.js", "pid_file": "y", }] }';
    const made = await imported('pm2', json, { file: '/garden/ecosystem.json' });
    expect(leftOf(made)).toEqual(['2 apps.0.pid_file (x)']);
    expect(
      (await imported('pm2', 'apps:\n  - script: a.js\n    name: x\n', { file: '/garden/process.yml' })).agent('x')
        .command,
    ).toEqual({ kind: 'argv', argv: ['node', 'a.js'] });
    expect(
      (await imported('pm2', '{ "name": "p", "pm2": [{ "script": "a.js" }] }', { file: '/garden/package.json' }))
        .agents,
    ).toEqual(['a']);
  });

  it('a file elsewhere: paths are those of the folder one is in', async () => {
    const made = await imported('pm2', "module.exports = [{ name: 'x', script: 'a.js' }]", {
      to: '/garden/sub',
      files: { '/garden/sub/x': '' },
    });
    expect(made.agent('x').cwd).toBe('/garden');
  });
});

describe('what is no ecosystem file', () => {
  it.each([
    ['module.exports = {};', '1:18 an app has no script that can be read'],
    ['module.exports = { apps: [] };', '1:26 there are no apps in the file'],
    ['module.exports = { apps: [{ name: "x" }] };', '1:27 an app has no script that can be read'],
    ['module.exports = { apps: [{ script: find() }] };', '1:27 an app has no script that can be read'],
    ['module.exports = { apps: [7] };', '1:27 this is no app'],
    ['const a = 1;', '0:0 the file exports nothing'],
    ['module.exports = make();', '1:18 what the file exports is computed when it runs, and it is not run here'],
    ['module.exports = {\n  apps: [{', '2:11 this is not JavaScript as node reads it'],
    ['', '0:0 the file exports nothing'],
  ])('%s', async (text, problem) => expect(await refusals('pm2', text)).toContain(problem));
});
