/** Colours of the terminal's own palette, by name: what shows them decides on the escape sequence. */
export type Ink = 'plain' | 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'blue' | 'magenta' | 'cyan';
