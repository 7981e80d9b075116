import { type MailService, OrchestraError } from '../protocol/index.ts';

/** The mail of whatever session is up; every call rejects with `not-running` when none is. */
export function mailDesk(current: () => MailService | null): MailService {
  const mail = (): MailService => {
    const open = current();
    if (open !== null) return open;
    throw new OrchestraError('not-running', 'no session is up', 'start one with: orchestra up');
  };
  return {
    send: async (draft) => mail().send(draft),
    mail: async (filter) => mail().mail(filter),
    message: async (id) => mail().message(id),
    take: async (agent, wait, gone) => mail().take(agent, wait, gone),
    ack: async (agent, id, by) => mail().ack(agent, id, by),
    redrive: async (filter, by) => mail().redrive(filter, by),
    purge: async (filter, by) => mail().purge(filter, by),
    peek: async (agent) => mail().peek(agent),
    type: async (agent, text, options) => mail().type(agent, text, options),
    report: async (agent, activity, detail) => mail().report(agent, activity, detail),
  };
}
