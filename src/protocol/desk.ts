import type { Outcome } from './service.ts';

/** What an agent asks of a person, as its screen shows it at this moment. */
export interface Asked {
  readonly kind: 'approval' | 'question';
  /** Lines of the dialog, without escapes, top to bottom. */
  readonly lines: readonly string[];
  /** Names exactly this dialog: an answer given to it is pressed only while it is what the screen shows. */
  readonly token: string;
  /** The driver knows which keys say yes and no. Without it a person types through. */
  readonly answerable: boolean;
}

/** The visible screen of an agent with its colours. */
export interface LiveScreen {
  readonly agent: string;
  readonly pane: string;
  readonly title: string;
  readonly width: number;
  readonly height: number;
  /** Top to bottom. Nothing but printable text and SGR sequences (ECMA-48 8.3.117), each line begins with the default colours. */
  readonly lines: readonly string[];
  /** Cells from 0. */
  readonly cursor: { readonly x: number; readonly y: number };
}

/** What a person at a desk does with one agent, beside starting, stopping and writing to it. Calls reject with OrchestraError. */
export interface DeskService {
  /** What it asks; null when no dialog is up. */
  asked(agent: string): Promise<Asked | null>;
  /**
   * Answers the dialog that `token` names. The screen is read again at the moment of the answer: rejects with `conflict`, nothing pressed, when it
   * shows another one or none; with `refused` when the driver knows no keys for it. Resolves once the dialog is gone.
   */
  answer(agent: string, yes: boolean, token: string, by: string): Promise<void>;
  /** Holds back or lets go the delivery of mail to agents; kept over restarts of the controller. An empty list means all. */
  pause(agents: readonly string[], on: boolean, by: string): Promise<readonly Outcome[]>;
  /** Hands what a person's terminal sent on to the agent's pane as it is. */
  press(agent: string, input: string): Promise<void>;
  screen(agent: string): Promise<LiveScreen>;
  /** Makes the agent's pane the active one for whoever is attached, `zoom`: filling the window. */
  focus(agent: string, zoom: boolean): Promise<void>;
}
