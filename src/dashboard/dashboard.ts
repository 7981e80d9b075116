import { keepConnected } from './connection.ts';
import type { Effect, Input } from './model/input.ts';
import { untilTick } from './model/pace.ts';
import { type Look, settingsOf } from './model/settings.ts';
import { initialState, type State } from './model/state.ts';
import { Painter } from './paint.ts';
import { perform } from './perform.ts';
import type { Cancel, DashboardPorts } from './ports.ts';
import { openTerminal, type Terminal } from './terminal.ts';
import { themeOf } from './theme.ts';
import { update } from './update.ts';
import { view } from './view.ts';

/** Milliseconds between two pictures while events pour in: nobody reads faster. An agent's live screen is shown as often as it is looked at. */
const FRAME = 500;
/** Milliseconds after a key in which everything is painted at once: somebody waits for what it does. */
const WAITED_FOR = 1_000;
/** A tick that is due so soon, ms, comes soon enough for all that is new. */
const SOON = 1_000;

/** Shows the dashboard on a person's terminal until they leave it. */
export async function runDashboard(ports: DashboardPorts, look: Look): Promise<void> {
  const dashboard = new Dashboard(ports, look);
  await dashboard.left;
}

class Dashboard {
  readonly left: Promise<void>;
  readonly #ports: DashboardPorts;
  readonly #terminal: Terminal;
  readonly #painter = new Painter();
  readonly #connection: ReturnType<typeof keepConnected>;
  #state: State;
  #leave: () => void = () => {};
  #over = false;
  #paintDue: Cancel | null = null;
  /** Monotonic ms at which it is. */
  #paintAt = Number.POSITIVE_INFINITY;
  #paintedAt = Number.NEGATIVE_INFINITY;
  #tick: Cancel = () => {};
  /** Monotonic ms of the next tick, and of the newest thing a person did. */
  #tickAt = Number.POSITIVE_INFINITY;
  #actedAt = Number.NEGATIVE_INFINITY;
  /** Loads that were asked for and have not come: none is asked for twice. */
  readonly #asked = new Set<string>();

  constructor(ports: DashboardPorts, look: Look) {
    this.#ports = ports;
    this.left = new Promise((resolve) => {
      this.#leave = resolve;
    });
    this.#terminal = openTerminal(
      ports,
      (heard) => this.#act(heard),
      () => {
        this.#painter.forget();
        this.#act({ kind: 'resize', size: this.#terminal.size() });
      },
    );
    this.#state = initialState(this.#terminal.size(), ports.clock.wall(), settingsOf(look));
    this.#paint();
    this.#connection = keepConnected(ports, {
      link: (link) => this.#act({ kind: 'link', link }),
      stream: (message) => this.#take({ kind: 'stream', message }),
    });
    this.#armTick();
  }

  /** The next tick comes when something changes by itself; sooner than it was due when there is news. */
  #armTick(): void {
    const { clock } = this.#ports;
    const now = clock.mono();
    // Looking through the crew with each of 50 events a second would cost more than the tick.
    if (this.#tickAt - now <= SOON && this.#state.screen === 'crew') return;
    const wait = untilTick(this.#state);
    const at = now + wait;
    if (this.#tickAt <= at) return;
    this.#tick();
    this.#tickAt = at;
    this.#tick = clock.after(wait, () => {
      this.#tickAt = Number.POSITIVE_INFINITY;
      this.#take({ kind: 'tick' });
    });
  }

  /** What a person did, or is told without having asked. */
  #act(input: Input): void {
    this.#actedAt = this.#ports.clock.mono();
    this.#take(input);
  }

  #take(input: Input): void {
    if (this.#over) return;
    const before = looksAt(this.#state);
    const { state, effects } = update(this.#state, input, this.#ports.clock.wall());
    this.#state = state;
    for (const effect of effects) this.#perform(effect);
    if (this.#over) return;
    // What the new screen shows is asked for now, not a second later.
    if (looksAt(state) !== before && state.link.kind === 'live') return this.#take({ kind: 'tick' });
    this.#armTick();
    const looked = input.kind === 'done' && input.of.kind === 'load-screen';
    const waited = this.#ports.clock.mono() - this.#actedAt < WAITED_FOR;
    if (looked || (waited && input.kind !== 'stream')) this.#paint();
    // Events come many at a time: with a picture for each of them the next key would wait for all of these.
    else if (waited) this.#paintWithin(0);
    // The snapshot that was just asked for makes the next picture.
    else if (!effects.some(({ kind }) => kind === 'load-snapshot')) this.#paintWithin(FRAME);
  }

  #perform(effect: Effect): void {
    const load = effect.kind.startsWith('load-') ? JSON.stringify(effect) : null;
    if (load !== null && this.#asked.has(load)) return;
    if (load !== null) this.#asked.add(load);
    const terminal = { bell: () => this.#terminal.write('\x07'), quit: () => this.#end() };
    void perform(effect, this.#connection.client(), this.#ports, terminal)
      .then(
        (value): Input => ({ kind: 'done', of: effect, value }),
        (error: Error): Input => ({ kind: 'failed', of: effect, message: sentence(error) }),
      )
      .then((input) => {
        if (load !== null) this.#asked.delete(load);
        this.#take(input);
      });
  }

  /** The next picture comes at most `frame` ms after the last one, if nothing brings it sooner. */
  #paintWithin(frame: number): void {
    const { clock } = this.#ports;
    const at = this.#paintedAt + frame;
    if (this.#paintDue !== null && this.#paintAt <= at) return;
    this.#paintDue?.();
    this.#paintAt = at;
    this.#paintDue = clock.after(Math.max(0, at - clock.mono()), () => this.#paint());
  }

  #paint(): void {
    this.#paintDue?.();
    this.#paintDue = null;
    this.#paintedAt = this.#ports.clock.mono();
    const text = this.#painter.paint(view(this.#state), themeOf(this.#state.settings.theme));
    if (text !== '') this.#terminal.write(text);
  }

  #end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#paintDue?.();
    this.#tick();
    this.#connection.close();
    this.#terminal.close();
    this.#leave();
  }
}

/** What is on the screen: when it changes, what it shows is another. */
const looksAt = ({ screen, agent, selected }: State): string =>
  screen === 'agent' ? `${screen} ${agent.tab} ${selected}` : screen;

/** An error as one line for people. */
const sentence = (error: Error & { readonly hint?: string }): string =>
  error.hint === undefined || error.hint === '' ? error.message : `${error.message}; ${error.hint}`;
