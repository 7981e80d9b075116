import type { MailFiles } from '../cli/index.ts';
import { OrchestraError } from '../protocol/index.ts';

const none = (): never => {
  throw new OrchestraError('not-running', 'no session is running here', 'start one with: orchestra up');
};

/** Messages without a controller. */
export const mailFiles: MailFiles = { sign: (draft) => draft, drop: async () => none(), list: async () => none() };
