import { AGENT_NAME, RESERVED_NAMES, SESSION_NAME } from '../protocol/index.ts';
import { visible } from './problem.ts';

/**
 * The `orchestra.yaml` that `orchestra init` writes: an agent for each CLI that was found, and two built-in workers, so that
 * it runs on a machine with none.
 *
 * @param found agent CLIs on PATH; `type` is one of the known types, `path` where it lies
 * @param session wished name of the session; what tmux does not allow in it is replaced
 */
export function initTemplate(found: readonly { type: string; path: string }[], session: string): string {
  const plain = session
    .replace(/[^A-Za-z0-9_-]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 64);
  const name = SESSION_NAME.test(plain) ? plain : 'crew';
  const usable = found.filter(
    ({ type }) => AGENT_NAME.test(type) && !RESERVED_NAMES.includes(type) && type !== 'workers',
  );
  const agents = [...new Map(usable.map((each) => [each.type, each.path]))];
  const lines = agents.map(([type, path], index) => {
    const role = index === 0 ? ', role: lead' : '';
    return `  ${type}: { type: ${type}${role} } # ${visible(path)}`;
  });
  return `# The crew of this project. \`orchestra up\` starts it, \`orchestra config check\` looks for mistakes.
version: 1

# Name of the tmux session. Quoted, so that a name made of digits stays a name.
session: '${name}'

# How the window is cut into panes: nine, five, grid, focus, or a YAML file of your own. See: orchestra layout list
layout: nine

# What every agent gets unless it says otherwise.
defaults:
  restart: always # or on-failure, never
  # stop: { keys: [C-c], timeout: 10s }
  # limits: { memory: 2GB }

agents:
${lines.length > 0 ? `${lines.join('\n')}\n` : '  # No agent CLI was found on PATH. One would be: claude: { type: claude, role: lead }\n'}
  # Built in: need no account and no model.
  workers: { type: worker, replicas: 2, skills: [shell] }

  # Any command that goes on running. Text is run by sh, a list as it is.
  # watch: { command: [npm, run, watch], ready: { log: compiled }, restart: on-failure }

  # Secrets stay out of this file: read from the environment or from a file that git ignores.
  # reviewer: { type: gemini, env: { GEMINI_API_KEY: '\${GEMINI_API_KEY}' }, env_file: .env.gemini }

# Laid over the above with: orchestra up --profile production
# profiles:
#   production: { defaults: { limits: { memory: 4GB } } }
`;
}
