import * as z from 'zod';
import { SANDBOX_LEVELS } from '../protocol/index.ts';
import { Cores, Name, Off, Size, whole } from './scalars.ts';

/** What an agent may use of the machine, what it may change there, and as whom. */

export const Limits = z
  .strictObject({
    memory: z.union([Off, Size]).meta({
      description: 'Memory of the agent with all its children; over it the agent is restarted. None unless given.',
      examples: ['2GB'],
    }),
    cpu: z.union([Off, Cores]).meta({
      description: 'Processors it may keep busy: `1.5`, or `50%` of one.',
      examples: [1.5],
    }),
    processes: z
      .union([Off, whole(1, 4_194_304)])
      .meta({ description: 'Processes and threads it may have at a time.', examples: [200] }),
    open_files: z
      .union([Off, whole(16, 1_073_741_816)])
      .meta({ description: 'Files each of its processes may have open.', examples: [4096] }),
    nice: z.union([Off, whole(-20, 19)]).meta({
      description: 'How much it gives way to others, as nice(1) counts: 19 the most; below 0 takes root.',
      examples: [10],
    }),
  })
  .partial()
  .meta({ id: 'Limits', description: 'What it may use. How each is held is told in [limits.md](limits.md).' });

export const Sandbox = z.enum(SANDBOX_LEVELS).meta({
  description:
    'How much of the machine it may change: `project` its workspace and its own files, `offline` the same without a network, `locked` nothing. Takes bwrap(1). [sandbox.md](sandbox.md) tells what each level allows.',
  default: 'none',
});

export const User = Name.meta({
  description: 'The user it runs as, by name or number. For sessions of root only.',
  examples: ['builder'],
});

export const Group = Name.meta({
  description: 'The group it runs as. The groups of its user unless given. For sessions of root only.',
});
