import { OrchestraError } from '../../protocol/index.ts';
import { copiesOf, mailProject, openMail, whoAsks } from '../mail-project.ts';
import type { CliPorts } from '../ports.ts';
import { send, type SendOptions } from './send.ts';

/** `orchestra reply ID TEXT…`: a message to the sender of another one, which counts as answered by it. */
export async function reply(
  ports: CliPorts,
  id: string,
  words: readonly string[],
  options: SendOptions,
): Promise<number> {
  const reader = await openMail(ports, mailProject(ports, options.file));
  const [{ message }] = await copiesOf(reader, id).finally(() => reader.close());
  if (message.from === whoAsks(ports.env)) {
    throw new OrchestraError(
      'usage',
      'that is a message of your own',
      `write to its recipient: orchestra send ${message.to}`,
    );
  }
  return send(ports, message.from, words, { ...options, replyTo: message.id });
}
