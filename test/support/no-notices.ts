import { type NoticeService, OrchestraError } from '../../src/protocol/index.ts';

const none = (): Promise<never> => Promise.reject(new OrchestraError('not-running', 'no notices here'));

/** For tests of what has nothing to do with notices. */
export const noNotices: NoticeService = { notices: none, testNotices: none };
