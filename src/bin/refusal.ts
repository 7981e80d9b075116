import { readIfThere, removeFile, replaceFile } from '../platform/index.ts';
import { OrchestraError, pathsOf } from '../protocol/index.ts';

const refusalFile = (project: string): string => `${pathsOf(project).run}/refused`;

/** Leaves word for whoever waits for this controller. */
export const tellRefusal = (project: string, error: OrchestraError): void =>
  replaceFile(refusalFile(project), JSON.stringify(error), { durable: false });

/** Takes what a controller said when it refused to start; null when none did. */
export function takeRefusal(project: string): OrchestraError | null {
  const text = readIfThere(refusalFile(project));
  if (text === null) return null;
  removeFile(refusalFile(project));
  const told = JSON.parse(text) as Partial<OrchestraError>;
  return new OrchestraError(told.code ?? 'failed', told.message ?? 'the controller did not start', told.hint);
}
