import type { Activity, DeliveryMode, Lifecycle, Message } from '../../protocol/index.ts';

/** What is known about an agent that has mail. Times are monotonic, milliseconds. */
export interface Recipient {
  readonly state: Lifecycle;
  readonly activity: Activity;
  /** Its driver can tell what it is doing. Of others only the pane itself is asked, when something is to be typed. */
  readonly readable: boolean;
  /** It fetches its mail itself (the worker). */
  readonly fetches: boolean;
  readonly mode: DeliveryMode;
  /** Its account waits for its limit or a log-in. */
  readonly held: boolean;
  /** A person holds its mail back. */
  readonly paused: boolean;
  /** A message is being typed into it. */
  readonly typing: boolean;
  /** After something was in the way it is not tried again before this. */
  readonly notBefore: number;
}

export type Decision = { readonly kind: 'wait' } | { readonly kind: 'type'; readonly mode: 'idle' | 'now' };

const WAIT: Decision = { kind: 'wait' };

/** Whether the next message of an agent is typed now. Level-triggered: asked again and again, so that no change has to be seen. */
export function decide(recipient: Recipient, message: Pick<Message, 'priority' | 'delivery'>, now: number): Decision {
  const mode = message.delivery ?? recipient.mode;
  if (recipient.fetches || mode === 'inbox') return WAIT;
  if (
    recipient.state !== 'running' ||
    recipient.held ||
    recipient.paused ||
    recipient.typing ||
    now < recipient.notBefore
  )
    return WAIT;
  if (!recipient.readable || recipient.activity === 'idle') return { kind: 'type', mode: 'idle' };
  // Typing into a running turn aborts it in some CLIs, so this is asked for twice: by the mode and by the priority.
  const urgent = mode === 'now' && message.priority === 'urgent';
  return urgent && recipient.activity === 'busy' ? { kind: 'type', mode: 'now' } : WAIT;
}
