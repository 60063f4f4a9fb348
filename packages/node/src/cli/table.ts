import { plainText } from './format.js';

export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => string;
  readonly isNumber?: boolean;
}

const GAP = '  ';

/** Rows under titles; numbers are aligned at their right. */
export function tableText<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const lines = [
    columns.map(({ title }) => title),
    ...rows.map((row) => columns.map(({ cell }) => plainText(cell(row)))),
  ];
  const widths = columns.map((_, at) => Math.max(...lines.map((cells) => widthOf(cells[at] ?? ''))));
  const pad = (text: string, at: number): string => {
    const spaces = ' '.repeat((widths[at] ?? 0) - widthOf(text));
    return columns[at]?.isNumber === true ? spaces + text : text + spaces;
  };
  return lines.map((cells) => cells.map(pad).join(GAP).trimEnd()).join('\n');
}

/** One fact: its name, what is known, and what a person should know about it. */
export type Fact = readonly [name: string, value: string];

/** Facts below each other, the values in one column. */
export function factsText(facts: readonly Fact[]): string {
  const width = Math.max(0, ...facts.map(([name]) => widthOf(name)));
  return facts.map(([name, value]) => `${name.padEnd(width)}${GAP}${plainText(value)}`.trimEnd()).join('\n');
}

function widthOf(text: string): number {
  return [...text].length;
}
