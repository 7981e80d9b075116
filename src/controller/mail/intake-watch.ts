type Watch = { close(): Promise<void> };

export interface IntakeWatchPorts {
  /** Says when something is dropped into the intake. */
  open(hint: () => void): Promise<Watch>;
  /** Something was dropped. */
  hint(): void;
  /** Entries the intake held when it was last looked at. */
  crowd(): number;
}

/** Above this the watch is given up: it looks through the whole folder at each event, 78 ms with 10,000 files. The rounds carry on alone. */
const CROWDED = 500;
/** Below this it is taken up again. */
const QUIET = 50;

/** The watch of the intake: makes what is dropped there be taken in at once, and not with the next round. */
export class IntakeWatch {
  readonly #ports: IntakeWatchPorts;
  #watch: Promise<Watch> | null = null;
  #closed = false;

  constructor(ports: IntakeWatchPorts) {
    this.#ports = ports;
  }

  /** Opens or gives up the watch, as full as the intake is. Called with every round. */
  async look(): Promise<void> {
    const crowd = this.#ports.crowd();
    if (this.#watch === null && crowd <= QUIET && !this.#closed)
      this.#watch = this.#ports.open(() => this.#ports.hint());
    else if (this.#watch !== null && crowd > CROWDED) await this.#drop();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#drop();
  }

  async #drop(): Promise<void> {
    const watch = this.#watch;
    this.#watch = null;
    await (await watch?.catch(() => null))?.close();
  }
}
