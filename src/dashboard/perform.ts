import { type DeskService, OrchestraError } from '../protocol/index.ts';
import type { Client } from '../rpc/index.ts';
import type { Effect } from './model/input.ts';
import type { DashboardPorts } from './ports.ts';

/** What the terminal is asked for. */
export interface Bell {
  bell(): void;
  quit(): void;
}

/** Does what was asked for; resolves with what it brings. Rejects with OrchestraError. */
export async function perform(
  effect: Effect,
  client: Client | null,
  ports: DashboardPorts,
  terminal: Bell,
): Promise<unknown> {
  switch (effect.kind) {
    case 'bell':
      return terminal.bell();
    case 'quit':
      return terminal.quit();
    case 'load-log':
      return ports.readLog(effect.agent);
    default:
      if (client === null) throw new OrchestraError('not-running', 'no controller: nothing was done');
      return ask(effect, client as Client & DeskService, ports.by);
  }
}

async function ask(
  effect: Exclude<Effect, { kind: 'bell' | 'quit' | 'load-log' }>,
  client: Client & DeskService,
  by: string,
): Promise<unknown> {
  switch (effect.kind) {
    case 'command':
      return client.command(effect.verb, effect.agents, by);
    case 'pause':
      return client.pause(effect.agents, effect.on, by);
    case 'asked':
      return client.asked(effect.agent);
    case 'answer':
      return client.answer(effect.agent, effect.yes, effect.token, by);
    case 'send':
      return client.send(effect.draft);
    case 'redrive':
      return client.redrive({ agent: effect.agent, id: effect.id }, by);
    case 'purge':
      return client.purge({ agent: effect.agent, id: effect.id }, by);
    case 'ack':
      return client.ack(effect.agent, effect.id, by);
    case 'load-mail':
      return client.mail(effect.filter);
    case 'load-events':
      return client.events(effect.filter);
    case 'load-screen':
      return client.screen(effect.agent);
    case 'load-snapshot':
      return client.snapshot();
    case 'press':
      return client.press(effect.agent, effect.input);
    case 'focus':
      return client.focus(effect.agent, effect.zoom);
  }
}
