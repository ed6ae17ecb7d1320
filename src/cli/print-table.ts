/** What is printed for a person: columns, and colour where it can be seen. */
import { styleText } from 'node:util';
import { readTerminal } from '../config/load.ts';

export type Table = readonly (readonly string[])[];

/** Columns padded to the width of their longest cell, the last one aside. */
export function formatTable(rows: Table, indent = ''): readonly string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length);
  }
  return rows.map((row) => {
    return `${indent}${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd();
  });
}

type Style = Parameters<typeof styleText>[0];

/** Gives the text a style on a terminal that may be coloured, and leaves it alone elsewhere. */
export function paint(style: Style, text: string): string {
  const { isStdoutTerminal, hasColour } = readTerminal();
  return isStdoutTerminal && hasColour ? styleText(style, text, { validateStream: false }) : text;
}

/** `undefined` where the output is read by a program. */
export function findTerminalWidth(): number | undefined {
  const { columns } = process.stdout as { readonly columns?: number };
  return columns === undefined || columns < MIN_COLUMNS ? undefined : columns;
}

/** Terminals that do not know their width say 0. */
const MIN_COLUMNS = 20;

/** In lines of at most so many characters, broken at spaces; a longer word is a line of its own. No lines for no text. */
export function wrapText(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ').filter((part) => part !== '')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** At most so many characters; what is cut shows as an ellipsis. */
export function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
