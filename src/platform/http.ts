import { readFileSync } from 'node:fs';
import { request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { rootCertificates } from 'node:tls';

/** What a server answered, or why none did. */
export type HttpReply =
  | { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: string }
  | { readonly status: null; readonly why: string };

export interface HttpPost {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Milliseconds for all of it. */
  readonly timeout: number;
  /** File of certificates that are trusted beside the usual ones, as NODE_EXTRA_CA_CERTS names it. */
  readonly certificates: string | undefined;
}

/** What is kept of an answer: enough for what a service says is wrong. */
const MOST_BODY = 64 * 1024;

/**
 * Posts to a server. Its certificate is checked; a redirect is an answer like any other, never followed: whoever is redirected to must not get the secrets.
 * Never rejects.
 */
export function post(options: HttpPost): Promise<HttpReply> {
  const { url, headers, body, timeout } = options;
  return new Promise((resolve) => {
    let settle = (reply: HttpReply): void => {
      settle = () => {};
      clearTimeout(late);
      resolve(reply);
    };
    const failed = (error: Error): void => settle({ status: null, why: whyNot(error) });
    const late = setTimeout(() => {
      settle({ status: null, why: `no answer within ${timeout / 1000} s` });
      sent?.destroy();
    }, timeout);
    let sent: ReturnType<typeof plainRequest> | undefined;
    try {
      const { protocol } = new URL(url);
      const request = protocol === 'https:' ? tlsRequest : plainRequest;
      const length = { 'Content-Length': String(Buffer.byteLength(body)) };
      // `agent: false`: no connection is kept, nothing is left when nobody tells anything.
      const trust = protocol === 'https:' ? { ca: trusted(options.certificates) } : {};
      sent = request(url, { method: 'POST', headers: { ...headers, ...length }, agent: false, ...trust });
    } catch (error) {
      return failed(error as Error);
    }
    sent.on('error', failed);
    sent.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        if (text.length < MOST_BODY) text += part;
      });
      response.on('error', failed);
      response.on('close', () => failed(Object.assign(new Error(), { code: 'ECONNRESET' })));
      response.on('end', () => {
        const told = Object.entries(response.headers).map(([name, value]) => [name, String(value)]);
        settle({ status: response.statusCode ?? 0, headers: Object.fromEntries(told), body: text });
      });
    });
    sent.end(body);
  });
}

/** Authorities a server may be vouched for by; undefined: the usual ones. Our own programs start without NODE_EXTRA_CA_CERTS, so it is read here. */
export function trusted(certificates: string | undefined): string[] | undefined {
  if (certificates === undefined) return undefined;
  try {
    return [...rootCertificates, readFileSync(certificates, 'utf8')];
  } catch {
    return undefined; // Node itself only warns
  }
}

const UNTRUSTED = 'its certificate is signed by an authority that is not trusted here';

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there',
  ECONNRESET: 'the connection was closed',
  EPIPE: 'the connection was closed',
  ENOTFOUND: 'there is no host of that name',
  EAI_AGAIN: 'names of hosts cannot be looked up at the moment',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'there is no network',
  ETIMEDOUT: 'the host does not answer',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by nobody but itself',
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  CERT_HAS_EXPIRED: 'its certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
  EPROTO: 'it does not speak TLS',
};

/** The same where only the words of OpenSSL and of Node are left: nodemailer puts codes of its own in their place. */
const SAID: readonly (readonly [RegExp, string])[] = [
  [/\b(ECONNREFUSED|ECONNRESET|EPIPE|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT)\b/, ''],
  [/self-signed certificate in certificate chain/, 'SELF_SIGNED_CERT_IN_CHAIN'],
  [/self-signed certificate/, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  [/unable to (?:verify the first|get local issuer) certificate/, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  [/certificate has expired/, 'CERT_HAS_EXPIRED'],
  [/does not match certificate/, 'ERR_TLS_CERT_ALTNAME_INVALID'],
  [/wrong version number|SSL routines/, 'EPROTO'],
];

/** Why a connection failed, in words. The message of Node may hold the address, which may hold a secret. */
export function whyNot(error: Error): string {
  const known = WORDS[(error as NodeJS.ErrnoException).code ?? ''];
  if (known !== undefined) return known;
  for (const [pattern, code] of SAID) {
    const found = pattern.exec(error.message);
    if (found !== null) return WORDS[code || (found[1] ?? '')] ?? 'the connection failed';
  }
  return 'the connection failed';
}
