import {
  type DeskService,
  type MailEntry,
  type MailService,
  type NoticeService,
  type UsageService,
  OrchestraError,
  type OrchestraService,
} from '../../protocol/index.ts';

export interface DoorServices {
  readonly session: OrchestraService;
  readonly mail: MailService;
  readonly desk: DeskService;
  readonly notices: NoticeService;
  readonly usage: UsageService;
}

/**
 * What one agent may ask through its door: its own mail, its own word on what it does, and how the session stands. With more, `orchestra run` would start
 * any program outside of its sandbox, and `type` would speak for a person to any other agent.
 */
export function doorServices(agent: string, { session, mail }: DoorServices): DoorServices {
  const refuse = async (): Promise<never> => {
    throw new OrchestraError(
      'refused',
      `${agent} is kept in a sandbox: it may read and send its own mail, and see the status`,
      'ask a person, or run it outside',
    );
  };
  const own = (entries: readonly MailEntry[]): readonly MailEntry[] =>
    entries.filter(({ message }) => message.to === agent || message.from === agent);
  const only = <T>(name: string, run: () => Promise<T>): Promise<T> => (name === agent ? run() : refuse());
  return {
    session: {
      snapshot: () => session.snapshot(),
      apply: refuse,
      plan: refuse,
      applied: refuse,
      appliedConfig: refuse,
      add: refuse,
      command: refuse,
      roll: refuse,
      events: refuse,
      down: refuse,
      // Ids and names, no texts: what `send --wait` follows.
      subscribe: (listener) =>
        session.subscribe((told) => {
          if (told.kind !== 'event' || told.event.type.startsWith('message.')) listener(told);
        }),
    },
    mail: {
      send: (draft) => mail.send(draft),
      mail: async (filter) => own(await mail.mail(filter)),
      message: async (id) => own(await mail.message(id)),
      take: (name, wait, gone) => only(name, () => mail.take(name, wait, gone)),
      ack: (name, id) => only(name, () => mail.ack(name, id, agent)),
      report: (name, activity, detail) => only(name, () => mail.report(name, activity, detail)),
      redrive: refuse,
      purge: refuse,
      peek: refuse,
      type: refuse,
    },
    desk: { asked: refuse, answer: refuse, pause: refuse, press: refuse, screen: refuse, focus: refuse },
    notices: { notices: refuse, testNotices: refuse },
    usage: { usage: refuse, advise: refuse },
  };
}
