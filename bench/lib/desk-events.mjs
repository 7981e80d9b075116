// What a busy crew says: five events a message, and now and then a death.

const name = (index) => `agent-${String(index + 1).padStart(3, '0')}`;
const AGES = 3_600_000;

/** @param {number} count agents */
export function deskSnapshot(count, seq, now) {
  const agents = Array.from({ length: count }, (_, index) => ({
    name: name(index),
    display: index % 3 === 0 ? 'カエデ' : '',
    type: 'worker',
    role: '',
    skills: [],
    state: 'running',
    state_since: new Date(now - AGES).toISOString(),
    activity: (index + seq) % 2 === 0 ? 'busy' : 'idle',
    activity_since: new Date(now - 60_000).toISOString(),
    paused: false,
    held_until: null,
    asks: null,
    task:
      index % 4 === 0
        ? { id: `t${index}`, text: 'builds what was asked for and tells how it went', from: name(0) }
        : null,
    mail: { queued: (index + seq) % 5, inFlight: 0, dead: 0 },
    detail: '',
    pid: 1_000 + index,
    pane: `%${index}`,
    pane_pid: 900 + index,
    incarnation: 1,
    restarts: 0,
    uptime: AGES,
    memory: (50 + ((index + seq) % 40)) * 2 ** 20,
    cpu: (index * 7 + seq) % 60,
    last_exit: null,
    next_start: null,
  }));
  return {
    session: 'bench',
    project: '/bench',
    file: '/bench/orchestra.yaml',
    profile: null,
    uptime: AGES,
    controller: { pid: 1, version: '0', uptime: AGES, memory: 60e6, degraded: [] },
    tmux: { socket: '/bench/tmux.sock', pid: 2, version: '3.3a' },
    agents,
    groups: [],
    dashboard: { theme: 'auto', keys: {} },
    seq,
  };
}

/** The event at a place of the journal. Whoever asks for the same place gets the same. */
export function deskEvent(seq, count, now) {
  const letter = Math.floor(seq / 5);
  const agent = name(letter % count);
  const id = `01a1fee5-0000-7000-8000-${String(letter).padStart(12, '0')}`;
  const event = (type, data) => ({ seq, time: new Date(now).toISOString(), type, agent, data });
  if (seq % 2_000 === 1_999) return event('agent.started', { incarnation: seq, pid: seq, reason: 'exited' });
  switch (seq % 5) {
    case 0:
      return event('message.queued', {
        id,
        type: 'note',
        from: name((letter + 1) % count),
        seq,
        priority: 'normal',
        replyTo: null,
      });
    case 1:
      return event('message.delivering', { id, attempt: 1 });
    case 2:
      return event('message.submitted', { id, attempt: 1, door: 'inbox' });
    case 3:
      return event('agent.activity', { from: 'idle', to: 'busy', by: 'hook' });
    default:
      return event('message.acked', { id, by: agent });
  }
}
