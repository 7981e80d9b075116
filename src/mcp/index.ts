export type { McpPorts } from './ports.ts';

/** The SDK is loaded with the server only: 25 MB that nothing else needs. */
export const loadMcp = () => import('./server.ts');
