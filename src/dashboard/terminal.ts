import createProgram from 'blessed/lib/program.js';
import { Decoder, type Heard } from './decode.ts';
import type { Size } from './frame.ts';
import type { Cancel, DashboardPorts } from './ports.ts';

/** Milliseconds after which the beginning of a sequence was no beginning: Esc by itself. tmux sends a sequence in one write. */
const ESCAPE_TIME = 25;

export interface Terminal {
  size(): Size;
  write(text: string): void;
  close(): void;
}

/** Takes the person's terminal over, as a full screen program: another buffer, raw keys, mouse, bracketed paste. */
export function openTerminal(ports: DashboardPorts, onHeard: (heard: Heard) => void, onResize: () => void): Terminal {
  const { input, output, clock } = ports;
  // No terminfo: everything written is ECMA-48 and what tmux and each terminal since xterm know; loading it takes longer than the first picture.
  const program = createProgram({ input, output, tput: false });
  const decoder = new Decoder();
  let late: Cancel = () => {};
  program.on('data', (chunk: Buffer | string) => {
    late();
    for (const one of decoder.decode(String(chunk))) onHeard(one);
    if (decoder.waits) late = clock.after(ESCAPE_TIME, () => decoder.flush().forEach(onHeard));
  });
  program.on('resize', onResize);
  input.setEncoding('utf8');
  input.setRawMode?.(true);
  input.resume();
  // Not blessed's, which asks for mode 47 first: with it terminals do not put the cursor back where it was.
  output.write('\x1b[?1049h');
  program.setMouse({ vt200Mouse: true, sgrMouse: true }, true);
  output.write('\x1b[?2004h');
  return {
    size: () => ({ width: Math.max(1, output.columns || 80), height: Math.max(1, output.rows || 24) }),
    write: (text) => void output.write(text),
    close() {
      late();
      output.write('\x1b[m\x1b[?2004l\x1b[?25h');
      program.setMouse({ vt200Mouse: false, sgrMouse: false }, false);
      output.write('\x1b[?1049l');
      program.destroy();
      input.setRawMode?.(false);
      input.pause();
    },
  };
}
