import { MOR, WAD } from '@yellowstone/protocol';
import type { DayRecord, DayResult } from './record';

/** A row: a day, and the days since the row before, itself included. */
interface Row {
  readonly index: number;
  readonly outputs: DayResult;
  readonly since: readonly DayRecord[];
}

/** Columns of the table: a title and how a row reads. What flows is the mean of the days since the row before. */
const COLUMNS: readonly (readonly [title: string, text: (row: Row) => string])[] = [
  ['day', ({ index }) => String(index + 1)],
  ['pool MOR', ({ outputs }) => whole(outputs.poolMor)],
  ['budget', ({ outputs }) => whole(outputs.budgetMor)],
  ['staked %', ({ outputs }) => tenths((outputs.countedMor * 1_000n) / outputs.supplyMor)],
  ['credited/day', ({ since }) => whole(meanOf(since, 'creditedMor'))],
  ['paid/day', ({ since }) => whole(meanOf(since, 'paidMor'))],
  ['incentive/day', ({ since }) => whole(meanOf(since, 'incentiveMor'))],
  ['owed', ({ outputs }) => whole(outputs.owedMor)],
  ['price gwei/T', ({ outputs }) => tenths(outputs.referencePriceMor / (WAD / 10n ** 10n))],
  ['T per MOR', ({ outputs }) => outputs.accessRate.toString()],
];

/** Rows of every `step` days and the last, columns aligned to the right. */
export function tableOf(records: readonly DayRecord[], step: number): string {
  const chosen = records.flatMap(({ outputs }, index): Row[] => {
    const isShown = index % step === 0 || index === records.length - 1;
    const length = index === records.length - 1 && index % step !== 0 ? index % step : step;
    return isShown ? [{ index, outputs, since: records.slice(Math.max(0, index + 1 - length), index + 1) }] : [];
  });
  const rows = [COLUMNS.map(([title]) => title), ...chosen.map((row) => COLUMNS.map(([, text]) => text(row)))];
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => row.map((cell, column) => cell.padStart(widths[column] ?? 0)).join('  ')).join('\n');
}

function meanOf(records: readonly DayRecord[], field: 'creditedMor' | 'paidMor' | 'incentiveMor'): bigint {
  return records.reduce((sum, { outputs }) => sum + outputs[field], 0n) / BigInt(records.length);
}

/** MOR-wei to whole MOR, rounded down. */
function whole(amountMor: bigint): string {
  return (amountMor / MOR).toLocaleString('en-US');
}

/** Tenths to a number with one decimal. */
function tenths(value: bigint): string {
  return `${value / 10n}.${value % 10n}`;
}
