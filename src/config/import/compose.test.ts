import { describe, expect, it } from 'vitest';
import { imported, leftOf, refusals } from '../../../test/support/imports.ts';
import { SERVICE_KEYS, SERVICE_READ } from './compose-keys.ts';

type Around = Parameters<typeof imported>[2];
const FILES = { '/garden/api/x': '', '/garden/x/y': '', '/garden/src/sub/x': '', '/garden/web.env': 'A=1\n' };

const service = (lines: string, around: Around = {}) =>
  imported('compose', `services:\n  web:\n    command: [run]\n${lines.replaceAll(/^/gm, '    ')}\n`, {
    files: FILES,
    ...around,
  });
const argv = (...words: string[]) => ({ kind: 'argv', argv: words });

describe('a service that runs here', () => {
  it.each<[string, object]>([
    ['environment: { A: 1, B: "x", C: true }', { env: { A: '1', B: 'x', C: 'true' } }],
    ['environment: [A=1, B=x=y]', { env: { A: '1', B: 'x=y' } }],
    ['environment: { A: , B: "$$x", C: "${D:-e}" }', { env: { A: '${A:-}', B: '$x', C: '${D:-e}' } }],
    ['environment: [A]', { env: { A: '${A:-}' } }],
    ['env_file: web.env', { envFiles: ['/garden/web.env'] }],
    ['env_file: [{ path: web.env, required: false }]', { envFiles: ['/garden/web.env'] }],
    ['', { restart: { policy: 'never' } }],
    ['restart: "no"', { restart: { policy: 'never' } }],
    ['restart: no', { restart: { policy: 'never' } }],
    ['restart: always', { restart: { policy: 'always' } }],
    ['restart: unless-stopped', { restart: { policy: 'always' } }],
    ['restart: on-failure', { restart: { policy: 'on-failure' } }],
    ['restart: on-failure:3', { restart: { policy: 'on-failure', breaker: { exits: 3, within: 3_600_000 } } }],
    ['deploy: { restart_policy: {} }', { restart: { policy: 'always' } }],
    [
      'deploy: { restart_policy: { condition: on-failure, delay: 5s, max_attempts: 3, window: 120s } }',
      {
        restart: {
          policy: 'on-failure',
          backoff: { initial: 5000, max: 5000, factor: 1, jitter: 0 },
          breaker: { exits: 3, within: 600_000 },
          healthyAfter: 120_000,
        },
      },
    ],
    ['deploy: { restart_policy: { condition: none } }', { restart: { policy: 'never' } }],
    ['mem_limit: 512m', { limits: { memory: 512 * 1024 * 1024 } }],
    ['deploy: { resources: { limits: { memory: 1g } } }', { limits: { memory: 1024 ** 3 } }],
    [
      'cpus: 1.5\npids_limit: 100\nulimits: { nofile: 4096 }',
      { limits: { cpu: 1.5, processes: 100, openFiles: 4096 } },
    ],
    [
      'deploy: { resources: { limits: { cpus: "0.5", pids: 3 } } }\nulimits: { nofile: { soft: 64, hard: 128 } }',
      { limits: { cpu: 0.5, processes: 3, openFiles: 64 } },
    ],
    ['pids_limit: -1', { limits: { processes: null } }],
    ['user: builder', { user: 'builder', group: null }],
    ['user: "1000:100"', { user: '1000', group: '100' }],
    [
      'healthcheck: { test: "curl x", interval: 10s, timeout: 5s, retries: 2 }',
      {
        liveness: { kind: 'exec', argv: ['sh', '-c', 'curl x'], interval: 10_000, timeout: 5_000, failures: 2 },
        ready: null,
      },
    ],
    [
      'healthcheck: { test: [CMD, curl, $$x] }',
      { liveness: { argv: ['curl', '$x'], interval: 30_000, timeout: 30_000, failures: 3 } },
    ],
    [
      'healthcheck: { test: [CMD-SHELL, "a || b"], start_period: 1m, start_interval: 2s }',
      {
        liveness: { argv: ['sh', '-c', 'a || b'] },
        ready: { kind: 'exec', argv: ['sh', '-c', 'a || b'], interval: 2_000, timeout: 150_000 },
      },
    ],
    ['healthcheck: { test: [NONE] }', { liveness: null }],
    ['healthcheck: { disable: true, test: a }', { liveness: null }],
    ['stop_grace_period: 1m30s', { stop: { keys: [], keysFor: 0, intFor: 0, termFor: 90_000 } }],
    ['stop_signal: SIGINT', { stop: { keys: [], intFor: 10_000, termFor: 0 } }],
    ['stop_grace_period: 0s', { stop: { keys: [], intFor: 0, termFor: 0 } }],
    ['working_dir: sub', { cwd: '/garden/src/sub' }],
    ['tty: true\nstdin_open: true\ninit: true\nattach: false\nx-mine: 1', {}],
  ])('%s', async (lines, expected) => {
    const files = { ...FILES, '/garden/sub/x': '' };
    const made = await service(lines.replace('working_dir: sub', 'working_dir: ./src/sub'), { files });
    expect(made.agent('web')).toMatchObject({ command: argv('run'), ...expected });
    expect(leftOf(made)).toEqual([]);
  });

  it.each<[string, object]>([
    ['command: a "b c" d', argv('a', 'b c', 'd')],
    ['entrypoint: [x, -y]\n    command: [z]', argv('x', '-y', 'z')],
    ['entrypoint: x -y', argv('x', '-y')],
    ['command: sh -c "echo $$HOME"', argv('sh', '-c', 'echo $HOME')],
    ['command: a --port ${PORT:-3000} $B', { kind: 'shell', script: 'a --port "${PORT:-3000}" "${B}"' }],
  ])('%s', async (lines, command) => {
    expect((await imported('compose', `services:\n  web:\n    ${lines}\n`)).agent('web').command).toEqual(command);
  });

  it('its folder is what is mounted at its working directory, or what it is built of', async () => {
    expect((await service('build: ./api')).agent('web').cwd).toBe('/garden/api');
    expect((await service('build: { context: api }')).agent('web').cwd).toBe('/garden/api');
    expect((await service('working_dir: /app/sub\nvolumes: ["data:/app", "./src:/app:ro"]')).agent('web').cwd).toBe(
      '/garden/src/sub',
    );
    expect(
      (await service('working_dir: /app\nvolumes: [{ type: bind, source: ./src, target: /app }]')).agent('web').cwd,
    ).toBe('/garden/src');
    expect(leftOf(await service('working_dir: /app'))).toEqual(['4 services.web.working_dir (web)']);
  });

  it('replicas', async () => {
    expect((await service('deploy: { replicas: 2 }')).spec.agents.map(({ name }) => name)).toEqual(['web-1', 'web-2']);
    expect((await service('scale: 2')).agents).toEqual(['web']);
    const none = await imported(
      'compose',
      'services: { web: { command: a }, off: { command: b, deploy: { replicas: 0 } } }',
    );
    expect([none.agents, leftOf(none)]).toEqual([['web'], ['1 services.off (off)']]);
  });

  it.each(Object.keys(SERVICE_KEYS).filter((key) => !SERVICE_READ.includes(key)))(
    '%s has no counterpart, and is told',
    async (key) => {
      expect(leftOf(await service(`${key}: x`))).toEqual([`4 services.web.${key} (web)`]);
    },
  );

  it('what is wrong with values is told, and with what no one knows', async () => {
    const made = await service(
      'restart: sometimes\nmem_limit: much\nstop_grace_period: long\nhealthcheck: { test: [a, b] }\nscale: many\nenv_file: [no.env]\nstop_signal: SIGUSR1\nulimits: { nproc: 3 }\nuser: a b\nother: 1\ndeploy: { mode: global, resources: { limits: { cpus: many, pids: x, other: 1 }, reservations: { memory: 1g } }, update_config: {}, rollback_config: {}, placement: {}, labels: {}, endpoint_mode: vip }',
    );
    expect(made.left.map(({ option }) => option.split('.').slice(2).join('.')).sort()).toEqual([
      'deploy.endpoint_mode',
      'deploy.labels',
      'deploy.mode',
      'deploy.placement',
      'deploy.resources.limits.cpus',
      'deploy.resources.limits.other',
      'deploy.resources.limits.pids',
      'deploy.resources.reservations',
      'deploy.rollback_config',
      'deploy.update_config',
      'env_file.0',
      'healthcheck.test',
      'mem_limit',
      'other',
      'restart',
      'scale',
      'stop_grace_period',
      'stop_signal',
      'ulimits.nproc',
      'user',
    ]);
  });
});

