import { type DeskService, type MailService, OrchestraError } from '../protocol/index.ts';

/** The mail of whatever session is up; every call rejects with `not-running` when none is. */
export function mailOf(current: () => MailService | null): MailService {
  const mail = ofSession(current);
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

/** The same for what a person at a desk does. */
export function deskOf(current: () => DeskService | null): DeskService {
  const desk = ofSession(current);
  return {
    asked: async (agent) => desk().asked(agent),
    answer: async (agent, yes, token, by) => desk().answer(agent, yes, token, by),
    pause: async (agents, on, by) => desk().pause(agents, on, by),
    press: async (agent, input) => desk().press(agent, input),
    screen: async (agent) => desk().screen(agent),
    focus: async (agent, zoom) => desk().focus(agent, zoom),
  };
}

const ofSession =
  <T>(current: () => T | null): (() => T) =>
  () => {
    const open = current();
    if (open !== null) return open;
    throw new OrchestraError('not-running', 'no session is up', 'start one with: orchestra up');
  };
