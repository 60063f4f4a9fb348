import { MOR } from '@yellowstone/protocol';
import { lineChart } from './line-chart';
import type { DayRecord, DayResult } from './record';
import type { ScenarioName } from './scenarios';

const COLORS: Readonly<Record<ScenarioName, string>> = { low: '#4878a8', growing: '#3f8f4f', saturated: '#c05a3c' };

/** Providers claim every 1, 2 or 3 days. */
const MEAN_DAYS = 6;

const mor = (amountMor: bigint): number => Number(amountMor / 10n ** 12n) / Number(MOR / 10n ** 12n);

/** Charts by file name: what is drawn of a day. */
const CHARTS: Readonly<
  Record<string, { readonly title: string; readonly unit: string; readonly valueOf: (day: DayResult) => number }>
> = {
  pool: { title: 'Pool, without what is owed', unit: 'MOR', valueOf: ({ poolMor }) => mor(poolMor) },
  budget: { title: 'Budget of the day', unit: 'MOR', valueOf: ({ budgetMor }) => mor(budgetMor) },
  paid: { title: 'Paid to providers', unit: 'MOR', valueOf: ({ paidMor }) => mor(paidMor) },
  'access-rate': { title: 'AccessRate', unit: 'tokens per MOR', valueOf: ({ accessRate }) => Number(accessRate) },
  incentive: { title: 'Launch incentive credited', unit: 'MOR', valueOf: ({ incentiveMor }) => mor(incentiveMor) },
};

/** Name and text of every chart, one line for each scenario. */
export function chartsOf(runs: ReadonlyMap<ScenarioName, readonly DayRecord[]>): ReadonlyMap<string, string> {
  const charts = Object.entries(CHARTS).map(([name, { title, unit, valueOf }]) => {
    const series = [...runs].map(([scenario, records]) => ({
      name: scenario,
      color: COLORS[scenario],
      values: meansOf(records.map(({ outputs }) => valueOf(outputs))),
    }));
    return [`${name}.svg`, lineChart({ title, unit: `${unit}, mean of ${MEAN_DAYS} days`, series })] as const;
  });
  return new Map(charts);
}

/** Means over a claim rhythm of six days, so that a chart shows the course and not who claims on which day. */
function meansOf(values: readonly number[]): number[] {
  return values.map((_, i) => {
    const window = values.slice(Math.max(0, i + 1 - MEAN_DAYS), i + 1);
    return window.reduce((sum, value) => sum + value, 0) / window.length;
  });
}
