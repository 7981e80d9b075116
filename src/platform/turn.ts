/** Resolves once everything that waits to be handled was handled: long work done in parts lets sockets and timers in between. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
