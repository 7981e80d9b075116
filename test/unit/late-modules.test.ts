import { compileFunction } from 'node:vm';
import { describe, expect, it } from 'vitest';

const { LATELY, loadLately } = (await import(new URL('../../scripts/late-modules.mjs', import.meta.url).href)) as {
  LATELY: string;
  loadLately(text: string): string;
};

/** What a program asks for, in order, and what it gives back. */
function ran(text: string): { readonly opened: readonly string[]; readonly value: unknown } {
  const opened: string[] = [];
  const ask = (name: string): unknown => {
    opened.push(name);
    return { spawn: (word: string) => `spawned ${word}`, hash: 'sha' };
  };
  return { value: compileFunction(`${LATELY}${loadLately(text)}`, ['require'])(ask), opened };
}

describe('a module of Node', () => {
  const text = 'var import_a,b=1;import_a=require("node:child_process");var import_b=require("node:crypto");';

  it('is opened when a part of it is used', () => {
    expect(ran(`${text}return 1`)).toEqual({ opened: [], value: 1 });
    expect(ran(`${text}return(0,import_a.spawn)("x")`)).toEqual({ opened: ['node:child_process'], value: 'spawned x' });
  });

  it('is asked for each part once', () => {
    const { opened, value } = ran(`${text}return import_b.hash+import_b.hash`);
    expect({ opened, value }).toEqual({ opened: ['node:crypto'], value: 'shasha' });
  });

  it('that Node has opened anyway, or that a CommonJS package asks for, stays as it is', () => {
    const plain = 'var import_fs=require("node:fs");var spawn=require("node:child_process").spawn;';
    expect(loadLately(plain)).toBe(plain);
  });

  it.each([
    'var import_a=__toESM(require("node:crypto"),1);import_a.default.hash;',
    'var import_a=require("node:crypto");use(import_a);',
    'var import_a=require("node:crypto");use(1,{...import_a});',
    'var import_a=require("node:crypto");use(import_a["hash"]);',
  ])('is not late when it is used whole: %s', (whole) => {
    expect(() => loadLately(whole)).toThrow(/node:crypto/);
  });
});
