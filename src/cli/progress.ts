import { cutText } from '../base/index.ts';
import type { CliPorts } from './ports.ts';
import { styleFor } from './view/style.ts';

/** One line on stderr that tells what is going on while a command works. */
export interface Progress {
  /** Sets the line. */
  update(text: string): void;
  /** Prints a line that stays, above it. */
  note(line: string): void;
  end(): void;
}

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const CLEAR = '\r\x1b[K';

/** On a terminal a spinner; elsewhere only what stays. Nothing at all when `quiet`. */
export function showProgress(ports: Pick<CliPorts, 'err' | 'env' | 'clock'>, quiet: boolean): Progress {
  const { err } = ports;
  if (quiet) return { update() {}, note() {}, end() {} };
  if (!err.isTTY) return { update() {}, note: (line) => err.write(`${line}\n`), end() {} };
  const style = styleFor(ports.env, true);
  const frames = style.unicode ? FRAMES : ['|', '/', '-', '\\'];
  let text = '';
  let turn = 0;
  const draw = (): void => {
    const line = cutText(text, Math.max(1, err.columns() - 3));
    if (text !== '') err.write(`${CLEAR}${style.paint('cyan', frames[turn % frames.length] ?? '')} ${line}`);
  };
  const cancel = ports.clock.every(100, () => {
    turn++;
    draw();
  });
  return {
    update(next) {
      text = next;
      draw();
    },
    note(line) {
      err.write(`${CLEAR}${line}\n`);
      draw();
    },
    end() {
      cancel();
      if (text !== '') err.write(CLEAR);
      text = '';
    },
  };
}

/** The spinner comes when something takes longer than this, milliseconds. */
const PATIENCE = 1_000;

/** The same, but nothing is shown of what is over within a second. */
export function lateProgress(ports: Pick<CliPorts, 'err' | 'env' | 'clock'>, quiet: boolean): Progress {
  let shown: Progress | null = null;
  let last = '';
  const cancel = ports.clock.after(PATIENCE, () => {
    shown = showProgress(ports, quiet);
    shown.update(last);
  });
  return {
    update(text) {
      last = text;
      shown?.update(text);
    },
    note: (line) => (shown === null ? ports.err.write(`${line}\n`) : shown.note(line)),
    end() {
      cancel();
      shown?.end();
    },
  };
}
