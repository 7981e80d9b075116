import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

/** One mail as it came. */
export interface GotMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly text: string;
  readonly secure: boolean;
  readonly user: string | undefined;
}

/** A mail server on 127.0.0.1 that keeps what it is given. Its user is `hana`, her password `sesame`. */
export class MailServer {
  readonly got: GotMail[] = [];
  readonly #server: SMTPServer;

  constructor(options: SMTPServerOptions = {}) {
    this.#server = new SMTPServer({
      authOptional: true,
      disabledCommands: options.key === undefined ? ['STARTTLS'] : [],
      allowInsecureAuth: false,
      onAuth: ({ username, password }, _session, callback) =>
        username === 'hana' && password === 'sesame'
          ? callback(null, { user: username })
          : callback(new Error('sesame is not what was given')),
      onData: (stream, session, callback) => {
        let text = '';
        stream.setEncoding('utf8');
        stream.on('data', (part: string) => (text += part));
        stream.on('end', () => {
          const { mailFrom, rcptTo } = session.envelope;
          this.got.push({
            from: mailFrom === false ? '' : mailFrom.address,
            to: rcptTo.map(({ address }) => address),
            text,
            secure: session.secure,
            user: session.user,
          });
          callback();
        });
      },
      ...options,
    });
    this.#server.on('error', () => {}); // a client that does not trust it hangs up
  }

  async start(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server.server, 'listening');
    return this;
  }

  get port(): number {
    return (this.#server.server.address() as AddressInfo).port;
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}
