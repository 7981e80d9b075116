import { keepConnected } from './connection.ts';
import type { Effect, Input } from './model/input.ts';
import { type Look, settingsOf } from './model/settings.ts';
import { initialState, type State } from './model/state.ts';
import { Painter } from './paint.ts';
import { perform } from './perform.ts';
import type { Cancel, DashboardPorts } from './ports.ts';
import { openTerminal, type Terminal } from './terminal.ts';
import { themeOf } from './theme.ts';
import { update } from './update.ts';
import { view } from './view.ts';

/** Milliseconds between two pictures while events pour in: nobody reads faster. A key is painted at once. */
const FRAME = 200;
/** Milliseconds between two ticks: ages go on by the second; an agent's live screen is looked at more often. */
const TICK = 1_000;
const LIVE_TICK = 200;

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
  #paintedAt = Number.NEGATIVE_INFINITY;
  #tick: Cancel = () => {};
  /** Loads that were asked for and have not come: none is asked for twice. */
  readonly #asked = new Set<string>();

  constructor(ports: DashboardPorts, look: Look) {
    this.#ports = ports;
    this.left = new Promise((resolve) => {
      this.#leave = resolve;
    });
    this.#terminal = openTerminal(
      ports,
      (heard) => this.#take(heard, true),
      () => {
        this.#painter.forget();
        this.#take({ kind: 'resize', size: this.#terminal.size() }, true);
      },
    );
    this.#state = initialState(this.#terminal.size(), ports.clock.wall(), settingsOf(look));
    this.#paint();
    this.#connection = keepConnected(ports, {
      link: (link) => this.#take({ kind: 'link', link }, true),
      stream: (message) => this.#take({ kind: 'stream', message }, message.kind === 'snapshot'),
    });
    this.#armTick();
  }

  #armTick(): void {
    const live = this.#state.screen === 'agent' && this.#state.agent.tab === 'screen';
    this.#tick = this.#ports.clock.after(live ? LIVE_TICK : TICK, () => {
      this.#take({ kind: 'tick' }, true);
      if (!this.#over) this.#armTick();
    });
  }

  /** @param atOnce somebody looks for the outcome: painted now, not with the next picture */
  #take(input: Input, atOnce: boolean): void {
    if (this.#over) return;
    const before = looksAt(this.#state);
    const { state, effects } = update(this.#state, input, this.#ports.clock.wall());
    this.#state = state;
    for (const effect of effects) this.#perform(effect);
    if (this.#over) return;
    if (looksAt(state) !== before && state.link.kind === 'live') {
      // What the new screen shows is asked for now, not a second later.
      this.#tick();
      this.#take({ kind: 'tick' }, true);
      this.#armTick();
      return;
    }
    if (atOnce) this.#paint();
    else this.#paintSoon();
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
        this.#take(input, true);
      });
  }

  #paintSoon(): void {
    if (this.#paintDue !== null) return;
    const wait = Math.max(0, this.#paintedAt + FRAME - this.#ports.clock.mono());
    this.#paintDue = this.#ports.clock.after(wait, () => this.#paint());
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
