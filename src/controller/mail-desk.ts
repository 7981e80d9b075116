import { type MailService, OrchestraError } from '../protocol/index.ts';

const none = (): Promise<never> =>
  Promise.reject(new OrchestraError('not-running', 'no session is up', 'start one with: orchestra up'));

/** The mail of a project without a session. */
export const NO_MAIL: MailService = {
  send: none,
  mail: none,
  message: none,
  take: none,
  ack: none,
  redrive: none,
  purge: none,
  peek: none,
  type: none,
  report: none,
};
