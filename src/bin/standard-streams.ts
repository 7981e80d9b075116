/**
 * Opened when it is first asked for: Node takes a millisecond for each, and most commands write to one, while a controller is asked. Whatever writes
 * to them in this program takes them from here.
 */
function lazily(name: 'stdout' | 'stderr'): { open(): NodeJS.WriteStream; written(): Promise<void> } {
  let stream: NodeJS.WriteStream | null = null;
  return {
    open() {
      if (stream !== null) return stream;
      stream = process[name];
      // A reader that has seen enough (`| head`) closes the pipe: no error, and nobody left to tell.
      stream.on('error', (error: NodeJS.ErrnoException) => {
        process.exit(error.code === 'EPIPE' ? 0 : 1);
      });
      return stream;
    },
    written: async () => {
      if (stream !== null) await new Promise((resolve) => stream?.write('', resolve));
    },
  };
}

const [out, err] = [lazily('stdout'), lazily('stderr')];

export const stdout = out.open;
export const stderr = err.open;

/** What was written to a pipe may still be on its way: exiting now cut a long `status --json` at 64 KiB, what a pipe holds. */
export async function written(): Promise<void> {
  await out.written();
  await err.written();
}
