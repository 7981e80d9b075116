import { type Disk, fileSyncKeepsName, privateDir, systemDisk, systemRandom } from '../platform/index.ts';
import { LARGEST_MESSAGE, type MessageDraft, OrchestraError, type Paths } from '../protocol/index.ts';
import { checkDraft } from './draft.ts';

/**
 * Leaves a message where the next controller finds it; resolves once it outlives a power loss. The draft needs an id: admitted twice it is dropped once.
 * Throws OrchestraError `refused` for what is no message, `storage` when the disk takes none; nothing is left then.
 */
export async function dropInIntake(paths: Paths, draft: MessageDraft, disk: Disk = systemDisk()): Promise<void> {
  const checked = checkDraft(draft);
  const why = !checked.ok ? checked.why : draft.id === undefined ? 'id is missing' : null;
  if (why !== null) throw new OrchestraError('refused', `the message is refused: ${why}`);
  const bytes = Buffer.from(`${JSON.stringify(draft)}\n`, 'utf8');
  if (bytes.length > LARGEST_MESSAGE) {
    throw new OrchestraError(
      'refused',
      'the message is longer than 1 MiB',
      'leave the text in a file and send its path',
    );
  }
  // A name of its own: what a sender that was killed left in tmp/ must not be in the way of the next one's.
  const temporary = `${paths.intake}/tmp/${draft.id}.${Buffer.from(systemRandom(6)).toString('hex')}`;
  const target = `${paths.intake}/new/${draft.id}.json`;
  let lies: string | null = null;
  try {
    for (const folder of ['tmp', 'new']) privateDir(`${paths.intake}/${folder}`);
    const fd = disk.create(temporary, bytes);
    lies = temporary;
    // Renamed first, where one sync keeps the file and its name: what a power loss tears in between is no JSON, and nobody was told that it was accepted.
    disk.rename(temporary, target);
    lies = target;
    await disk.syncAndClose(fd);
    if (!fileSyncKeepsName(paths.intake)) await disk.syncDir(`${paths.intake}/new`);
  } catch (error) {
    if (lies !== null) takeAway(disk, lies);
    throw storageError(error, 'the message could not be left in the intake');
  }
}

function takeAway(disk: Disk, path: string): void {
  try {
    disk.remove(path);
  } catch {} // its sender is told that it was not accepted; one that is admitted all the same is one message more, never one less
}

/** What a disk said, as something a person can act on. */
export function storageError(error: unknown, what: string): OrchestraError {
  const { code, message } = error as NodeJS.ErrnoException;
  const why =
    code === 'ENOSPC' || code === 'EDQUOT'
      ? 'the disk is full'
      : code === 'EACCES' || code === 'EPERM' || code === 'EROFS'
        ? 'the folder is not writable'
        : message;
  return new OrchestraError(
    'storage',
    `${what}: ${why}`,
    'free space or mend the folder .orchestra/queue, then send again',
    {
      code: code ?? '',
    },
  );
}
