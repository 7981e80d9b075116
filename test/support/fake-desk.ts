import {
  type Asked,
  type DeskService,
  type LiveScreen,
  OrchestraError,
  type Outcome,
} from '../../src/protocol/index.ts';

/** A desk in memory: what each agent asks is set by the test, and gone once it is answered. */
export class FakeDesk implements DeskService {
  /** Calls that came: method, then parameters. */
  readonly calls: unknown[][] = [];
  readonly questions = new Map<string, Asked>();
  readonly paused = new Set<string>();
  readonly #agents: readonly string[];

  constructor(...agents: string[]) {
    this.#agents = agents;
  }

  async asked(agent: string): Promise<Asked | null> {
    this.calls.push(['asked', agent]);
    return this.questions.get(this.#known(agent)) ?? null;
  }

  async answer(agent: string, yes: boolean, token: string, by: string): Promise<void> {
    this.calls.push(['answer', agent, yes, token, by]);
    const asked = this.questions.get(this.#known(agent));
    if (asked?.token !== token) throw new OrchestraError('conflict', `${agent} asks something else by now`);
    if (!asked.answerable) throw new OrchestraError('refused', 'nobody knows the keys');
    this.questions.delete(agent);
  }

  async pause(agents: readonly string[], on: boolean, by: string): Promise<readonly Outcome[]> {
    this.calls.push(['pause', agents, on, by]);
    const names = agents.length === 0 ? this.#agents : agents;
    for (const name of names) this.paused[on ? 'add' : 'delete'](this.#known(name));
    return names.map((agent) => ({ agent, ok: true, message: on ? 'paused' : 'goes on' }));
  }

  async press(agent: string, input: string): Promise<void> {
    this.calls.push(['press', agent, input]);
  }

  async screen(agent: string): Promise<LiveScreen> {
    this.calls.push(['screen', agent]);
    const lines = ['\x1b[0;32mgreen\x1b[0m', '長い'];
    return { agent, pane: '%3', title: '', width: 80, height: 24, lines, cursor: { x: 0, y: 0 } };
  }

  async focus(agent: string, zoom: boolean): Promise<void> {
    this.calls.push(['focus', agent, zoom]);
  }

  #known(agent: string): string {
    if (this.#agents.includes(agent)) return agent;
    throw new OrchestraError('unknown-agent', `there is no agent ${agent}`);
  }
}
