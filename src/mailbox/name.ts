import { DEAD_REASONS, type DeadReason, MESSAGE_ID, type MessageState, PRIORITIES } from '../protocol/index.ts';

/** The folders of a mailbox a message can lie in. `tmp` holds what is still being written. */
export const BOXES = ['new', 'cur', 'done', 'dead'] as const;
export type Box = (typeof BOXES)[number];

/**
 * Everything about a message that changes, which is why it is in its file's name and not in the file: a transition is one rename(2), and a crash
 * shows the state before it or the one after it (Maildir's idea). The content is written once.
 *
 *     new/   RANK-SEQ-ID.aATTEMPT[.r][.nNOTBEFORE]      NOTBEFORE: milliseconds since the epoch, while a retry waits
 *     cur/   RANK-SEQ-ID.aATTEMPT[.r].STATE             delivering, submitted or started
 *     done/  RANK-SEQ-ID.aATTEMPT[.r].STATE             acked or answered; submitted or started when nobody had to acknowledge
 *     dead/  RANK-SEQ-ID.aATTEMPT[.r].REASON            one of the dead reasons
 *
 * RANK is 0 (urgent) to 3 (low), SEQ has twelve digits, so that names sort in the order of delivery. `r`: put back by a person, ttl no longer counts.
 */
export interface MailName {
  readonly box: Box;
  /** Index into PRIORITIES. */
  readonly rank: number;
  readonly seq: number;
  readonly id: string;
  /** Deliveries begun so far. */
  readonly attempt: number;
  readonly redriven: boolean;
  readonly state: MessageState;
  /** Not null in `dead`. */
  readonly reason: DeadReason | null;
  /** Milliseconds since the epoch, in `new` only. */
  readonly notBefore: number | null;
}

const SHAPE = /^([0-3])-(\d{12})-([0-9a-f-]{36})\.a(\d{1,6})(\.r)?(?:\.([a-z]+|n\d{1,15}))?$/;
const STATES: Readonly<Record<Box, readonly string[]>> = {
  new: [],
  cur: ['delivering', 'submitted', 'started'],
  done: ['submitted', 'started', 'acked', 'answered'],
  dead: DEAD_REASONS,
};

/** The name without its folder. */
export function fileName(name: MailName): string {
  const stem = `${name.rank}-${String(name.seq).padStart(12, '0')}-${name.id}.a${name.attempt}${name.redriven ? '.r' : ''}`;
  if (name.box === 'new') return name.notBefore === null ? stem : `${stem}.n${Math.trunc(name.notBefore)}`;
  return `${stem}.${name.reason ?? name.state}`;
}

/** null when it is no name of ours. */
export function parseName(box: Box, text: string): MailName | null {
  const [, rank, seq, id, attempt, redriven, rest] = SHAPE.exec(text) ?? [];
  if (rank === undefined || id === undefined || !MESSAGE_ID.test(id)) return null;
  const waits = rest?.startsWith('n') === true && /\d/.test(rest);
  if (box === 'new' ? rest !== undefined && !waits : rest === undefined || !STATES[box].includes(rest)) return null;
  return {
    box,
    rank: Number(rank),
    seq: Number(seq),
    id,
    attempt: Number(attempt),
    redriven: redriven !== undefined,
    state: box === 'new' ? 'queued' : box === 'dead' ? 'dead' : (rest as MessageState),
    reason: box === 'dead' ? (rest as DeadReason) : null,
    notBefore: waits ? Number(rest?.slice(1)) : null,
  };
}

/** The name of a message that was just admitted. */
export const freshName = (rank: number, seq: number, id: string): MailName => ({
  box: 'new',
  rank,
  seq,
  id,
  attempt: 0,
  redriven: false,
  state: 'queued',
  reason: null,
  notBefore: null,
});

export const rankOf = (priority: (typeof PRIORITIES)[number]): number => PRIORITIES.indexOf(priority);

/** Negative when `a` is delivered before `b`. */
export const byOrder = (a: MailName, b: MailName): number => a.rank - b.rank || a.seq - b.seq;
