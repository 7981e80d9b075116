import { test as base } from 'vitest';
import { Project } from './project.ts';

/** A test with a project of its own, of which nothing is left afterwards, also when it fails. */
export const test = base.extend<{ project: Project }>({
  project: async ({ task: _task }, use) => {
    const project = new Project();
    await use(project);
    await project.close();
  },
});
