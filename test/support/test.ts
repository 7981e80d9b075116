import { test as base } from 'vitest';
import { Project } from './project.ts';

/** A test with a project of its own, of which nothing is left afterwards, also when it fails. */
export const test = base.extend<{ project: Project }>({
  project: async ({ task }, use) => {
    const project = new Project();
    await use(project);
    // What fails once in a hundred runs has to tell all it can in that one.
    if (task.result?.state === 'fail') console.error(`${task.name}\n${project.diagnosis()}`);
    await project.close();
  },
});
