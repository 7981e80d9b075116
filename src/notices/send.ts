import { mailServer, plainLine, webAddress } from '../base/index.ts';
import { hmacSha256, type HttpReply, type RunResult } from '../platform/index.ts';
import type { ChannelSpec } from '../protocol/index.ts';
import { commandEnv, desktopArgv, discordBody, mailText, slackBody } from './bodies.ts';
import type { Notice } from './notice.ts';
import type { SendPorts } from './ports.ts';

/** What came of one try. */
export type Sent =
  | { readonly ok: true; readonly message: string }
  | {
      readonly ok: false;
      /** A sentence without anything secret. */
      readonly message: string;
      /** Milliseconds the service asks to wait, 0 when it names none; null: another try is of no use. */
      readonly again: number | null;
    };

/** Milliseconds a service or a program gets. */
export const SEND_TIMEOUT = 10_000;
/** A command may do more than one call. */
export const COMMAND_TIMEOUT = 30_000;

const failed = (message: string, again: number | null = null): Sent => ({ ok: false, message, again });

type Of<Kind extends ChannelSpec['kind']> = Extract<ChannelSpec, { kind: Kind }>;

/** Tries once to send a notice. Never rejects. */
export async function send(channel: ChannelSpec, notice: Notice, ports: SendPorts, timeout?: number): Promise<Sent> {
  try {
    return await sendBy(
      channel,
      notice,
      ports,
      timeout ?? (channel.kind === 'command' ? COMMAND_TIMEOUT : SEND_TIMEOUT),
    );
  } catch (error) {
    // A defect of ours: said as any other failure. Its message may hold anything, its name can't.
    return failed(`a notice cannot be sent by ${channel.kind} (${(error as Error).name})`, 0);
  }
}

async function sendBy(channel: ChannelSpec, notice: Notice, ports: SendPorts, timeout: number): Promise<Sent> {
  switch (channel.kind) {
    case 'slack':
      return sendJson(channel.url, slackBody(notice), ports, timeout);
    case 'discord':
      return sendJson(channel.url, discordBody(notice), ports, timeout);
    case 'webhook':
      return sendWebhook(channel, notice, ports, timeout);
    case 'mail':
      return sendByMail(channel, notice, ports, timeout);
    case 'command': {
      const options = { timeout, cwd: ports.project, env: { ...ports.env, ...commandEnv(notice) } };
      return ran(
        await ports.run(channel.argv, { ...options, input: `${JSON.stringify(notice)}\n` }),
        channel.argv[0] ?? '',
      );
    }
    case 'desktop': {
      const argv = desktopArgv(notice);
      return ran(
        await ports.run(argv, { timeout, cwd: ports.project, env: { ...ports.env } }),
        'notify-send',
        'apt-get install libnotify-bin',
      );
    }
    case 'bell': {
      const terminals = await ports.bell();
      if (terminals === 0) return { ok: true, message: 'no terminal is attached: nobody heard it' };
      return { ok: true, message: `rang in ${terminals} ${terminals === 1 ? 'terminal' : 'terminals'}` };
    }
  }
}

async function sendJson(address: string, body: object, ports: SendPorts, timeout: number): Promise<Sent> {
  const found = ports.resolve(address);
  if (!found.ok) return failed(found.message);
  const url = webAddress(found.text, true);
  if (!url.ok) return failed(url.why);
  return posted(url.value, { 'Content-Type': 'application/json' }, JSON.stringify(body), ports, timeout);
}

const USER_AGENT = 'orchestra';

async function posted(
  url: URL,
  headers: Readonly<Record<string, string>>,
  body: string,
  { post, env }: SendPorts,
  timeout: number,
): Promise<Sent> {
  const reply = await post({
    url: url.href,
    headers: { 'User-Agent': USER_AGENT, ...headers },
    body,
    timeout,
    certificates: env.NODE_EXTRA_CA_CERTS,
  });
  return judged(reply, url.hostname);
}

/** What an answer means (RFC 9110, 15; 429: RFC 6585). */
function judged(reply: HttpReply, host: string): Sent {
  if (reply.status === null) return failed(`${host}: ${reply.why}`, 0);
  const { status, headers, body } = reply;
  if (status >= 200 && status < 300) return { ok: true, message: `${host} took it` };
  if (status >= 300 && status < 400)
    return failed(`${host} answers ${status} and names another address: write that one into the configuration`);
  const again = status === 408 || status === 429 || status >= 500;
  return failed(
    `${host} answers ${status}${status === 429 ? ', too many at once' : saidIn(body)}`,
    again ? waitOf(headers, body) : null,
  );
}

