import { readFileSync } from 'node:fs';

/** Fails if the coverage of the contracts is below what `TRUST` promises; run after `hardhat coverage`. */

interface Measure {
  readonly pct: number;
}
type Summary = Readonly<Record<string, { readonly lines: Measure; readonly branches: Measure }>>;

const TOTAL = { lines: 98, branches: 95 };
/** Guard, claims, access and exits: every line and every branch. */
const COMPLETE = [
  ...['Guard', 'Pool', 'PoolFacet', 'Treasury'],
  ...['Credits', 'ClaimFacet', 'RequestCredits', 'DayBookFacet', 'SumTree', 'BookHashes', 'IncentiveMath'],
  ...['Access', 'AccessFacet', 'AccessDays', 'AccessDayFacet', 'AccessMath'],
  // Exits, and the pause that never touches them.
  ...['Pause', 'Stakes', 'StakeFacet', 'Sessions', 'SessionFacet', 'Bids', 'MarketplaceFacet'],
  ...['Providers', 'ProviderFacet', 'Models', 'ModelFacet', 'Routers', 'RouterFacet'],
];

const summary = JSON.parse(readFileSync('coverage/coverage-summary.json', 'utf8')) as Summary;
const problems: string[] = [];

function require(name: string, wanted: { lines: number; branches: number }): void {
  const entry = Object.entries(summary).find(([file]) => file === name || file.endsWith(`/${name}.sol`));
  if (entry === undefined) {
    problems.push(`${name} is not in the report`);
    return;
  }
  const { lines, branches } = entry[1];
  if (lines.pct < wanted.lines) problems.push(`${name}: lines ${lines.pct} %, wanted ${wanted.lines} %`);
  if (branches.pct < wanted.branches) problems.push(`${name}: branches ${branches.pct} %, wanted ${wanted.branches} %`);
}

require('total', TOTAL);
for (const name of COMPLETE) require(name, { lines: 100, branches: 100 });
if (problems.length > 0) {
  console.error(`coverage is too low:\n- ${problems.join('\n- ')}`);
  process.exitCode = 1;
} else {
  const { lines, branches } = summary['total'] ?? { lines: { pct: 0 }, branches: { pct: 0 } };
  console.log(`coverage of the contracts: lines ${lines.pct} %, branches ${branches.pct} %`);
}
