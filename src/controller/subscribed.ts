import type { Journal } from '../journal/index.ts';
import type { OrchestraService, StreamMessage } from '../protocol/index.ts';

/** A snapshot at once, then every event after it. */
export async function subscribed(
  service: Pick<OrchestraService, 'snapshot'>,
  journal: Journal,
  listener: (message: StreamMessage) => void,
): Promise<{ close(): void }> {
  // Snapshot and subscription in one turn of the loop: no event can fall between them.
  const snapshot = await service.snapshot();
  listener({ kind: 'snapshot', snapshot });
  const close = journal.listen((event) => listener({ kind: 'event', event }));
  return { close };
}
