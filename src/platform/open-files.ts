import { readdirSync, readlinkSync } from 'node:fs';

/** Paths of the files a process holds open (proc_pid_fd(5)); empty when it is gone or not ours. */
export function openFiles(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
  try {
    return readdirSync(folder).flatMap((fd) => target(`${folder}/${fd}`));
  } catch {
    return [];
  }
}

function target(link: string): string[] {
  try {
    const path = readlinkSync(link);
    return path.startsWith('/') ? [path] : [];
  } catch {
    return []; // closed meanwhile
  }
}
