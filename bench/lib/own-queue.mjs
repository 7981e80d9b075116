import { randomBytes } from 'node:crypto';

const built = (room) => import(new URL(`../../dist/${room}/index.js`, import.meta.url).href);

/** The queue of a controller without the controller: one agent that reads its mail itself, everybody may write to it. */
export class OwnQueue {
  #queue;

  constructor(queue, mailbox) {
    this.#queue = queue;
    this.mailbox = mailbox;
  }

  static async open(dir) {
    const [{ MailQueue }, { MailLog, MailStore }, platform, protocol] = await Promise.all(
      ['queue', 'mailbox', 'platform', 'protocol'].map(built),
    );
    const paths = protocol.pathsOf(dir);
    const log = new MailLog(paths);
    const queue = new MailQueue({
      store: new MailStore(paths, platform.systemDisk(), log),
      clock: platform.systemClock,
      random: randomBytes,
      emit: () => {},
      degraded: (what, message) => {
        if (message !== null) throw new Error(`${what}: ${message}`);
      },
      turn: platform.nextTurn,
    });
    await queue.open();
    await log.ready();
    const rules = { ...protocol.DEFAULT_MESSAGES, depth: 1_000_000 };
    queue.setCrew([{ name: 'a1', delivery: 'inbox', interrupted: 'again' }], rules, () => null);
    return new OwnQueue(queue, paths.mailbox('a1'));
  }

  send(draft) {
    return this.#queue.send(draft);
  }

  /** Takes in what was dropped into the intake. */
  sweep() {
    return this.#queue.sweep();
  }

  /** Calls back once, when something in the mailbox changes. */
  onceChanged(listener) {
    const end = this.#queue.onChange(() => {
      end();
      listener();
    });
  }

  close() {
    return this.#queue.close();
  }
}
