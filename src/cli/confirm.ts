import { plainLine } from '../base/index.ts';
import type { CliPorts } from './ports.ts';

/** The next key a person presses. */
export function nextKey({ input }: Pick<CliPorts, 'input'>): Promise<string> {
  return new Promise((resolve) => {
    const cancel = input.onKey((pressed) => {
      cancel();
      resolve(pressed);
    });
  });
}

/** Asks on the terminal; only `y` is a yes. */
export async function confirmed(ports: Pick<CliPorts, 'input' | 'out'>, question: string): Promise<boolean> {
  ports.out.write(`${question} [y/N] `);
  const key = await nextKey(ports);
  ports.out.write(`${plainLine(key)}\n`);
  return key === 'y' || key === 'Y';
}
