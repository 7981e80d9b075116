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
