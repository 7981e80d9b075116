import { cleanEnvironment } from '../base/index.ts';
import { loadHttp, loadSmtp } from '../platform/index.ts';
import type { SendPorts } from './ports.ts';

type Environment = Readonly<Record<string, string | undefined>>;

interface Hands extends Pick<SendPorts, 'run' | 'bell'> {
  /** Fills `${VAR}` in from an environment. The message names the variable only. */
  fill(
    text: string,
    env: Environment,
  ): { readonly ok: true; readonly text: string } | { readonly ok: false; readonly message: string };
}

/**
 * The world as sending needs it.
 * @param env of whoever brought the session up: what `${VAR}` is looked up in, and what programs inherit
 * @param project absolute path of the folder of the configuration
 */
export const sendPorts = (env: Environment, project: string, { run, bell, fill }: Hands): SendPorts => ({
  post: async (request) => (await loadHttp()).post(request),
  mail: async (mail) => (await loadSmtp()).sendMail(mail),
  run,
  bell,
  resolve(text) {
    const filled = fill(text, env);
    return filled.ok ? filled : { ok: false, message: `${filled.message} in the shell the session was brought up in` };
  },
  env: cleanEnvironment(env),
  project,
});
