import { step } from '../../src/watchdog/machine.ts';
import { type Effect, type Machine, newMachine, type Signal } from '../../src/watchdog/phase.ts';
import type { AgentSpec } from '../../src/protocol/index.ts';
import { agentSpec } from './agent-spec.ts';

/** A machine with a clock, for stories told signal by signal. */
export class Story {
  machine: Machine = newMachine();
  now = 0;
  effects: Effect[] = [];
  readonly spec: AgentSpec;

  constructor(over: Partial<AgentSpec> = {}) {
    this.spec = agentSpec(over);
  }

  tell(...signals: Signal[]): this {
    for (const signal of signals) {
      const { machine, effects } = step(this.machine, signal, {
        spec: this.spec,
        now: this.now,
        wall: this.now,
        random: 0,
        held: null,
      });
      this.machine = machine;
      this.effects.push(...effects);
    }
    return this;
  }

  at(ms: number): this {
    this.now += ms;
    return this;
  }

  /** From stopped to running. */
  up(): this {
    this.tell({ kind: 'start', reason: 'up' }, { kind: 'dependencies-met' }, { kind: 'prepared' });
    return this.tell({ kind: 'started', incarnation: this.machine.incarnation });
  }

  dies(code = 1): this {
    return this.tell({
      kind: 'exited',
      incarnation: this.machine.incarnation,
      code,
      class: code === 0 ? 'success' : 'failure',
    });
  }

  get state(): string {
    const { phase } = this.machine;
    return phase.state === 'starting' ? `starting/${phase.step}` : phase.state;
  }

  kinds(): string[] {
    return this.effects.map((effect) =>
      effect.kind === 'rung' ? effect.rung : effect.kind === 'emit' ? effect.event.type : effect.kind,
    );
  }
}
