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

/** Cut to the width of the terminal; whole where the output is read by a program. */
export function fitTerminal(line: string): string {
  const { columns } = process.stdout as { readonly columns?: number };
  return columns === undefined || columns < MIN_COLUMNS ? line : shorten(line, columns);
}

/** Terminals that do not know their width say 0. */
const MIN_COLUMNS = 20;

/** At most so many characters; what is cut shows as an ellipsis. */
export function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
