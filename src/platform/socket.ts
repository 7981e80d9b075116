import { chmodSync, closeSync, openSync } from 'node:fs';
import { createServer, connect as netConnect, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
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

/** Bytes read at once: what a pipe of the kernel holds. */
const READ = 65_536;

/**
 * Connects to `dir/name`. Rejects with the errno code of connect(2): ENOENT no socket, ECONNREFUSED nobody listens.
 * @param onText UTF-8 as it comes. While the socket is paused nothing is read, so that nobody is woken: with the event `data` Node reads on until
 * 16 KiB lie in its own buffer.
 */
export async function connectIn(dir: string, name: string, onText: (text: string) => void): Promise<Socket> {
  const fd = openSync(dir, 'r');
  const decoder = new StringDecoder('utf8');
  const onread = {
    buffer: Buffer.allocUnsafe(READ),
    callback(bytes: number, buffer: Uint8Array): boolean {
      onText(decoder.write(Buffer.from(buffer.buffer, buffer.byteOffset, bytes)));
      return true;
    },
  };
  try {
    return await new Promise<Socket>((resolve, reject) => {
      const socket = netConnect({ path: through(fd, name), onread });
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
