import { quoted } from './problem.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** `$$`, `${NAME}`, `${NAME:-default}`, or a `${` that is none of them. A `$` before anything else is just a dollar sign. */
const REFERENCE = /\$\$|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}|\$\{/g;

/**
 * Fills `${VAR}` and `${VAR:-default}` from the environment; the default also stands in for an empty variable, as in sh
 * (POSIX, Parameter Expansion). `$$` is one dollar sign. The message names the variable only, never a value.
 */
export function substitute(
  text: string,
  env: Env,
): { ok: true; text: string } | { ok: false; message: string; hint: string } {
  let wrong: { message: string; hint: string } | null = null;
  const filled = text.replace(REFERENCE, (whole: string, name?: string, otherwise?: string) => {
    if (whole === '$$') return '$';
    if (name === undefined) {
      wrong ??= {
        message: 'a ${ is not closed, or holds no plain name',
        hint: 'write ${NAME}, or $${ to mean the characters',
      };
      return '';
    }
    const value = env[name];
    if (value !== undefined && !(value === '' && otherwise !== undefined)) return value;
    if (otherwise === undefined) {
      wrong ??= {
        message: `the environment variable ${quoted(name)} is not set`,
        hint: `set it, or give a default: \${${name}:-...}`,
      };
    }
    return (otherwise ?? '').replaceAll('$$', () => '$');
  });
  return wrong === null ? { ok: true, text: filled } : { ok: false, ...(wrong as { message: string; hint: string }) };
}
