/** Lets work in by its weight, in the order it came: files that are open at once, and syncs that wait for the same disk, are bounded. */
export class Gate {
  readonly #most: number;
  #inside = 0;
  readonly #line: { readonly weight: number; readonly enter: () => void }[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  /** True at once when there is room and nobody waits; `leave` with the same weight afterwards. */
  tryEnter(weight: number): boolean {
    if (this.#line.length > 0 || !this.#fits(weight)) return false;
    this.#inside += weight;
    return true;
  }

  enter(weight: number): Promise<void> {
    return new Promise((resolve) => {
      this.#line.push({ weight, enter: resolve });
      this.#admit();
    });
  }

  leave(weight: number): void {
    this.#inside -= weight;
    this.#admit();
  }

  // What is heavier than the whole gate goes in alone.
  #fits(weight: number): boolean {
    return this.#inside === 0 || this.#inside + weight <= this.#most;
  }

  #admit(): void {
    for (let first = this.#line[0]; first !== undefined && this.#fits(first.weight); first = this.#line[0]) {
      this.#line.shift();
      this.#inside += first.weight;
      first.enter();
    }
  }
}
