export { Notices, type NoticesPorts } from './notices.ts';
export { sendPorts } from './send-ports.ts';
export { testChannels } from './test-channels.ts';
