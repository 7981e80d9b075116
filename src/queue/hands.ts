import { OrchestraError, type MessageState } from '../protocol/index.ts';
import type { Moves } from './moves.ts';
import type { Shelf } from './shelf.ts';
import type { QueueState } from './state.ts';
import { redriven } from './transition.ts';

export interface Choice {
  readonly agent?: string;
  readonly id?: string;
}

/** What a person does to mail. */
export class Hands {
  readonly #state: QueueState;
  readonly #moves: Moves;

  constructor(state: QueueState, moves: Moves) {
    this.#state = state;
    this.#moves = moves;
  }

  /** Puts dead messages back into the queue, as if never tried; their ttl no longer counts. @returns how many there were */
  async redrive({ agent, id }: Choice, by: string): Promise<number> {
    let count = 0;
    const { emit, store, turn } = this.#state.ports;
    for (const shelf of this.#shelves(agent)) {
      const dead = [...shelf.finished].filter(([each, { name }]) => name.box === 'dead' && (!id || each === id));
      for (const [each, finished] of dead) {
        if (shelf.finished.get(each) !== finished) continue; // somebody else did it meanwhile
        const entry = this.#moves.filed(shelf.agent, finished.saved);
        if (entry === null) {
          shelf.forget(each);
          continue;
        }
        shelf.forget(each);
        const name = redriven(finished.name);
        try {
          this.#state.move(shelf.agent, finished, name, true);
        } finally {
          if (finished.name !== name) shelf.finish(each, finished);
        }
        shelf.put(this.#state.newLetter(name, entry.message, JSON.stringify(entry.message).length, true));
        emit('message.redriven', shelf.agent, { id: each, by });
        if (++count % 32 === 0) await turn();
      }
      if (dead.length === 0) continue;
      await store.syncBox(shelf.agent, 'new', 'dead');
      this.#state.changed(shelf.agent);
    }
    return count;
  }

  /** Queued and open ones become dead with `purged`; done and dead ones are deleted, and their ids forgotten. */
  async purge(
    { agent, id, states }: Choice & { readonly states?: readonly MessageState[] },
    by: string,
  ): Promise<number> {
    const { store, emit, turn } = this.#state.ports;
    const meant = (each: string, state: MessageState): boolean =>
      (!id || each === id) && (states === undefined || states.includes(state));
    let count = 0;
    for (const shelf of this.#shelves(agent)) {
      const live = shelf.live.filter((letter) => letter.durable && meant(letter.id, letter.name.state));
      const over = [...shelf.finished].filter(([each, { name }]) => meant(each, name.state));
      for (const [each, { saved }] of over) {
        store.remove(shelf.agent, saved);
        shelf.forget(each);
        if (++count % 32 === 0) await turn();
      }
      for (const { id: each, name } of live) {
        if (name.state === 'delivering') continue; // it is being typed
        this.#moves.die(shelf.agent, each, 'purged');
        emit('message.purged', shelf.agent, { id: each, by });
        count++;
      }
    }
    return count;
  }

  #shelves(agent: string | undefined): Shelf[] {
    if (agent === undefined) return [...this.#state.shelves.values()];
    const shelf = this.#state.shelves.get(agent);
    if (shelf === undefined)
      throw new OrchestraError('unknown-agent', `no agent is named ${agent}`, 'see them with: orchestra status');
    return [shelf];
  }
}
