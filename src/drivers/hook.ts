import type { Activity } from '../protocol/index.ts';
import type { Driver } from './driver.ts';

/** What one hook said. */
export interface HookSignal {
  /** null: it says nothing about that. */
  readonly activity: Activity | null;
  /** Id of the conversation it was in. */
  readonly conversation: string | null;
  /** Absolute path of its transcript, as the CLI names it. */
  readonly transcript: string | null;
  /** A turn began, by text that was submitted: proof of a submission. */
  readonly prompt: string | null;
}

/** `AGENT.INCARNATION.EVENT.UNIQUE`, as `scripts/hook.sh` names its records; null for anything else. */
export function hookRecord(name: string): { agent: string; incarnation: number; event: string; unique: string } | null {
  const [, agent, incarnation, event, unique] = /^([a-z][a-z0-9-]*)\.(\d+)\.([A-Za-z]+)\.([0-9.-]+)$/.exec(name) ?? [];
  if (agent === undefined || event === undefined || unique === undefined) return null;
  return { agent, incarnation: Number(incarnation), event, unique };
}

const ACTIVITY_OF: Readonly<Record<string, Activity>> = {
  UserPromptSubmit: 'busy',
  BeforeAgent: 'busy',
  PostToolUse: 'busy',
  AfterTool: 'busy',
  PermissionRequest: 'approval',
  Stop: 'idle',
  StopFailure: 'idle',
  AfterAgent: 'idle',
  'agent-turn-complete': 'idle',
};

/** Reads a record. A payload that was cut, or is no JSON, still tells by its event's name and by what stands near its beginning. */
export function parseHook(driver: Driver, event: string, payload: string): HookSignal {
  const read = fields(payload);
  const said = driver.launch === 'codex' ? (read('type') ?? '') : event;
  return {
    activity: said === 'Notification' ? notified(read) : (ACTIVITY_OF[said] ?? null),
    conversation: read('session_id') ?? read('thread-id') ?? null,
    transcript: read('transcript_path') ?? null,
    prompt: said === 'UserPromptSubmit' || said === 'BeforeAgent' ? (read('prompt') ?? '') : null,
  };
}

/** Claude: `permission_prompt`, `elicitation_dialog`, `idle_prompt`, ...; Gemini: `ToolPermission`; without a type, by its sentence. */
function notified(read: (key: string) => string | undefined): Activity | null {
  const said = read('notification_type') ?? read('message') ?? '';
  if (/permission/i.test(said)) return 'approval';
  return /elicitation|question/i.test(said) ? 'question' : null;
}

/** Strings of a JSON object's first level; of what is not whole, the first one of that key. */
function fields(payload: string): (key: string) => string | undefined {
  const whole = parsed(payload);
  return (key) => {
    if (whole !== null) return typeof whole[key] === 'string' ? whole[key] : undefined;
    const raw = new RegExp(`"${key}"\\s*:\\s*("(?:[^"\\\\]|\\\\.)*")`).exec(payload)?.[1];
    const value = raw === undefined ? undefined : parsed(`{"value":${raw}}`)?.value;
    return typeof value === 'string' ? value : undefined;
  };
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
