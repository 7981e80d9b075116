export * from './cgroup.ts';
export * from './clock.ts';
export * from './database.ts';
export * from './fifo.ts';
export * from './files.ts';
export * from './group.ts';
export * from './identity.ts';
export * from './log-file.ts';
export * from './pass-on.ts';
export * from './pipe.ts';
export * from './open-files.ts';
export * from './own-limits.ts';
export * from './process-scan.ts';
export * from './process-table.ts';
export * from './process-watch.ts';
export * from './reach.ts';
export * from './run.ts';
export * from './socket.ts';
export * from './terminal.ts';
export * from './crypto.ts';
export * from './durable.ts';
export * from './turn.ts';
export * from './watch.ts';
export * from './write-ahead-log.ts';

/** pino costs 17 ms and 6 MB: only the controller asks for it. */
export const loadLog = () => import('./log.ts');
export type { Logger } from './log.ts';

/** `node:https` and TLS: only where something is sent. */
export const loadHttp = () => import('./http.ts');
export type { HttpPost, HttpReply } from './http.ts';

/** nodemailer: only where a mail is sent. */
export const loadSmtp = () => import('./smtp.ts');
export type { Mail, MailSent } from './smtp.ts';