/** What a service says is wrong: a word of Slack (`no_service`), a message of Discord (`Unknown Webhook`). Other text may repeat the address, secret and all. */
function saidIn(body: string): string {
  if (/^[a-z_]{3,40}$/.test(body)) return `: ${body}`;
  const message = (jsonOf(body) as { message?: unknown } | null)?.message;
  return typeof message === 'string' && /^[A-Za-z ]{3,60}$/.test(message) ? `: ${message}` : '';
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** An hour: whoever is asked to wait longer tries again all the same. */
const LONGEST_WAIT = 3_600_000;

/** Seconds of `Retry-After` (RFC 9110, 10.2.3), or Discord's `retry_after` (docs.discord.com, Rate Limits), in milliseconds; 0 for neither. */
function waitOf(headers: Readonly<Record<string, string>>, body: string): number {
  let seconds = Number(headers['retry-after']);
  const told = (jsonOf(body) as { retry_after?: unknown } | null)?.retry_after;
  // More exact than the header, which is whole seconds.
  if (typeof told === 'number') seconds = told;
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(Math.ceil(seconds * 1000), LONGEST_WAIT) : 0;
}

async function sendWebhook(channel: Of<'webhook'>, notice: Notice, ports: SendPorts, timeout: number): Promise<Sent> {
  const address = ports.resolve(channel.url);
  if (!address.ok) return failed(address.message);
  const secret = channel.secret === null ? null : ports.resolve(channel.secret);
  if (secret?.ok === false) return failed(secret.message);
  // A variable that is empty would sign with a key that everybody knows.
  if (secret?.text === '') return failed('its secret is empty');
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(channel.headers)) {
    const filled = ports.resolve(value);
    if (!filled.ok) return failed(filled.message);
    // Two lines would be two headers.
    if (/[^\t\x20-\x7e\x80-\xff]/.test(filled.text))
      return failed(`the value of the header ${name} holds characters no header may hold`);
    headers[name] = filled.text;
  }
  const url = webAddress(address.text, secret !== null || Object.keys(headers).length > 0);
  if (!url.ok) return failed(url.why);
  const body = JSON.stringify(notice);
  const signed = secret === null ? {} : { 'X-Orchestra-Signature': `sha256=${hmacSha256(secret.text, body)}` };
  const own = { 'Content-Type': 'application/json', ...headers, ...signed, 'X-Orchestra-Notice': notice.id };
  return posted(url.value, own, body, ports, timeout);
}

async function sendByMail(channel: Of<'mail'>, notice: Notice, ports: SendPorts, timeout: number): Promise<Sent> {
  const [address, password, from, ...to] = [channel.server, channel.password ?? '', channel.from, ...channel.to].map(
    (each) => ports.resolve(each),
  );
  for (const each of [address, password, from, ...to]) if (each?.ok === false) return failed(each.message);
  const text = (each: typeof address): string => (each?.ok ? each.text : '');
  const server = mailServer(text(address));
  if (!server.ok) return failed(server.why);
  const addresses = [from, ...to].map(text);
  // Whoever fills a variable with two lines must not write headers.
  if (addresses.some((each) => /[\r\n\0]/.test(each))) return failed('an address is not on one line');
  const { user, mustEncrypt, host, port, secure } = server.value;
  const pass = channel.password === null ? server.value.password : text(password);
  const sent = await ports.mail({
    server: { host, port, secure },
    mustEncrypt,
    login: user === null || pass === null ? null : { user, pass },
    from: addresses[0] ?? '',
    to: addresses.slice(1),
    ...mailText(notice),
    headers: { 'X-Orchestra-Notice': notice.id, 'Auto-Submitted': 'auto-generated' },
    timeout,
    certificates: ports.env.NODE_EXTRA_CA_CERTS,
  });
  if (sent.ok) return { ok: true, message: `${host} took it` };
  return failed(`${host}: ${sent.why}`, sent.again ? 0 : null);
}

/** @param mend what to do when it is not there */
function ran(
  { code, signal, error, timedOut, stderr }: RunResult,
  program: string,
  mend = 'correct the channel',
): Sent {
  const name = plainLine(program);
  if (error === 'ENOENT') return failed(`${name} is not there: ${mend}`);
  if (error !== null) return failed(`${name} cannot be started (${error})`);
  if (timedOut) return failed(`${name} took too long and was ended`, 0);
  if (code === 0) return { ok: true, message: `${name} took it` };
  const last = plainLine(stderr.trim().split('\n').at(-1) ?? '').slice(0, 200);
  return failed(`${name} ended with ${code ?? signal ?? 'nothing'}${last === '' ? '' : `: ${last}`}`, 0);
}
