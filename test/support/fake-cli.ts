import type { PaneDoor, Screen } from '../../src/drivers/index.ts';
import type { Clock } from '../../src/platform/index.ts';

/** What befalls a fake CLI, at a moment of its own time. */
export interface Happening {
  readonly at: number;
  readonly what: 'dialog' | 'answer' | 'person' | 'turn' | 'copy-mode' | 'end';
}

/** How one fake CLI differs from another. Times in milliseconds. */
export interface Habits {
  readonly width: number;
  /** From a paste to its text on the screen. */
  readonly pasteDelay: number;
  /** A paste of more lines than this shows as a marker. */
  readonly foldAbove: number;
  /** How many Enters it does not hear. */
  readonly deafTo: number;
  /** How long a turn takes. */
  readonly turn: number;
  /** What becomes of text that is pasted while a dialog is up. */
  readonly behindDialog: 'kept' | 'dropped';
  /** A dialog stands below the input field and leaves it on the screen; the keys are the dialog's all the same. */
  readonly dialogBeside: boolean;
  readonly echoes: boolean;
}

const HEIGHT = 30;

/**
 * A terminal agent on paper: an input field, turns, dialogs that answer to Enter, a person who types. It looks like Claude Code. Its time passes
 * in `clock.pause` alone, and what befalls it happens there, at a paste or before a read: never between a read and the keys that follow it,
 * a gap that no program on the outside can close.
 */
export class FakeCli implements PaneDoor {
  /** What was submitted, oldest first. */
  readonly submitted: string[] = [];
  answeredDialogs = 0;
  sentDrafts = 0;
  interruptedTurns = 0;
  presses = 0;
  composer: { text: string; by: 'us' | 'person' }[] = [];
  dialog = false;
  readonly #habits: Habits;
  #happenings: Happening[];
  #now = 0;
  #busyUntil = -1;
  #arrivals: { at: number; text: string }[] = [];
  #inMode = false;
  #ended = false;
  #deaf: number;
  #transcript: string[] = ['Welcome'];

  constructor(habits: Habits, happenings: readonly Happening[]) {
    this.#habits = habits;
    this.#happenings = [...happenings].sort((a, b) => a.at - b.at);
    this.#deaf = habits.deafTo;
  }

  readonly clock: Clock = {
    wall: () => this.#now,
    mono: () => this.#now,
    after: () => () => undefined,
    every: () => () => undefined,
    pause: (ms) => {
      this.pass(ms);
      return Promise.resolve();
    },
  };

  get text(): string {
    return this.composer.map(({ text }) => text).join('');
  }

  pass(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const next = Math.min(this.#happenings[0]?.at ?? Infinity, this.#arrivals[0]?.at ?? Infinity);
      if (next > end) break;
      this.#now = Math.max(this.#now, next);
      this.#catchUp();
    }
    this.#now = end;
  }

  #catchUp(): void {
    while ((this.#arrivals[0]?.at ?? Infinity) <= this.#now) {
      const { text } = this.#arrivals.shift() as { text: string };
      if (!this.dialog || this.#habits.behindDialog === 'kept') this.composer.push({ text, by: 'us' });
    }
    while ((this.#happenings[0]?.at ?? Infinity) <= this.#now)
      this.#befall((this.#happenings.shift() as Happening).what);
  }

  #befall(what: Happening['what']): void {
    if (what === 'dialog') this.dialog = true;
    else if (what === 'answer') this.dialog = false;
    else if (what === 'person' && !this.dialog) this.composer.push({ text: 'x', by: 'person' });
    else if (what === 'turn') this.#busyUntil = this.#now + this.#habits.turn;
    else if (what === 'copy-mode') this.#inMode = true;
    else if (what === 'end') this.#ended = true;
  }

  runs(): boolean {
    return !this.#ended;
  }

  read(): Promise<Screen | null> {
    this.#catchUp();
    if (this.#ended) return Promise.resolve(null);
    const lines = this.#draw();
    const screen = { lines, title: 'a title', cursorX: 0, cursorY: 0, width: this.#habits.width, height: HEIGHT };
    return Promise.resolve({ ...screen, inMode: this.#inMode });
  }

  leaveMode(): Promise<void> {
    this.#inMode = false;
    return Promise.resolve();
  }

  paste(text: string): Promise<void> {
    this.#catchUp();
    this.#arrivals.push({ at: this.#now + this.#habits.pasteDelay, text });
    return Promise.resolve();
  }

  keys(names: readonly string[]): Promise<void> {
    for (const name of names) {
      if (this.#inMode || this.#ended) continue;
      if (name === 'Enter') this.#enter();
      else if (name === 'C-u' && !this.dialog) this.#erase(/[^\n]*$/);
      else if (name === 'BSpace' && !this.dialog) this.#erase(/[^]?$/);
    }
    return Promise.resolve();
  }

  /** A marker goes in one piece. */
  #erase(part: RegExp): void {
    const last = this.composer.at(-1);
    if (last === undefined) return;
    const left = this.#folds(last) ? '' : last.text.replace(part, '');
    this.composer = [...this.composer.slice(0, -1), ...(left === '' ? [] : [{ ...last, text: left }])];
  }

  #enter(): void {
    this.presses++;
    if (this.dialog) {
      this.answeredDialogs++;
      this.dialog = false;
      return;
    }
    if (this.#deaf > 0) {
      this.#deaf--;
      return;
    }
    if (this.text.trim() === '') return;
    if (this.composer.some(({ by }) => by === 'person')) this.sentDrafts++;
    if (this.#busyUntil > this.#now) this.interruptedTurns++;
    this.submitted.push(this.text);
    if (this.#habits.echoes) this.#transcript.push(`❯ ${this.#shown()}`, '', '● Understood.');
    this.composer = [];
    this.#busyUntil = this.#now + this.#habits.turn;
  }

  #folds({ text, by }: { text: string; by: 'us' | 'person' }): boolean {
    return by === 'us' && text.split('\n').length > this.#habits.foldAbove;
  }

  #shown(): string {
    return this.composer
      .map((part) => (this.#folds(part) ? `[Pasted text #1 +${part.text.split('\n').length - 1} lines]` : part.text))
      .join('');
  }

  #draw(): string[] {
    const { width } = this.#habits;
    const wrap = (text: string): string[] =>
      text.split('\n').flatMap((line) => line.match(new RegExp(`.{1,${width - 4}}`, 'gsu')) ?? ['']);
    const busy = this.#busyUntil > this.#now;
    const transcript = this.#transcript.flatMap(wrap);
    const field = [
      '─'.repeat(width),
      ...wrap(this.#shown()).map((line, index) => (index === 0 ? `❯ ${line}` : `  ${line}`)),
      '─'.repeat(width),
    ];
    const dialog = [' Do you want to proceed?', ' ❯ 1. Yes', '   2. No', '', ' Esc to cancel · Tab to amend'];
    const bottom = !this.dialog
      ? [...field, busy ? '  esc to interrupt' : '  ? for shortcuts']
      : [...(this.#habits.dialogBeside ? field : ['─'.repeat(width), ' Bash command']), ...dialog];
    return [...transcript, '', ...bottom].slice(-HEIGHT);
  }
}
