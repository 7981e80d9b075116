import { chmodSync, closeSync, openSync } from 'node:fs';
import { createServer, connect as netConnect, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { removeFile } from './files.ts';

/**
 * Unix sockets in folders of any depth. sockaddr_un holds 107 bytes of path (unix(7)); through /proc/self/fd/N the folder counts
 * for a few.
 */
const through = (fd: number, name: string): string => `/proc/self/fd/${fd}/${name}`;

/** Listens on `dir/name`, mode 0600. The caller holds a lock that makes it the only server: what lies there is stale and removed. */
export async function listenIn(dir: string, name: string, onConnection: (socket: Socket) => void): Promise<Server> {
  removeFile(join(dir, name));
  const fd = openSync(dir, 'r');
  const server = createServer(onConnection);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(through(fd, name), resolve);
    });
    chmodSync(join(dir, name), 0o600);
    return server;
  } finally {
    closeSync(fd);
  }
}

/** Connects to `dir/name`. Rejects with the errno code of connect(2): ENOENT no socket, ECONNREFUSED nobody listens. */
export async function connectIn(dir: string, name: string): Promise<Socket> {
  const fd = openSync(dir, 'r');
  try {
    return await new Promise<Socket>((resolve, reject) => {
      const socket = netConnect(through(fd, name));
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.removeListener('error', reject);
        resolve(socket);
      });
    });
  } finally {
    closeSync(fd);
  }
}

export type { Server, Socket };
