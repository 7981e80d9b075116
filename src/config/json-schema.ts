import * as z from 'zod';
import { LayoutFile } from './layout.ts';
import { File } from './schema.ts';

/** See index.ts. */
export function jsonSchema(): object {
  return z.toJSONSchema(File, { target: 'draft-2020-12', io: 'input' });
}

export function layoutJsonSchema(): object {
  return z.toJSONSchema(LayoutFile, { target: 'draft-2020-12', io: 'input' });
}
