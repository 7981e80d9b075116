import type { Client } from '../rpc/index.ts';

export type Cancel = () => void;

/** What the dashboard does to the world. src/bin composes it; tests hand in their own. */
export interface DashboardPorts {
  readonly clock: {
    wall(): number;
    mono(): number;
    after(ms: number, run: () => void): Cancel;
    pause(ms: number): Promise<void>;
  };
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
  connect(): Promise<Client>;
  /** The newest lines of an agent's log, escapes and all. */
  readLog(agent: string): readonly string[];
  /** Id of this client for the events of what it asks for: `dashboard`. */
  readonly by: string;
}
