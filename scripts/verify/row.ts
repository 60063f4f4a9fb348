/** One thing that was compared: what the repository says and what the chain says. */
export interface Row {
  readonly subject: string;
  readonly expected: string;
  readonly found: string;
}

export const isDifferent = ({ expected, found }: Row): boolean => expected !== found;

/** Compares as text; addresses and hashes without regard to case. */
export function row(subject: string, expected: unknown, found: unknown): Row {
  return { subject, expected: textOf(expected), found: textOf(found) };
}

const HEX = /^0x[0-9a-fA-F]+$/;
const textOf = (value: unknown): string => (HEX.test(String(value)) ? String(value).toLowerCase() : String(value));

/** The rows as a table; a difference is followed by both values. */
export function tableOf(rows: readonly Row[]): string[] {
  const width = Math.max(...rows.map(({ subject }) => subject.length));
  return rows.flatMap((one) => {
    if (!isDifferent(one)) return [`ok        ${one.subject.padEnd(width)}  ${one.found}`];
    const indent = ' '.repeat(12);
    return [`DIFFERENT ${one.subject}`, `${indent}repository: ${one.expected}`, `${indent}chain:      ${one.found}`];
  });
}
