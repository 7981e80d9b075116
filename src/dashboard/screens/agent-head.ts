import { formatBytes, formatDuration, plainLine } from '../../base/index.ts';
import type { AgentSnapshot } from '../../protocol/index.ts';
import { fitLine, type Line, lineWidth, type Size, type Span, span, spread } from '../frame.ts';
import { asksText, canApprove, shownAgents } from '../model/crew.ts';
import { AGENT_TABS, type State } from '../model/state.ts';
import { shortAge } from '../text.ts';
import { sparkline } from '../../view/index.ts';
import { activityText, activityTone, signOf, toneOf } from './agent-words.ts';

/** Lines of a screen from which there is room for the facts below the name. */
const FACTS_FROM = 12;

/** What stands above the tab's content, as lines of the whole width. */
export function agentHead(state: State, agent: AgentSnapshot, { width, height }: Size): Line[] {
  return [
    nameLine(state, agent, width),
    ...(height >= FACTS_FROM ? [factsLine(state, agent, width)] : []),
    tabLine(state, agent, width),
    ...askLines(state, agent, width),
  ];
}

/** `● kaede カエデ  busy 42s  make all        2/9`. */
function nameLine(state: State, agent: AgentSnapshot, width: number): Line {
  const agents = shownAgents(state);
  const place = agents.findIndex(({ name }) => name === agent.name) + 1;
  const grown = state.now - state.takenAt;
  const doing = agent.task === null ? agent.detail : agent.task.text;
  return spread(
    [
      span(` ${signOf(agent, state.settings.unicode)} `, toneOf(agent)),
      span(agent.name, 'accent'),
      span(agent.display === '' ? '' : ` ${plainLine(agent.display)}`, 'bold'),
      span('  '),
      span(activityText(agent, state.now, grown), activityTone(agent)),
      span(doing === '' ? '' : `  ${plainLine(doing)}`, agent.task === null ? 'dim' : 'plain'),
    ],
    [span(` ${place}/${agents.length} `, 'dim')],
    width,
  );
}

/** What else is known of it; what there is no room for is left out, the rest stays. */
function factsLine(state: State, agent: AgentSnapshot, width: number): Line {
  const line: Span[] = [span(' ')];
  for (const part of [...aboutParts(state, agent), ...usageParts(state, agent)]) {
    const gap = line.length === 1 ? [span('  ')] : [span('   ')];
    if (lineWidth([...line, ...gap, ...part]) <= width) line.push(...gap, ...part);
  }
  return fitLine(line, width);
}

function aboutParts(state: State, agent: AgentSnapshot): Span[][] {
  const { now, takenAt } = state;
  const fact = (title: string, value: string): Span[] => [span(`${title} `, 'dim'), span(value)];
  const exit = agent.last_exit;
  const ended = exit === null ? Number.NaN : now - Date.parse(exit.at);
  return [
    [span(plainLine(agent.type)), span(agent.role === '' ? '' : `, ${plainLine(agent.role)}`)],
    ...(agent.skills.length > 0 ? [[span(agent.skills.map(plainLine).join(' '), 'dim')]] : []),
    ...(agent.pid === null ? [] : [fact('up', shortAge(agent.uptime + now - takenAt))]),
    ...(agent.restarts > 0
      ? [[span(`${agent.restarts} ${agent.restarts === 1 ? 'restart' : 'restarts'}`, 'warn')]]
      : []),
    ...(exit === null
      ? []
      : [
          fact(
            'last exit',
            `${exit.class}${exit.code === null ? '' : ` ${exit.code}`}${ended >= 0 ? ` ${shortAge(ended)} ago` : ''}`,
          ),
        ]),
    ...(agent.pid === null ? [] : [fact('pid', String(agent.pid))]),
    ...(agent.pane === null ? [] : [fact('pane', agent.pane)]),
    fact('run', String(agent.incarnation)),
    ...(agent.state === 'running' ? [] : [fact(agent.state, `for ${sinceText(agent.state_since, now)}`)]),
  ];
}

const sinceText = (iso: string, now: number): string => {
  const since = now - Date.parse(iso);
  return Number.isFinite(since) ? formatDuration(Math.max(0, since)) : '?';
};

function usageParts({ history, settings }: State, agent: AgentSnapshot): Span[][] {
  const samples = history.samples.get(agent.name);
  const least = Math.min(...(samples?.memory ?? []));
  // How much it grew, as in the table of the crew.
  const grown = (samples?.memory ?? []).map((value) => value - least);
  const used = (title: string, value: string, values: readonly number[], least: number): Span[] => [
    span(`${title} `, 'dim'),
    span(value),
    span(` ${sparkline(values, Math.min(10, values.length), least, settings.unicode)}`.trimEnd(), 'busy'),
  ];
  return [
    ...(agent.cpu === null ? [] : [used('CPU', `${Math.round(agent.cpu)}%`, samples?.cpu ?? [], 25)]),
    ...(agent.memory === null ? [] : [used('MEM', formatBytes(agent.memory), grown, least * 0.2)]),
  ];
}

/** The tabs in a line that divides; while one types through, the line says that and nothing else. */
function tabLine(state: State, agent: AgentSnapshot, width: number): Line {
  const dash = state.settings.unicode ? '─' : '-';
  const { tab, typing } = state.agent;
  const tone = typing ? 'ask' : 'frame';
  const line: Span[] = [span(dash, tone)];
  if (typing) {
    const where =
      agent.pid === null ? `${agent.name} does not run: nobody reads your keys` : `your keys go to ${agent.name}`;
    line.push(span(` ${state.settings.unicode ? '▶' : '>'} ${where} `, 'ask'), span(dash.repeat(3), tone));
    line.push(span(' C-]', 'key'), span(' ends it ', 'plain'));
  } else
    for (const one of AGENT_TABS) {
      const waiting = one === 'mail' ? agent.mail.queued + agent.mail.inFlight + agent.mail.dead : 0;
      const text = `${one}${waiting > 0 ? ` ${waiting}` : ''}`;
      const worried = one === 'mail' && agent.mail.dead > 0;
      line.push(
        one === tab ? span(`[${text}]`, 'accent') : span(` ${text} `, worried ? 'bad' : 'title'),
        span(dash, tone),
      );
    }
  const used = lineWidth(line);
  return fitLine([...line, span(dash.repeat(Math.max(0, width - used)), tone)], width);
}

/** What it asks, with the keys that answer it. */
function askLines({ settings, agent: { typing } }: State, agent: AgentSnapshot, width: number): Line[] {
  if (agent.state !== 'running' || (agent.activity !== 'approval' && agent.activity !== 'question')) return [];
  const approval = agent.activity === 'approval';
  const sign = approval ? (settings.unicode ? '▲' : '!') : '?';
  const keys: readonly [string, string][] = canApprove(agent)
    ? [
        ['a', 'approve'],
        ['d', 'deny'],
        ['t', 'type'],
      ]
    : [['t', 'type the answer']];
  const right = typing
    ? []
    : keys.flatMap(([key, word]) => [span(`  ${key}`, 'key', 'box'), span(` ${word}`, 'plain', 'box')]);
  const detail = asksText(agent);
  return [
    spread(
      [
        span(` ${sign} ${approval ? 'wants to run' : 'asks'}`, 'ask', 'box'),
        span(detail === '' ? '' : `: ${detail}`, 'plain', 'box'),
      ],
      [...right, span(' ', 'plain', 'box')],
      width,
      'box',
    ),
  ];
}
