import { OrchestraError, type UsageService } from '../../src/protocol/index.ts';

const none = (): Promise<never> => Promise.reject(new OrchestraError('not-running', 'no usage here'));

/** For tests of what has nothing to do with what agents use. */
export const noUsage: UsageService = { usage: none, advise: none };
