import { createTransport } from 'nodemailer';
import { trusted, whyNot } from './http.ts';

export interface Mail {
  readonly server: { readonly host: string; readonly port: number; readonly secure: boolean };
  /** STARTTLS must be offered. */
  readonly mustEncrypt: boolean;
  /** null: it is not logged in. */
  readonly login: { readonly user: string; readonly pass: string } | null;
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds for all of it. */
  readonly timeout: number;
  readonly certificates: string | undefined;
}

export type MailSent =
  | { readonly ok: true }
  /** `again`: it may work later. */
  | { readonly ok: false; readonly why: string; readonly again: boolean };

/** Hands a mail to a server. Certificates are checked, also after STARTTLS. Never rejects. */
export async function sendMail(mail: Mail): Promise<MailSent> {
  const { server, login, from, to, subject, text, headers, timeout } = mail;
  const ca = trusted(mail.certificates);
  const transport = createTransport({
    ...server,
    requireTLS: mail.mustEncrypt,
    ...(login === null ? {} : { auth: login }),
    tls: ca === undefined ? {} : { ca },
    connectionTimeout: timeout,
    greetingTimeout: timeout,
    socketTimeout: timeout,
    // A text that names a file or an address is a text.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  let late: NodeJS.Timeout | undefined;
  try {
    const slow = new Promise<MailSent>((resolve) => {
      late = setTimeout(
        () => resolve({ ok: false, why: `no answer within ${timeout / 1000} s`, again: true }),
        timeout,
      );
    });
    const sent = transport
      .sendMail({ from, to: [...to], subject, text, headers: { ...headers } })
      .then(({ rejected }): MailSent => taken(rejected.length), refused);
    return await Promise.race([sent, slow]);
  } finally {
    clearTimeout(late);
    transport.close();
  }
}

/** Some of several recipients may be refused and the others get it. */
const taken = (rejected: number): MailSent =>
  rejected === 0 ? { ok: true } : { ok: false, why: `it refuses ${rejected} of the recipients`, again: false };

/** What nodemailer says of an error: its code, and what the server answered. The answer is one the server chose: nothing of it is repeated but its number. */
interface SmtpError extends Error {
  readonly code?: string;
  readonly responseCode?: number;
}

function refused(error: SmtpError): MailSent {
  const { code, responseCode } = error;
  const number = responseCode === undefined ? '' : ` (${responseCode})`;
  // RFC 5321, 4.2.1: 4 is for now, 5 for good.
  const again = responseCode === undefined || responseCode < 500;
  switch (code) {
    case 'EAUTH':
      return { ok: false, why: `it refuses the name and password${number}`, again: false };
    case 'ENOAUTH':
      return { ok: false, why: 'it wants a name and a password', again: false };
    case 'ETLS':
      return { ok: false, why: `its connection cannot be encrypted: ${whyNot(error)}`, again: false };
    case 'EENVELOPE':
      return { ok: false, why: `it refuses the sender or every recipient${number}`, again };
    case 'EMESSAGE':
      return { ok: false, why: `it refuses the message${number}`, again };
    case 'ETIMEDOUT':
      return { ok: false, why: 'it does not answer', again: true };
    default:
      return { ok: false, why: `${whyNot(error)}${number}`, again };
  }
}
