/** Quotes one word for POSIX sh: everything inside single quotes is literal, a quote itself is spelled outside of them. */
export const shellQuote = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

/**
 * Quotes one word for tmux's command parser (tmux(1), PARSING SYNTAX). Single quotes are literal there too, but a control-mode
 * command ends at the newline, so control characters are spelled as octal escapes inside double quotes.
 */
export function tmuxQuote(word: string): string {
  // A percent sign in front begins a directive (%if, %hidden), unless it is a pane's id.
  if (/^(?:%\d+|[A-Za-z0-9_./:@=,+-][A-Za-z0-9_./:@%=,+-]*)$/.test(word)) return word;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not get through
  return word
    .split(/([\x00-\x1f\x7f]+)/)
    .map((part, index) =>
      index % 2 === 0
        ? part === '' && word !== ''
          ? ''
          : `'${part.replaceAll("'", `'\\''`)}'`
        : `"${Array.from(part, (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`).join('')}"`,
    )
    .join('');
}

/** Makes text inert where tmux expands formats and strftime(3) conversions (pipe-pane, status lines). */
export const tmuxLiteral = (text: string): string => text.replaceAll('#', '##').replaceAll('%', '%%');
