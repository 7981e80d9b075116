import type { HttpPost, HttpReply, Mail, MailSent, RunOptions, RunResult } from '../platform/index.ts';

/** What sending needs of the world. None of these rejects. */
export interface SendPorts {
  post(request: HttpPost): Promise<HttpReply>;
  mail(mail: Mail): Promise<MailSent>;
  run(argv: readonly string[], options: RunOptions): Promise<RunResult>;
  /** Rings the bell of every terminal that shows the session; how many there were. */
  bell(): Promise<number>;
  /** Fills `${VAR}` in. The message names the variable, never a value. */
  resolve(
    text: string,
  ): { readonly ok: true; readonly text: string } | { readonly ok: false; readonly message: string };
  /** What programs that are started inherit. */
  readonly env: Readonly<Record<string, string>>;
  /** Absolute path of the folder of the configuration: where commands run. */
  readonly project: string;
}
