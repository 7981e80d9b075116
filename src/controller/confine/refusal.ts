import { plainLine } from '../../base/index.ts';

export type Refusal =
  | { readonly kind: 'missing'; readonly root: boolean }
  | { readonly kind: 'refused'; readonly said: string; readonly timedOut: boolean };

/** Why there is no sandbox, what the kernel said, and what to do. */
export function refusalOf(refusal: Refusal): string {
  if (refusal.kind === 'missing') {
    return `its sandbox takes bwrap, which is not installed: ${refusal.root ? '' : 'sudo '}apt-get install -y bubblewrap`;
  }
  if (refusal.timedOut) return 'its sandbox could not be made: bwrap did not end';
  const said = plainLine(refusal.said.split('\n').find((line) => line.trim() !== '') ?? 'nothing').slice(0, 300);
  return `its sandbox was refused (${said})${NAMESPACES.test(said) ? `; ${ALLOW}` : ''}`;
}

const NAMESPACES = /namespace|uid map|Operation not permitted|No permissions/i;

/** Debian before 11, Ubuntu from 23.10, and everybody's own limit. */
const ALLOW =
  'allow user namespaces with sysctl: user.max_user_namespaces=15000, kernel.unprivileged_userns_clone=1 or kernel.apparmor_restrict_unprivileged_userns=0, whichever this machine has';
