import type { MailEntry } from '../protocol/index.ts';
import type { MailClient, WorkerMail } from './ports.ts';

/** Something to tell the controller. Rejecting with `not-running` means: to be told to the next one. */
export type Step = (client: MailClient) => Promise<unknown>;

export interface PostPorts {
  readonly name: string;
  readonly mail: WorkerMail;
  pause(ms: number): Promise<void>;
  /** A message was handed over; `again` when it was already before this connection. */
  onMail(entry: MailEntry, again: boolean): void;
  /** A controller is there, perhaps another one than before. */
  onConnected(): void;
  /** Resolves once another message may come. */
  room(): Promise<void>;
  /** A step was refused for good. */
  onRefused(error: Error): void;
}

/** Milliseconds one call waits for mail; a shorter one costs calls, a longer one nothing but time to notice a lost network. */
const LONG_POLL = 60_000;

/** Back-off while no controller answers, milliseconds. */
const FIRST = 100;
const LONGEST = 5_000;

/** The worker's line to whatever controller there is: takes mail in, and keeps what is to be said until it was said. */
export class Post {
  readonly #ports: PostPorts;
  readonly #steps: Step[] = [];
  #client: MailClient | null = null;
  #sending = false;
  #over = false;
  #wait = FIRST;

  constructor(ports: PostPorts) {
    this.#ports = ports;
  }

  /** In order, each exactly once as far as the controller's word goes. */
  say(step: Step): void {
    this.#steps.push(step);
    void this.#send();
  }

  /** Runs until `stop`. */
  async run(): Promise<void> {
    while (!this.#over) {
      const client = await this.#ports.mail.connect().catch(() => null);
      if (client !== null) {
        this.#client = client;
        // Whatever it fails with, the mail is still there: look again a little later.
        await this.#receive(client).catch(() => {});
        this.#client = null;
        client.close();
      }
      if (this.#over) return;
      await this.#ports.pause(this.#wait);
      this.#wait = Math.min(this.#wait * 2, LONGEST);
    }
  }

  stop(): void {
    this.#over = true;
    this.#client?.close();
  }

  async #receive(client: MailClient): Promise<void> {
    const { name, onMail, onConnected, room } = this.#ports;
    // What was handed to a worker that died since, or on a connection that broke: nobody hands it over again.
    const before = await client.mail({ agent: name, states: ['submitted', 'started'] });
    this.#wait = FIRST;
    onConnected();
    void this.#send();
    for (const entry of before) onMail(entry, true);
    while (!this.#over) {
      await room();
      const entry = await client.take(name, LONG_POLL);
      if (entry !== null) onMail(entry, false);
    }
  }

  async #send(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    for (let step = this.#steps[0]; step !== undefined && this.#client !== null; step = this.#steps[0]) {
      const client = this.#client;
      try {
        await step(client);
        this.#steps.shift();
      } catch (error) {
        if ((error as { code?: string }).code === 'not-running') {
          if (this.#client === client) this.#client = null;
        } else {
          this.#steps.shift();
          this.#ports.onRefused(error as Error);
        }
      }
    }
    this.#sending = false;
  }
}
