import { plainLine } from '../base/index.ts';
import {
  AGENT_NAME,
  type MailEntry,
  type Message,
  type MessageDraft,
  type MessageType,
  type Payload,
} from '../protocol/index.ts';
import { Post } from './post.ts';
import type { WorkerMail, WorkerPorts } from './ports.ts';
import { type RunningTask, runTask, succeeded, type Task, taskOf } from './task.ts';

/** Tasks that may wait here for the running one; more stay in the mailbox, where everyone sees them. */
const WAITING = 8;
/** Ids of messages that are remembered: what is handed over twice is done once. */
const REMEMBERED = 2_000;

/** What the person at the pane sees. */
export interface Told {
  say(text: string): void;
  /** One more note. */
  note(text: string): void;
}

/** `3 tasks`, `1 task`; nothing for none. */
export const countOf = (n: number, what: string): string => (n === 0 ? '' : `${n} ${what}${n === 1 ? '' : 's'}`);

/** What the worker does about its mail. */
export class Duties {
  readonly #ports: WorkerPorts;
  readonly #mail: WorkerMail;
  readonly #told: Told;
  readonly #post: Post;
  readonly #seen = new Set<string>();
  readonly #waiting: { readonly message: Message; readonly task: Task }[] = [];
  #running: { readonly task: Task; readonly run: RunningTask } | null = null;
  #onRoom: () => void = () => {};
  readonly #born: number;
  #done = 0;
  #over = false;

  constructor(ports: WorkerPorts, mail: WorkerMail, told: Told) {
    this.#ports = ports;
    this.#mail = mail;
    this.#told = told;
    this.#born = ports.mono();
    this.#post = new Post({
      name: ports.name,
      mail,
      pause: (ms) => ports.pause(ms),
      onMail: (entry, again) => this.#accept(entry, again),
      onConnected: () => this.#report(),
      room: () => this.#room(),
      onRefused: (error) => told.say(`not sent: ${plainLine(error.message)}`),
    });
  }

  start(): void {
    void this.#post.run();
  }

  /** Ends what runs. Its message is not acknowledged: it is run again when the worker is back. */
  async stop(): Promise<void> {
    this.#over = true;
    this.#post.stop();
    await this.#running?.run.end();
  }

  /** Tasks that ended. */
  get done(): number {
    return this.#done;
  }

  #accept({ message }: MailEntry, again: boolean): void {
    if (this.#seen.has(message.id)) {
      // Handed over again because its lease ran out while it is in work: it is in good hands.
      if (!again) this.#ack(message);
      return;
    }
    this.#remember(message.id);
    const { type } = message;
    if (type === 'note') this.#note(message);
    else if (type === 'status_request') this.#reply(message, 'status_response', this.#status());
    else if (type === 'task_assign') this.#assign(message);
    else {
      this.#told.say(`${plainLine(type)} from ${plainLine(message.from)}${gist(message.payload)}`);
      this.#ack(message);
    }
  }

  #remember(id: string): void {
    this.#seen.add(id);
    if (this.#seen.size <= REMEMBERED) return;
    for (const oldest of this.#seen) return void this.#seen.delete(oldest);
  }

  #note(message: Message): void {
    this.#told.note(` from ${plainLine(message.from)}${gist(message.payload)}`);
    const way = forwardOf(message.payload);
    if (way !== null) return this.#forward(message, way);
    // An answer is not answered: two workers would echo each other for ever.
    if (message.replyTo !== null) return this.#ack(message);
    const { text } = message.payload;
    this.#reply(message, 'note', { text: `echo: ${typeof text === 'string' ? text : ''}`.trimEnd() });
  }

  /** Passes a note on along the names it carries. */
  #forward(message: Message, [next, ...rest]: readonly string[]): void {
    if (next !== undefined)
      this.#send(message, 'forward', { type: 'note', to: next, payload: { ...message.payload, forward: rest } });
    this.#ack(message);
  }

  #status(): Payload {
    const current = this.#running?.task.title ?? null;
    const uptime = Math.round(this.#ports.mono() - this.#born);
    const state = current === null ? 'idle' : 'busy';
    const text = current === null ? `idle, ${countOf(this.#done, 'task') || 'no tasks'} done` : `busy with ${current}`;
    return { text, state, uptime, tasks_done: this.#done, waiting: this.#waiting.length, current };
  }

  #assign(message: Message): void {
    const task = taskOf(message.payload);
    if (typeof task === 'string') {
      this.#told.say(`task from ${plainLine(message.from)} refused: ${task}`);
      const nothing = { exit_code: null, signal: null, timed_out: false, output: '', duration: 0 };
      return this.#reply(message, 'task_failed', { text: task, ...nothing });
    }
    this.#waiting.push({ message, task });
    this.#next();
  }

  #next(): void {
    if (this.#running !== null || this.#over) return;
    const next = this.#waiting.shift();
    if (next === undefined) return;
    const { message, task } = next;
    this.#told.say(`task from ${plainLine(message.from)}: ${task.title}`);
    const run = runTask(task, this.#ports);
    this.#running = { task, run };
    this.#report();
    this.#onRoom();
    void run.result.then((result) => {
      this.#running = null;
      if (this.#over) return; // Stopped in the middle: that is no result.
      this.#done++;
      this.#told.say(plainLine(result.text));
      this.#reply(message, succeeded(result) ? 'task_complete' : 'task_failed', { ...result });
      this.#next();
      if (this.#running === null) this.#report();
    });
  }

  #room(): Promise<void> {
    if (this.#waiting.length < WAITING) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onRoom = resolve;
    });
  }

  #report(): void {
    const { name } = this.#ports;
    const title = this.#running?.task.title;
    this.#post.say((client) => client.report(name, title === undefined ? 'idle' : 'busy', title ?? ''));
  }

  #ack({ id }: Message): void {
    const { name } = this.#ports;
    this.#post.say((client) => client.ack(name, id, name));
  }

  /** Answers a message, which settles it; one that cannot be answered is acknowledged. */
  #reply(message: Message, type: MessageType, payload: Payload): void {
    this.#post.say(async (client) => {
      const draft = await this.#draft(message, 'reply', { type, to: message.from, payload, replyTo: message.id });
      const settled = await client.send(draft).then(
        ({ duplicate }) => !duplicate,
        (error: Error & { code?: string }) => {
          if (error.code === 'not-running') throw error;
          this.#told.say(`no answer to ${plainLine(message.from)}: ${plainLine(error.message)}`);
          return false;
        },
      );
      if (!settled) await client.ack(this.#ports.name, message.id, this.#ports.name);
    });
  }

  #send(about: Message, what: string, draft: MessageDraft): void {
    this.#post.say(async (client) => client.send(await this.#draft(about, what, draft)));
  }

  /** Its id follows from the message that it is about: said again after a crash, it arrives once. */
  #draft(about: Message, what: string, draft: MessageDraft): Promise<MessageDraft> {
    const { name, wall } = this.#ports;
    const id = this.#mail.idFrom(`${about.id} ${name} ${what}`);
    const { priority } = about;
    return this.#mail.sign({ ...draft, id, from: name, priority, timestamp: new Date(wall()).toISOString() });
  }
}

/** The agents a note is to be passed on to; null when it does not say so. An empty list: it has arrived. */
function forwardOf({ forward }: Payload): readonly string[] | null {
  if (!Array.isArray(forward)) return null;
  return forward.every((name) => typeof name === 'string' && AGENT_NAME.test(name)) ? (forward as string[]) : null;
}

const gist = ({ text }: Payload): string => (typeof text === 'string' && text !== '' ? `: ${plainLine(text)}` : '');
