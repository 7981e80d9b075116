import type { MessageDraft } from '../../src/protocol/index.ts';
import { anAgent, CONFIGURATION, type FakeSession, fakeSession } from './fake-session.ts';
import { FakeMail } from './fake-mail.ts';
import type { Project } from './project.ts';
import { test as base } from './test.ts';

/** A project whose session and mail are fakes behind a real socket; there is none until `open`. */
export class MailSession {
  readonly mail = new FakeMail('kaede', 'sakura', 'momiji');
  readonly #project: Project;
  #session: FakeSession | null = null;

  constructor(project: Project) {
    this.#project = project;
  }

  async open(): Promise<FakeMail> {
    this.#project.writeText(CONFIGURATION);
    this.#session = await fakeSession(this.#project.folder, [anAgent('kaede'), anAgent('sakura')], {}, this.mail);
    return this.mail;
  }

  get listeners(): number {
    return this.#session?.listeners ?? 0;
  }

  /** Tells everyone who listens that something happened to a message. */
  tell(id: string): void {
    this.#session?.publish({
      kind: 'event',
      event: { seq: 9, time: '2026-01-31T12:00:00.000Z', type: 'message.acked', agent: 'kaede', data: { id, by: 'x' } },
    });
  }

  /** The last draft that was sent. */
  sent(): MessageDraft {
    return this.mail.calls.findLast(([method]) => method === 'send')?.[1] as MessageDraft;
  }

  async close(): Promise<void> {
    const session = this.#session;
    this.#session = null;
    await session?.close();
  }
}

export const test = base.extend<{ session: MailSession }>({
  session: async ({ project }, use) => {
    const session = new MailSession(project);
    await use(session);
    await session.close();
  },
});
