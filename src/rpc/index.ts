export { type Client, connect } from './client.ts';

/** The server is the controller's alone: clients start faster without it. */
export const loadServer = () => import('./server.ts');
