import { stripEscapes } from '../base/index.ts';

/**
 * Text as it may be typed: no escape sequence (an embedded `ESC [ 201 ~` ends a bracketed paste early, and what follows acts as keys), no control
 * character but the line feed, tabs as four spaces, no blank lines at its end. Letters stay as they are, composed or not.
 */
export function typedText(text: string): string {
  const plain = stripEscapes(text.replace(/\r\n?/g, '\n'))
    .replace(/\t/g, '    ')
    .replace(/[\u2028\u2029]/g, '\n')
    .replace(/(?!\n)\p{Cc}|[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu, '')
    .trimEnd();
  // A last word that begins so opens a list of files or commands in most CLIs, and Enter would choose from it instead of submitting.
  return /(?:^|\s)[@/#$]\S*$/u.test(plain) ? `${plain} ` : plain;
}
