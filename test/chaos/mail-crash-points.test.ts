import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { mailProblems, readWitness, recover } from '../support/mail-checker.ts';
import { type Ended, type MailProcesses, processTest as test } from '../support/mail-process.ts';

const CREW = ['a', 'b', 'c'];
/** Far more than the walk has; the enumeration ends by itself where nothing is hit any more. */
const MOST = 60;

/** Runs the walk with a fault at the nth call. strace counts for each thread apart, so all syncs go by one. */
async function walk(mail: MailProcesses, fault: string): Promise<Ended> {
  mail.fresh();
  return mail.start(
    ['walk'],
    ['strace', '-f', '-qq', '-o', '/dev/null', '-e', 'trace=rename,fsync,unlink,pwrite64', '-e', fault],
    1,
  ).ended;
}

/** Everything promised is delivered by the next controller, nothing twice. */
async function checkMail(mail: MailProcesses, where: string): Promise<void> {
  const queue = await recover(mail.paths, CREW);
  try {
    expect(mailProblems(mail.paths, CREW, readWitness(mail.log).lines), where).toEqual([]);
    // What may have been handed over is dead as ambiguous, for a person to decide.
    for (const agent of CREW)
      for (const { state } of queue.inFlight(agent)) expect(state, where).not.toBe('delivering');
  } finally {
    await queue.close();
  }
}

describe('enqueue, fan-out, intake, claim and acknowledgement', () => {
  for (const call of ['rename', 'fsync', 'unlink', 'pwrite64']) {
    test(`killed at each ${call}: nothing promised is lost, nothing is handed over twice`, async ({ mail }) => {
      let hit = 0;
      for (let n = 1; n <= MOST; n++) {
        const { signal, code, stderr } = await walk(mail, `inject=${call}:signal=KILL:when=${n}`);
        const killed = signal === 'SIGKILL' || code === 137;
        await checkMail(mail, `${call} ${n}`);
        if (!killed) {
          expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
          break;
        }
        hit++;
      }
      expect(hit).toBeGreaterThanOrEqual({ rename: 10, fsync: 8, unlink: 2, pwrite64: 3 }[call] ?? 0);
      expect(hit).toBeLessThan(MOST);
    });
  }

  for (const [call, error] of [
    ['rename', 'ENOSPC'],
    ['fsync', 'EIO'],
    ['pwrite64', 'EIO'],
  ] as const) {
    test(`with ${error} at each ${call}: a sender is told, and what was promised is there`, async ({ mail }) => {
      for (let n = 1; n <= MOST; n++) {
        const { code, stderr } = await walk(mail, `inject=${call}:error=${error}:when=${n}`);
        expect({ code, stderr }, `${call} ${n}`).toEqual({ code: 0, stderr: '' });
        const witnessed = readWitness(mail.log).lines;
        await checkMail(mail, `${call} ${n}`);
        for (const line of witnessed)
          if (line.kind === 'refused') expect(filesOf(mail, line.id), `${line.id} was refused`).toEqual([]);
        if (!witnessed.some(({ kind }) => kind === 'refused' || kind === 'trouble') && n > 15) break;
      }
    });
  }

  test('a promise is made once the message is in the log and its file has its name, and an agent gets its message after the sync of its folder', async ({
    mail,
  }) => {
    const trace = `${mail.folder}/trace`;
    const argv = [
      'strace',
      '-f',
      '-y',
      '-qq',
      '-s',
      '200',
      '-o',
      trace,
      '-e',
      'trace=rename,fsync,write,pwrite64,openat',
    ];
    expect((await mail.start(['walk'], argv, 1).ended).code).toBe(0);
    const calls = readFileSync(trace, 'utf8').split('\n');
    const at = (shape: RegExp, after = 0): number => {
      const found = calls.findIndex((line, index) => index >= after && shape.test(line));
      expect(found, String(shape)).toBeGreaterThanOrEqual(0);
      return found;
    };
    const opened = at(/openat\(.*queue\/\.wal\/0", O_RDWR\|.*O_DSYNC.* = \d+/);
    const made = at(/rename\(".*queue\/\.wal\/0\.tmp", /);
    for (const folder of ['\\.wal', 'queue']) at(new RegExp(`fsync\\(\\d+<[^>]*${folder}>\\) += 0`), made);
    expect(
      calls.slice(made, opened).filter((line) => /fsync\(\d+<[^>]*(\.wal|queue)>\) += 0/.test(line)).length,
    ).toBeGreaterThanOrEqual(2);
    // Whether the file or the record is first is for the disk to say.
    const logged = at(/pwrite64\(\d+<.*queue\/\.wal\/0>, "orchestra-wal 1/, opened);
    const renamed = at(/rename\(".*queue\/a\/tmp\/.*0001\.a0", .*queue\/a\/new\//, opened);
    const written = at(/pwrite64.* = \d+$/, logged);
    const promised = at(/write\(.*promised/, Math.max(renamed, written));
    const claimed = at(/rename\(".*queue\/a\/new\/.*delivering"\)/, promised);
    const folder = at(/fsync\(\d+<.*queue\/a\/cur>\) += 0/, claimed);
    const handed = at(/write\(.*handed/, folder);
    const acked = at(/rename\(".*acked"\)/, handed);
    at(/write\(.*\\"acked\\"/, at(/fsync\(\d+<.*queue\/a\/done>\) += 0/, acked));
    expect(calls.slice(0, Math.max(renamed, written)).some((line) => line.includes('promised'))).toBe(false);
    expect(calls.slice(0, folder).some((line) => line.includes('handed'))).toBe(false);
  });
});

function filesOf(mail: MailProcesses, id: string): string[] {
  const store = CREW.flatMap((agent) =>
    ['new', 'cur', 'done', 'dead'].flatMap((box) => listed(`${mail.paths.mailbox(agent)}/${box}`)),
  );
  return store.filter((file) => file.includes(id));
}

const listed = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : []);
