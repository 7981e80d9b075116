/** Addresses of services, checked before anything is sent there. Their texts may be secrets: nothing here repeats them. */

/** This machine: what goes there crosses no network. */
const isThisMachine = (host: string): boolean =>
  host === 'localhost' || host === '[::1]' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);

type Checked<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly why: string };

const wrong = (why: string): { ok: false; why: string } => ({ ok: false, why });

/** @param secret it carries something that nobody on the way may read */
export function webAddress(text: string, secret: boolean): Checked<URL> {
  let url: URL;
  try {
    url = new URL(text.trim());
  } catch {
    return wrong('the address is not a URL, such as https://host/path');
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return wrong('the address must begin with https://');
  if (url.protocol === 'http:' && secret && !isThisMachine(url.hostname))
    return wrong('the address must begin with https://, or what is secret in it could be read on its way');
  return { ok: true, value: url };
}

interface MailServer {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte (RFC 8314). */
  readonly secure: boolean;
  readonly user: string | null;
  /** One that stands in the address. */
  readonly password: string | null;
  readonly mustEncrypt: boolean;
}

/** Ports of submission: with TLS from the start, and with STARTTLS (RFC 8314, RFC 6409). */
const PORTS = { 'smtps:': 465, 'smtp:': 587 } as const;

export function mailServer(text: string): Checked<MailServer> {
  let url: URL;
  try {
    url = new URL(text.trim());
  } catch {
    return wrong('the mail server is not a URL, such as smtps://user@mail.example');
  }
  const { protocol, hostname, port, username, password } = url;
  if (protocol !== 'smtp:' && protocol !== 'smtps:')
    return wrong('the mail server must begin with smtps:// or smtp://');
  if (hostname === '') return wrong('the mail server has no host');
  try {
    return {
      ok: true,
      value: {
        host: hostname.replace(/^\[|\]$/g, ''),
        port: port === '' ? PORTS[protocol] : Number(port),
        secure: protocol === 'smtps:',
        user: username === '' ? null : decodeURIComponent(username),
        password: password === '' ? null : decodeURIComponent(password),
        mustEncrypt: !isThisMachine(hostname),
      },
    };
  } catch {
    return wrong('the name or password in the address of the mail server holds a % that stands for nothing');
  }
}
