import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chartsOf } from './simulate/charts';
import { SCENARIO_NAMES } from './simulate/scenarios';
import { simulate } from './simulate/simulate';
import { tableOf } from './simulate/table';

const MONTH_DAYS = 30;
const MAX_DAYS = 3_650;

/**
 * Runs the economy under three kinds of demand on the reference model, prints a table of each and writes charts.
 * `--days 365 --seed 1 --out simulation`. Needs a build of packages/protocol.
 */
function main(): void {
  const { values } = parseArgs({
    options: {
      days: { type: 'string', default: '365' },
      seed: { type: 'string', default: '1' },
      out: { type: 'string', default: 'simulation' },
    },
  });
  const days = wholeNumber('days', values.days, { least: 1, most: MAX_DAYS });
  const seed = wholeNumber('seed', values.seed, { least: 0, most: 2 ** 32 - 1 });

  const runs = new Map(SCENARIO_NAMES.map((scenario) => [scenario, simulate({ days, seed, scenario })] as const));
  for (const [scenario, records] of runs) {
    console.log(`${scenario}\n${tableOf(records, days > 2 * MONTH_DAYS ? MONTH_DAYS : 1)}\n`);
  }
  mkdirSync(values.out, { recursive: true });
  for (const [name, text] of chartsOf(runs)) {
    writeFileSync(join(values.out, name), text);
    console.log(`wrote ${join(values.out, name)}`);
  }
}

function wholeNumber(name: string, text: string, { least, most }: { least: number; most: number }): number {
  const value = Number(text);
  if (/^[0-9]+$/.test(text) && value >= least && value <= most) return value;
  console.error(`--${name} is a whole number from ${least} to ${most}, not ${text}`);
  return process.exit(1);
}

main();
