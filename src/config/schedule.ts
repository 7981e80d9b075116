import { Cron } from 'croner';

/** @returns what is wrong with a cron expression, in a sentence; null when it can be used */
export function cronProblem(text: string): string | null {
  try {
    return new Cron(text, { paused: true }).nextRun() === null ? 'this never comes' : null;
  } catch (error) {
    return (error as Error).message.replace(/^CronPattern: /, '');
  }
}
