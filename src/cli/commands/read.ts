import { copiesOf, mailProject, openMail, whoAsks } from '../mail-project.ts';
import type { CliPorts } from '../ports.ts';
import { writeJson, writeLines } from '../report.ts';
import { messageLines } from '../view/mail.ts';
import { styleFor } from '../view/style.ts';

/** `orchestra read ID`: a message in full. Changes nothing. */
export async function read(
  ports: CliPorts,
  id: string,
  options: { readonly file?: string; readonly json?: boolean },
): Promise<number> {
  const reader = await openMail(ports, mailProject(ports, options.file));
  try {
    const copies = await copiesOf(reader, id);
    // An agent is shown the copy that is its own.
    const own = copies.filter(({ message }) => message.to === whoAsks(ports.env));
    const shown = own.length > 0 ? own : copies;
    if (options.json) writeJson(ports.out, { message: shown[0]?.message, copies: shown });
    else writeLines(ports.out, messageLines(shown, styleFor(ports.env, ports.out.isTTY), ports.clock.wall()));
    return 0;
  } finally {
    reader.close();
  }
}
