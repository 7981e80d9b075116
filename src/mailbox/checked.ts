/** What checking something that came from outside gave: the thing, or one sentence on what is wrong with it. */
export type Checked<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly why: string };

export const good = <T>(value: T): Checked<T> => ({ ok: true, value });
export const bad = (why: string): { readonly ok: false; readonly why: string } => ({ ok: false, why });