describe('a service of an image', () => {
  it.each(['image: postgres', 'image: postgres\n    command: -c x=1', 'build: .'])(
    '%s is run by docker compose',
    async (lines) => {
      const made = await imported(
        'compose',
        `services:\n  db:\n    ${lines}\n    volumes: [a:/b]\n    healthcheck: { test: [CMD, pg_isready] }\n  web: { command: a, depends_on: { db: { condition: service_healthy } } }\n`,
      );
      const docker = ['docker', 'compose', '-f', 'compose.yaml'];
      expect(made.agent('db').command).toEqual(argv(...docker, 'up', '--no-deps', '--exit-code-from', 'db', 'db'));
      expect(made.agent('db').ready).toMatchObject({ argv: [...docker, 'exec', '-T', 'db', 'pg_isready'] });
      expect(made.agent('web').dependsOn).toEqual([{ agent: 'db', condition: 'ready' }]);
      expect(made.left).toHaveLength(1);
    },
  );
});

describe('a file of Compose', () => {
  it('depends_on in each form', async () => {
    const text = (needs: string) =>
      `services:\n  a: { command: x, depends_on: ${needs} }\n  b: { command: x, healthcheck: { test: y } }\n  c: { command: x, profiles: [p] }\n`;
    expect((await imported('compose', text('[b]'))).agent('a').dependsOn).toEqual([
      { agent: 'b', condition: 'started' },
    ]);
    expect((await imported('compose', text('{ b: { condition: service_started } }'))).agent('a').dependsOn).toEqual([
      { agent: 'b', condition: 'started' },
    ]);
    const healthy = await imported('compose', text('{ b: { condition: service_healthy } }'));
    expect([healthy.agent('a').dependsOn, healthy.agent('b').ready?.kind]).toEqual([
      [{ agent: 'b', condition: 'ready' }],
      'exec',
    ]);
    const done = await imported('compose', text('{ b: { condition: service_completed_successfully } }'));
    expect(done.agent('a').dependsOn).toEqual([{ agent: 'b', condition: 'completed_successfully' }]);
    expect(leftOf(await imported('compose', text('{ b: { condition: other } }')))).toEqual([
      '2 services.a.depends_on.b.condition (a)',
    ]);
    expect(leftOf(await imported('compose', text('[nobody]')))).toEqual(['2 services.a.depends_on.0 (a)']);
    expect(leftOf(await imported('compose', text('[c]')))).toEqual(['2 services.a.depends_on.0 (a)']);
  });

  it('profiles are profiles', async () => {
    const made = await imported(
      'compose',
      'services: { a: { command: x }, b: { command: y, profiles: [Debug Mode, ci] } }',
    );
    expect(made.spec.agents.map(({ name }) => name)).toEqual(['a']);
    expect(made.text).toMatch(/profiles:\n {2}debug-mode:\n {4}agents:\n {6}b:\n {8}command: \[ y \]/);
    expect(made.text).toContain('  ci:\n');
  });

  it('anchors and merge keys', async () => {
    const made = await imported(
      'compose',
      'x-a: &a { restart: always, environment: &e { A: 1 } }\nx-b: &b { restart: "no", mem_limit: 1g }\nservices:\n  web: { <<: *a, command: x, environment: { <<: *e, B: 2 } }\n  two: { <<: [*a, *b], command: y }\n',
    );
    expect(made.agent('web')).toMatchObject({ restart: { policy: 'always' }, env: { A: '1', B: '2' } });
    expect(made.agent('two')).toMatchObject({ restart: { policy: 'always' }, limits: { memory: 1024 ** 3 } });
    expect(leftOf(made)).toEqual([]);
  });

  it('secrets of .env stay there', async () => {
    const files = { '/garden/.env': 'PASS=hunter2\nOTHER=hunter3\n' };
    const made = await service('environment: { PASS: "${PASS}", X: "${OTHER}" }', { files });
    expect(made.agent('web')).toMatchObject({ envFiles: ['/garden/.env'], env: { X: '${OTHER:-}' } });
    expect(made.text).not.toContain('hunter');
    expect(leftOf(made)).toEqual(['4 services.web.environment.X']);
  });

  it('the rest of it is told', async () => {
    const made = await imported(
      'compose',
      'name: shop\nversion: "3"\nservices: { a: { command: x } }\nnetworks: {}\nvolumes: {}\nsecrets: {}\nconfigs: {}\nmodels: {}\ninclude: []\nother: 1\n',
    );
    expect([made.session, leftOf(made)]).toEqual([
      'shop',
      ['4 networks', '5 volumes', '6 secrets', '7 configs', '8 models', '9 include', '10 other'],
    ]);
  });

  it('elsewhere it keeps its folder', async () => {
    const made = await imported('compose', 'services: { a: { command: x }, b: { image: y } }', {
      file: '/garden/api/compose.yaml',
      files: FILES,
    });
    expect(made.agent('a').cwd).toBe('/garden/api');
    expect(made.agent('b').command).toMatchObject({
      argv: ['docker', 'compose', '-f', 'api/compose.yaml', 'up', '--no-deps', '--exit-code-from', 'b', 'b'],
    });
  });

  it.each([
    ['a: 1', '1:1 there are no services in the file'],
    ['services: {}', '1:1 there are no services in the file'],
    ['services: { a: 1 }', '1:13 this is no service'],
    ['', '1:1 the file is empty'],
    ['services: { a: { command: !reset x } }', '1:27 tags (!name) are not supported'],
  ])('%s', async (text, problem) => expect(await refusals('compose', text)).toContain(problem));

  it('laughs are refused', async () => {
    const lines = [
      'a0: &a0 [x, x, x, x, x, x, x, x, x, x]',
      ...Array.from({ length: 12 }, (_, n) => `a${n + 1}: &a${n + 1} [${`*a${n}, `.repeat(10)}]`),
    ];
    expect(await refusals('compose', `${lines.join('\n')}\nservices: *a12\n`)).toEqual(
      expect.arrayContaining([expect.stringContaining('aliases (*name) repeat too much')]),
    );
    expect(await refusals('compose', `services: ${'x'.repeat(1_100_000)}`)).toEqual([
      '0:0 the file is larger than 1 MiB',
    ]);
    expect(
      await refusals(
        'compose',
        `services: { ${Array.from({ length: 1_001 }, (_, n) => `s${n}: { command: x }`).join(', ')} }`,
      ),
    ).toEqual(['0:0 there are more agents in it than the 1,000 a session may have']);
  });
});
