import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { isUp } from '../support/processes.ts';
import { NOTICE, type Sending, test } from '../support/sending.ts';
import { until } from '../support/until.ts';

/** A program that writes down how it was started. */
const recorder = (file: string, end: string): string =>
  `#!/bin/sh\n{ printf '%s\\n' "$@"; cat; env | grep ^ORCHESTRA_ | sort; pwd; } > '${file}'\n${end}\n`;

function program(world: Sending, name: string, text: string): void {
  writeFileSync(join(world.folder, name), text);
  chmodSync(join(world.folder, name), 0o755);
}

describe('the desktop', () => {
  test('is told by notify-send, without markup', async ({ world }) => {
    const seen = join(world.folder, 'seen');
    program(world, 'notify-send', recorder(seen, ''));
    world.env.PATH = `${world.folder}:${world.env.PATH}`;
    expect(await world.send({ kind: 'desktop' })).toEqual({ ok: true, message: 'notify-send took it' });
    expect(readFileSync(seen, 'utf8').split('\n').slice(0, 4)).toEqual([
      '--app-name=orchestra',
      '--urgency=critical',
      '--',
      'garden: kaede: is broken: <!channel> @everyone カエデ',
    ]);
  });

  test('without notify-send says what is missing, and its failure in its own words', async ({ world }) => {
    world.env.PATH = world.folder;
    const none = await world.send({ kind: 'desktop' });
    expect(none).toEqual({
      ok: false,
      message: 'notify-send is not there: apt-get install libnotify-bin',
      again: null,
    });
    program(world, 'notify-send', '#!/bin/sh\necho "no \x1b[31mdisplay" >&2\nexit 1\n');
    expect(await world.send({ kind: 'desktop' })).toEqual({
      ok: false,
      message: 'notify-send ended with 1: no display',
      again: 0,
    });
  });
});

describe('a command', () => {
  test('gets its words, the notice as JSON, and where to find it in its environment', async ({ world }) => {
    const seen = join(world.folder, 'seen');
    program(world, 'notify.sh', recorder(seen, ''));
    const channel = { kind: 'command', argv: ['./notify.sh', 'a b', '$(touch evil)'] } as const;
    expect(await world.send(channel)).toEqual({ ok: true, message: './notify.sh took it' });
    const [first, second, json = '', ...rest] = readFileSync(seen, 'utf8').trim().split('\n');
    expect([first, second]).toEqual(['a b', '$(touch evil)']);
    expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(NOTICE)));
    expect(rest).toEqual([
      'ORCHESTRA_NOTICE_ID=0190',
      'ORCHESTRA_NOTICE_SESSION=garden',
      'ORCHESTRA_NOTICE_SEVERITY=critical',
      'ORCHESTRA_NOTICE_TEST=',
      expect.stringContaining('ORCHESTRA_NOTICE_TEXT=garden: kaede: is broken'),
      expect.stringContaining('ORCHESTRA_NOTICE_TITLE=garden: kaede: is broken'),
      world.folder,
    ]);
    expect(existsSync(join(world.folder, 'evil'))).toBe(false);
  });

  test('that takes too long is ended with all it started', async ({ world }) => {
    const pid = join(world.folder, 'pid');
    program(world, 'notify.sh', `#!/bin/sh\nsleep 1000 &\necho $! > ${pid}\nwait\n`);
    const sent = await world.send({ kind: 'command', argv: ['./notify.sh'] }, 500);
    expect(sent).toEqual({ ok: false, message: './notify.sh took too long and was ended', again: 0 });
    const started = Number(readFileSync(pid, 'utf8'));
    await until(
      'its end',
      () => isUp(started),
      (up) => !up,
    );
  });

  test('that is not there or may not be run is not tried again', async ({ world }) => {
    writeFileSync(join(world.folder, 'plain'), 'x');
    expect(await world.send({ kind: 'command', argv: ['./none'] })).toMatchObject({ again: null });
    expect(await world.send({ kind: 'command', argv: ['./plain'] })).toEqual({
      ok: false,
      message: './plain cannot be started (EACCES)',
      again: null,
    });
  });
});
