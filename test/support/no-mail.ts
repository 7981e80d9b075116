import { type MailService, OrchestraError } from '../../src/protocol/index.ts';

const none = (): Promise<never> => Promise.reject(new OrchestraError('not-running', 'no mail here'));

/** For tests of what has nothing to do with mail. */
export const noMail: MailService = {
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
