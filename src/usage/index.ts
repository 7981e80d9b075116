export { adviceFor, type Known } from './advice.ts';
export { isFine, UsageLog, type UsageStore } from './usage.ts';
