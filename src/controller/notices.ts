import { uuid7 } from '../base/index.ts';
import { substitute } from '../config/index.ts';
import { NoticeState } from '../journal/index.ts';
import { Notices, sendPorts } from '../notices/index.ts';
import { ringTerminal, systemRandom } from '../platform/index.ts';
import { type NoticeService, OrchestraError, type SessionSpec } from '../protocol/index.ts';
import type { TmuxServer } from '../tmux/index.ts';
import type { Mail } from './mail/mail.ts';
import type { ControllerOptions, ControllerPorts, SessionHooks } from './session.ts';

export interface NoticesParts {
  readonly ports: ControllerPorts;
  readonly options: ControllerOptions;
  readonly tmux: TmuxServer;
  readonly mail: Mail;
  readonly degraded: SessionHooks['degraded'];
  readonly name: string;
  spec(): SessionSpec;
}

/** Ties the notices of a session to its journal and to the world. */
export function wireNotices({ ports, options, tmux, mail, degraded, name, spec }: NoticesParts): Notices {
  const { clock, journal, database } = ports;
  const state = new NoticeState(database);
  return new Notices({
    ...sendPorts(options.env, options.paths.project, { run: ports.run, bell: () => ringAll(tmux), fill: substitute }),
    clock,
    session: name,
    words: { event: (event) => ports.words(event), asks: (agent) => mail.eyes.asks(agent)?.text ?? null },
    newId: () => uuid7(clock.wall(), systemRandom(10)),
    spec: () => spec().notices,
    journal,
    load: () => state.load(),
    save: (text) => state.save(text),
    emit: (type, agent, data) => journal.append(type, agent, data),
    degraded,
  });
}

/** Each terminal by itself: tmux rings for what happens in a pane, and nothing happened there. A connection of ours has no terminal. */
async function ringAll(tmux: TmuxServer): Promise<number> {
  const [reply] = await tmux.run([['list-clients', '-F', '#{client_tty}']]);
  const terminals = reply?.ok ? reply.lines : [];
  return terminals.filter((tty) => tty.startsWith('/dev/') && ringTerminal(tty)).length;
}

/** The notices of whatever session is up; every call rejects with `not-running` when none is. */
export function noticesOf(current: () => NoticeService | null): NoticeService {
  const notices = (): NoticeService => {
    const open = current();
    if (open !== null) return open;
    throw new OrchestraError('not-running', 'no session is up', 'start one with: orchestra up');
  };
  return {
    notices: async () => notices().notices(),
    testNotices: async (channels) => notices().testNotices(channels),
  };
}
