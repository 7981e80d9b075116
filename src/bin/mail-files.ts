import type { MailFiles } from '../cli/index.ts';
import { dropInIntake, listMail, sign } from '../mailbox/index.ts';

/** Messages without a controller. */
export const mailFiles: MailFiles = { sign, drop: dropInIntake, list: listMail };
