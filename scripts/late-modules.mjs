/**
 * Modules of Node that it has not opened when it calls a program, and what opening one costs: `node:crypto` 4 ms, `node:child_process` 2,
 * `node:fs/promises` 2. Most commands use none of them, and all of them together were a quarter of what `orchestra status` took.
 */
export const LATE = [
  'node:child_process',
  'node:crypto',
  'node:fs/promises',
  'node:module',
  'node:net',
  'node:os',
  'node:readline',
  'node:stream',
];

const MODULE = String.raw`"(${LATE.join('|')})"`;

/** Stands in a program before everything else: an object with the parts of a module that are used, each of which opens the module. */
export const LATELY =
  'const lately_=(name,parts)=>{const late={};for(const part of parts)Object.defineProperty(late,part,{configurable:true,enumerable:true,' +
  'get(){const value=require(name)[part];Object.defineProperty(late,part,{value});return value}});return late};';

/**
 * A bundled program (CommonJS of esbuild) with every `import_x=require("node:crypto")` of ES modules made one that opens it when a part of it is
 * first used. The `require` of CommonJS packages stays as it is. Throws for a use that is not plainly that of one part: a default or a namespace
 * import, which esbuild copies whole.
 */
export function loadLately(text) {
  const copied = new RegExp(String.raw`__toESM\(require\(${MODULE}`).exec(text);
  if (copied !== null)
    throw new Error(`${copied[1]} is imported whole: import the parts of it by name, so that it is loaded when used`);
  const held = [...text.matchAll(new RegExp(String.raw`\b(import_\w+)=require\(${MODULE}\)`, 'g'))];
  return held.reduce((changed, [whole, name, module]) => {
    const parts = partsOf(text, name, module);
    return changed.replace(whole, `${name}=lately_("${module}",${JSON.stringify(parts)})`);
  }, text);
}

function partsOf(text, name, module) {
  const parts = new Set();
  for (const { 0: use, 1: part, index } of text.matchAll(new RegExp(String.raw`\b${name}\b(?:\.(\w+))?`, 'g'))) {
    if (part !== undefined) parts.add(part);
    else if (!isDeclared(text[index - 1], text[index + use.length])) {
      throw new Error(`${module} is used other than by its parts: …${text.slice(index - 40, index + 60)}…`);
    }
  }
  return [...parts];
}

/** `var a,import_x,b;` and `import_x=`: what names it without using it. */
const isDeclared = (before, after) => (/[\s,;{]/.test(before) && /[,;]/.test(after)) || after === '=';
