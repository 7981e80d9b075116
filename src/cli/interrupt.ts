import type { CliPorts } from './ports.ts';

/** The exit status of a command that a person broke off: 128 + SIGINT, as shells have it. */
export const INTERRUPTED = 130;

/** Runs `work` until it is done or a person presses Ctrl-C; null then. The work itself is not stopped: it belongs to the controller. */
export async function unlessInterrupted<T>(ports: Pick<CliPorts, 'onInterrupt'>, work: Promise<T>): Promise<T | null> {
  let cancel = (): void => {};
  const interrupted = new Promise<null>((resolve) => {
    cancel = ports.onInterrupt(() => resolve(null));
  });
  try {
    return await Promise.race([work, interrupted]);
  } finally {
    cancel();
  }
}
