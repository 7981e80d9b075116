import { cutText, plainLine } from '../../base/index.ts';
import { OrchestraError, type Paths, type Snapshot } from '../../protocol/index.ts';
import type { Client } from '../../rpc/index.ts';
import type { CliPorts } from '../ports.ts';
import { statusLines } from '../view/status.ts';
import { styleFor } from '../view/style.ts';

/** A snapshot is asked for this soon after an event: a storm of them costs one. */
const SETTLE = 100;
/** Memory changes without an event. */
const REFRESH = 5_000;
const RECONNECT = 500;

/** `orchestra status --watch`: repaints in place until q or Ctrl-C. Outlives the controller, and says so. */
export async function watch(ports: CliPorts, paths: Paths): Promise<number> {
  if (!ports.out.isTTY)
    throw new OrchestraError(
      'usage',
      '--watch needs a terminal',
      'for programs there is: orchestra events --follow --json',
    );
  const screen = new Screen(ports, paths);
  const cancels = [ports.out.onResize(() => screen.paint(true)), ports.clock.every(1_000, () => screen.paint())];
  ports.out.write('\x1b[?25l\x1b[H\x1b[2J');
  try {
    await new Promise<void>((resolve) => {
      if (ports.input.isTTY)
        cancels.push(ports.input.onKey((key) => (key === 'q' || key === '\x03' ? resolve() : undefined)));
      cancels.push(ports.onInterrupt(resolve));
      const stop = screen.follow();
      cancels.push(stop);
    });
  } finally {
    for (const cancel of cancels) cancel();
    // The prompt belongs below what was shown.
    ports.out.write('\x1b[?25h\r\n');
  }
  return 0;
}

class Screen {
  readonly #ports: CliPorts;
  readonly #paths: Paths;
  #snapshot: Snapshot | null = null;
  #takenAt = 0;
  #trouble: string | null = 'connecting';
  #painted = '';

  constructor(ports: CliPorts, paths: Paths) {
    this.#ports = ports;
    this.#paths = paths;
  }

  /** Keeps the snapshot fresh, over as many controllers as it takes, until it is called off. */
  follow(): () => void {
    let over = false;
    let client: Client | null = null;
    const loop = async (): Promise<void> => {
      while (!over) {
        try {
          client = await this.#ports.connectNow(this.#paths.run);
          await this.#listen(client);
          this.#trouble = 'the controller went away';
        } catch (error) {
          this.#trouble = error instanceof Error ? error.message : String(error);
        }
        if (over) return;
        this.paint();
        await this.#ports.clock.pause(RECONNECT);
      }
    };
    void loop();
    return () => {
      over = true;
      client?.close();
    };
  }

  async #listen(client: Client): Promise<void> {
    let asked = false;
    const refresh = (): void => {
      if (asked) return;
      asked = true;
      this.#ports.clock.after(SETTLE, () => {
        asked = false;
        client.snapshot().then(
          (snapshot) => this.#take(snapshot),
          () => {}, // the connection ended: `closed` tells
        );
      });
    };
    await client.subscribe((message) => {
      if (message.kind === 'snapshot') this.#take(message.snapshot);
      else refresh();
    });
    const stop = this.#ports.clock.every(REFRESH, refresh);
    await client.closed;
    stop();
  }

  #take(snapshot: Snapshot): void {
    this.#snapshot = snapshot;
    this.#takenAt = this.#ports.clock.mono();
    this.#trouble = null;
    this.paint();
  }

  /** From the top left, each line cleared to its end: nothing flickers. Only what changed is written. */
  paint(anew = false): void {
    const { out } = this.#ports;
    // One column stays free: a character in the last one leaves the cursor on it, and clearing would erase it.
    const lines = this.#lines(Math.max(1, out.columns() - 1), Math.max(1, out.rows()));
    const text = `\x1b[H${lines.map((line) => `${line}\x1b[K`).join('\r\n')}\x1b[J`;
    if (text === this.#painted && !anew) return;
    this.#painted = text;
    out.write(text);
  }

  #lines(width: number, height: number): string[] {
    const style = styleFor(this.#ports.env, true);
    const age = this.#trouble === null ? this.#ports.clock.mono() - this.#takenAt : 0;
    const warning =
      this.#trouble === null ? [] : [style.paint('yellow', cutText(`waiting: ${plainLine(this.#trouble)}`, width))];
    if (this.#snapshot === null) return warning;
    const room = Math.max(1, height - warning.length);
    return [...warning, ...statusLines(this.#snapshot, { width, height: room, style, age })].slice(0, height);
  }
}
