// The part of blessed that is used: its program, which owns the terminal. It comes without types.
declare module 'blessed/lib/program.js' {
  import type { EventEmitter } from 'node:events';

  interface Program extends EventEmitter {
    readonly cols: number;
    readonly rows: number;
    setMouse(options: Record<string, boolean>, enable: boolean): void;
    bindMouse(): void;
    destroy(): void;
    write(text: string): void;
  }
  interface Options {
    readonly input: NodeJS.ReadStream;
    readonly output: NodeJS.WriteStream;
    readonly tput: boolean;
    readonly term?: string;
  }
  function program(options: Options): Program;
  export default program;
}
