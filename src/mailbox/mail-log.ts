import {
  bootId,
  type LoggedSegment,
  type LogPorts,
  openLogFile,
  privateDir,
  readFrom,
  systemDisk,
  systemRandom,
  type Which,
  WriteAheadLog,
} from '../platform/index.ts';
import type { Paths } from '../protocol/index.ts';
import { fileName, type MailName, parseName } from './name.ts';

/** Some thousand messages, read and compared in a moment after a power loss. */
const BYTES = 4 * 1024 * 1024;
/** A longer message is synced by itself: a few of them would fill the log. */
const LONGEST = 64 * 1024;

/** A message that was promised before the power went. */
export interface Logged {
  readonly agent: string;
  readonly name: MailName;
  readonly sealed: Buffer;
}

/**
 * Where a message is safe while its file is not on the disk yet: a write-ahead log of what is put into the mailboxes (`queue/.wal/`). Only new messages
 * stand in it; what becomes of them afterwards is a rename, and the folders are synced for that.
 */
export class MailLog {
  readonly #log: WriteAheadLog;

  /** @param ports what is not to be the system's @param bytes of each of its two files */
  constructor({ queue }: Paths, ports: Partial<LogPorts> = {}, bytes = BYTES) {
    this.#log = new WriteAheadLog({ ...systemPorts(queue, bytes), ...ports }, bytes);
  }

  /** Resolves when it can keep messages, or never will. */
  ready(): Promise<void> {
    return this.#log.ready();
  }

  /** Messages that stand in it and may be missing or torn in the mailboxes: none while the same kernel runs. Throws what the disk says. */
  recover(): Logged[] {
    return promised(this.#log.recover());
  }

  /** Resolves once it outlives a power loss: true. False when it is not kept here, and its file has to be synced. */
  keep(agent: string, name: MailName, sealed: Buffer): Promise<boolean> {
    if (sealed.length > LONGEST) return Promise.resolve(false);
    const line = Buffer.from(`keep ${agent} ${fileName(name)}\n`);
    return this.#log.append(keyOf(agent, name.id), Buffer.concat([line, sealed]));
  }

  /** It was not accepted after all. Only what stands in the log needs it. */
  cancel(agent: string, name: MailName): void {
    void this.#log.append(keyOf(agent, name.id), Buffer.from(`cancel ${agent} ${fileName(name)}\n`));
  }

  /** Resolves when nothing is on its way into it. Never rejects. */
  settled(): Promise<void> {
    return this.#log.settled();
  }

  /** Whether a power loss would bring the message back, were it removed now. It is made not to: ask again later. */
  holds(agent: string, id: string): boolean {
    return this.#log.holds(keyOf(agent, id));
  }

  /** Nothing is written into it any more: what stands in it is still needed. */
  leave(): void {
    this.#log.leave();
  }

  close(): Promise<void> {
    return this.#log.close();
  }
}

const keyOf = (agent: string, id: string): string => `${agent} ${id}`;

function promised(segments: readonly LoggedSegment[]): Logged[] {
  const all = new Map<string, Logged>();
  for (const record of segments.flatMap(({ records }) => records)) {
    const end = record.indexOf('\n');
    const [what, agent = '', file = ''] = record.subarray(0, end).toString('utf8').split(' ');
    const name = parseName('new', file);
    if (name === null) continue;
    if (what === 'cancel') all.delete(keyOf(agent, name.id));
    else all.set(keyOf(agent, name.id), { agent, name, sealed: record.subarray(end + 1) });
  }
  return [...all.values()];
}

function systemPorts(queue: string, bytes: number): LogPorts {
  const folder = `${queue}/.wal`;
  const path = (which: Which): string => `${folder}/${which}`;
  return {
    read: (which, most) => readFrom(path(which), 0, most),
    open: (which) => {
      privateDir(folder);
      return openLogFile(path(which), bytes);
    },
    checkpoint: () => systemDisk().syncAll(queue),
    random: systemRandom,
    boot: bootId(systemRandom),
  };
}
