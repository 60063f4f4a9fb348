import { formatMor } from '@yellowstone/protocol';

export interface Row {
  readonly name: string;
  readonly amountMor: bigint;
}

const DECIMALS = 18;

/** Amounts with all 18 decimals, aligned at the point. */
export function tableOf(rows: readonly Row[]): string {
  const cells = rows.map(({ name, amountMor }) => ({ name, amount: allDecimals(amountMor) }));
  const nameWidth = Math.max(...cells.map(({ name }) => name.length));
  const amountWidth = Math.max(...cells.map(({ amount }) => amount.length));
  return cells.map(({ name, amount }) => `  ${name.padEnd(nameWidth)}  ${amount.padStart(amountWidth)} MOR`).join('\n');
}

function allDecimals(amountMor: bigint): string {
  const [whole, fraction = ''] = formatMor(amountMor).split('.');
  return `${whole}.${fraction.padEnd(DECIMALS, '0')}`;
}
