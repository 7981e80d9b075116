export { connectOrTell } from './connect.ts';
export { main, tellUncaught } from './main.ts';
export { lastLines } from './log-tail.ts';
export type { CliPorts, DashboardLook, Files, Input, KeeperStart, Machine, MailFiles, Output, Ran } from './ports.ts';

/** docs/cli.md, generated from the commands themselves. */
export const cliMarkdown = async (): Promise<string> => (await import('./markdown.ts')).cliMarkdown();
