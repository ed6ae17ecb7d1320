// Markdown tables for the printed documents.

/** Columns above this width are not padded: their lines are read rendered anyway. */
const WIDEST_PADDED = 130;

/** A table with its columns in line, as far as the cells are short enough. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => row[column]?.length ?? 0)));
  const pad = (cell: string, column: number, filler = ' '): string => {
    const width = widths[column] ?? 0;
    return width > WIDEST_PADDED ? cell : cell.padEnd(width, filler);
  };
  const line = (row: readonly string[]): string => `| ${row.map((cell, column) => pad(cell, column)).join(' | ')} |`;
  const rule = head.map((_, column) => pad('---', column, '-'));
  return [line(cells[0] ?? []), line(rule), ...cells.slice(1).map(line)].join('\n');
}

export function code(text: string): string {
  return `\`${text}\``;
}
