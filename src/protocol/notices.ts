import { type Activity, FRESH_STARTS } from './agent.ts';
import type { EventType } from './event.ts';

/** How much an event matters to a person who is away, least first. */
export const SEVERITIES = ['info', 'warning', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What each event of the journal is worth, where none of `NAMED_EVENTS` fits. */
export const EVENT_SEVERITY: { readonly [T in EventType]: Severity } = {
  'session.up': 'info',
  'session.down': 'info',
  'session.applied': 'info',
  'controller.started': 'info',
  'controller.stopping': 'info',
  'controller.degraded': 'critical',
  'controller.recovered': 'info',
  'tmux.started': 'info',
  'tmux.lost': 'critical',
  'tmux.wedged': 'warning',
  'agent.state': 'info',
  'agent.started': 'info',
  'agent.breaker': 'info',
  'agent.watch': 'warning',
  'agent.ready': 'info',
  'agent.exited': 'info',
  'agent.adopted': 'info',
  'agent.asked': 'info',
  'agent.signalled': 'info',
  'agent.leftover': 'info',
  'agent.unlimited': 'warning',
  'agent.pane': 'info',
  'agent.added': 'info',
  'agent.removed': 'info',
  'agent.activity': 'info',
  'agent.unknown-screen': 'warning',
  'agent.held': 'warning',
  'agent.released': 'info',
  'agent.answered': 'info',
  'agent.paused': 'info',
  'agent.unpaused': 'info',
  'agent.conversation': 'info',
  'message.queued': 'info',
  'message.refused': 'warning',
  'message.duplicate': 'info',
  'message.delivering': 'info',
  'message.submitted': 'info',
  'message.started': 'info',
  'message.over': 'info',
  'message.acked': 'info',
  'message.answered': 'info',
  'message.retried': 'info',
  'message.deferred': 'info',
  'message.dead': 'warning',
  'message.redriven': 'info',
  'message.purged': 'info',
  'mail.corrupt': 'warning',
  'notice.failed': 'warning',
};

/** A name of its own for what a person means by some of the events of one type. */
export interface NamedEvent {
  readonly name: string;
  readonly type: EventType;
  /** A field of its data and the values it may have. */
  readonly field: string;
  readonly among: readonly string[];
  /** The field must have none of these values. */
  readonly except?: true;
  /** Only when nobody asked for it: what is being stopped ends by a signal, and has not crashed. */
  readonly unasked?: true;
  readonly severity: Severity;
}

const ASKING: readonly Activity[] = ['approval', 'question'];

export const NAMED_EVENTS: readonly NamedEvent[] = [
  { name: 'agent.broken', type: 'agent.state', field: 'to', among: ['broken'], severity: 'critical' },
  {
    name: 'agent.crashed',
    type: 'agent.exited',
    field: 'class',
    // A lost server ends them all, and is told by itself.
    among: ['success', 'server-lost'],
    except: true,
    unasked: true,
    severity: 'warning',
  },
  {
    name: 'agent.restarted',
    type: 'agent.started',
    field: 'reason',
    among: FRESH_STARTS,
    except: true,
    severity: 'info',
  },
  ...ASKING.map(
    (to): NamedEvent => ({
      name: `agent.${to}`,
      type: 'agent.activity',
      field: 'to',
      among: [to],
      severity: 'warning',
    }),
  ),
];

/** Every name a rule may match. */
export const NOTICE_EVENTS: readonly string[] = [
  ...NAMED_EVENTS.map(({ name }) => name),
  ...Object.keys(EVENT_SEVERITY),
];

/** Where notices go. Texts may hold `${VAR}`, which is filled in when something is sent. */
export type ChannelSpec =
  | { readonly kind: 'slack' | 'discord'; readonly url: string }
  | {
      readonly kind: 'mail';
      /** `smtps://user@host:465` or `smtp://user@host:587`, which must offer STARTTLS unless it is this machine. */
      readonly server: string;
      readonly password: string | null;
      readonly from: string;
      readonly to: readonly string[];
    }
  | {
      readonly kind: 'webhook';
      readonly url: string;
      readonly headers: Readonly<Record<string, string>>;
      /** Key of the signature (HMAC-SHA256 of the body); null: not signed. */
      readonly secret: string | null;
    }
  | { readonly kind: 'command'; readonly argv: readonly string[] }
  | { readonly kind: 'desktop' | 'bell' };

export type ChannelKind = ChannelSpec['kind'];
export const CHANNEL_KINDS = ['slack', 'discord', 'mail', 'webhook', 'command', 'desktop', 'bell'] as const;

export interface NoticeRule {
  /** Names of events; one that ends in `*` fits all that begin so. Empty: all. */
  readonly events: readonly string[];
  readonly severity: Severity;
  /** Names of agents; null: all of them, and the session itself. */
  readonly agents: readonly string[] | null;
  /** Names of channels. */
  readonly to: readonly string[];
}

export interface QuietHours {
  /** Minutes since midnight. From a later to an earlier one is over midnight. */
  readonly from: number;
  readonly to: number;
  /** IANA time zone. */
  readonly zone: string;
  /** What is at least this is told all the same; null: nothing is. */
  readonly except: Severity | null;
}

/** What a person wants to be told, and how. Times in milliseconds. */
export interface NoticesSpec {
  readonly channels: Readonly<Record<string, ChannelSpec>>;
  readonly rules: readonly NoticeRule[];
  /** Events that come this long after the first become one notice with it. */
  readonly groupWait: number;
  /** For each channel; null: no limit. */
  readonly rateLimit: { readonly notices: number; readonly within: number } | null;
  readonly quietHours: QuietHours | null;
  /** Events that nobody could tell in time, since no controller ran, are not told once they are older. */
  readonly maxAge: number;
}

export const NO_NOTICES: NoticesSpec = {
  channels: {},
  rules: [],
  groupWait: 10_000,
  rateLimit: { notices: 10, within: 600_000 },
  quietHours: null,
  maxAge: 3_600_000,
};

/** How one channel is doing. */
export interface ChannelStatus {
  readonly channel: string;
  readonly kind: ChannelKind;
  /** Events that wait to be told. */
  readonly waiting: number;
  /** ISO 8601, when the last notice got through; null when none did since the controller started. */
  readonly last: string | null;
  /** Why it does not work, in words; null when all is well. */
  readonly trouble: string | null;
  /** ISO 8601, when the quiet hours end; null when it is not quiet. */
  readonly quiet_until: string | null;
}

export interface ChannelResult {
  readonly channel: string;
  readonly kind: ChannelKind;
  readonly ok: boolean;
  /** What came of it, a sentence. */
  readonly message: string;
}

/** What is told, and how that goes. */
export interface NoticesStatus {
  readonly channels: readonly ChannelStatus[];
  readonly rules: readonly NoticeRule[];
}

/** What is asked about notices. Calls reject with OrchestraError. */
export interface NoticeService {
  notices(): Promise<NoticesStatus>;
  /** Sends a notice that says it is a test, at once, to the named channels or to all. Rejects with `usage` for a channel there is none of. */
  testNotices(channels: readonly string[]): Promise<readonly ChannelResult[]>;
}
