/** What applying a configuration does to each agent. `config plan` prints it, `up` performs it. */
export interface Plan {
  readonly session: 'new' | 'same' | 'renamed';
  readonly layoutChanged: boolean;
  /** The profile before and after, when it is another one: `up` without `--profile` goes back to the file alone. */
  readonly profile?: { readonly from: string | null; readonly to: string | null };
  /** Settings of the session itself that differ, in the words of the file (`messages.depth`, `dashboard.theme`, `groups`, `policy`, `agent_types.mybot`), and `profile`. */
  readonly fields: readonly string[];
  readonly agents: readonly PlannedChange[];
}

export interface PlannedChange {
  readonly agent: string;
  /**
   * add: new, will be started. remove: gone from the file, will be stopped. restart: runs something else now, will be interrupted.
   * update: only policies changed, applied without touching the process. keep: nothing changed.
   */
  readonly action: 'add' | 'remove' | 'restart' | 'update' | 'keep';
  /** Names of the fields that differ, in the words of the file (`command`, `env`, `restart.backoff`). */
  readonly fields: readonly string[];
}
