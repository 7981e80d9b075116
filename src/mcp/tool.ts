import type { McpPorts } from './ports.ts';

export interface Tool {
  readonly name: string;
  readonly title: string;
  /** For a model: when to use it, and what comes back. */
  readonly description: string;
  readonly inputSchema: {
    readonly type: 'object';
    readonly properties: Record<string, object>;
    readonly required?: string[];
  };
  /** Does it change anything? */
  readonly changes: boolean;
  /** What the model is told. Rejects with OrchestraError. */
  run(ports: McpPorts, given: Readonly<Record<string, unknown>>): Promise<string>;
}

/** Messages of a list, at first and at most. */
export const LISTED = 20;
export const MOST_LISTED = 200;

/** What a tool that lists messages takes. */
export const LIMIT = {
  type: 'integer',
  minimum: 1,
  description: `The newest this many; ${LISTED} unless you say otherwise.`,
};
