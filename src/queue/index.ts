export type { Interrupted, QueuePorts, Recipient } from './ports.ts';
export * from './queue.ts';
export type { Counts } from './shelf.ts';
