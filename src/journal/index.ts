export { AppliedConfigs, type KeptConfigs, readApplied } from './applied.ts';
export { type Conversation, Conversations } from './conversations.ts';
export { Desired, type Want } from './desired.ts';
export { type AgentHistory, agentHistory, type SeenBefore, seenBefore } from './history.ts';
export { Journal, JOURNAL_DEFAULTS, type JournalOptions } from './journal.ts';
export { NoticeState } from './notice-state.ts';
export { readJournal } from './select.ts';
export { UsageTable } from './usage-store.ts';
