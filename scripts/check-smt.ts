import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path/posix';

const PROOFS = 'contracts/test/MathProofs.sol';

interface Message {
  readonly severity: string;
  readonly message: string;
  readonly formattedMessage: string;
}

/** The proofs and everything they import. */
function sourcesOf(path: string, sources: Record<string, { content: string }> = {}): typeof sources {
  if (sources[path] !== undefined) return sources;
  const content = readFileSync(existsSync(path) ? path : join('node_modules', path), 'utf8');
  sources[path] = { content };
  for (const [, target] of content.matchAll(/^import [^;]*"([^"]+)";/gm)) {
    sourcesOf(target!.startsWith('.') ? join(path, '..', target!) : target!, sources); // the group always matches
  }
  return sources;
}

/**
 * Proves every `assert` of MathProofs.sol, and that nothing in it overflows or divides by zero, with the Z3 inside the
 * npm compiler. The functions have no loops and no state, so bounded model checking covers all inputs.
 *
 * Not proved here, and what was tried, with z3, on a machine with eight times its load:
 * - DayMath, `withdrawableAt` between 12 and 36 h ahead at a midnight, `vestDay` 24 to 48 h ahead, and `vestDay` alone
 *   as a quotient of 40 bits: bmc gives no answer within 60 to 75 s of the clock;
 * - StatisticsMath, `add32` never below its value: bmc gives no answer within 45 s of the processor, chc after 17 s "might
 *   happen", which is false (a table of test/libraries/statistics-math.test.ts); the exact sums and `averageDown`
 *   between average and value: bmc gives no answer within 60 s of the clock;
 * - StipendMath, no allowance without supply: bmc proves it in 15 s, but it says nothing about `mulDiv`, whose assembly
 *   the checker replaces by any value, so it is left out;
 * - EmissionMath was not tried.
 * Random properties against the reference model hold these (test/libraries).
 */
function main(): void {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const solc: { compile(input: string): string } = require('solc');
  const sources = sourcesOf(PROOFS);
  const modelChecker = {
    engine: 'bmc',
    solvers: ['z3'],
    contracts: { [PROOFS]: ['MathProofs'] },
    targets: ['assert', 'overflow', 'underflow', 'divByZero'],
    showUnproved: true,
    showProvedSafe: true,
  };
  const input = {
    language: 'Solidity',
    sources,
    settings: { modelChecker, outputSelection: { '*': { '*': ['abi'] } } },
  };
  const { errors = [] } = JSON.parse(solc.compile(JSON.stringify(input))) as { errors?: Message[] };
  const proved = errors.filter(({ message }) => /^BMC: .*safe!/.test(message));
  const open = errors.filter(
    (error) => error.severity === 'error' || (/^BMC/.test(error.message) && !proved.includes(error)),
  );
  open.forEach(({ formattedMessage }) => console.log(formattedMessage));
  const asserts = sources[PROOFS]!.content.match(/\bassert\(/g)?.length ?? 0;
  const provedAsserts = proved.filter(({ message }) => message.includes('Assertion')).length;
  console.log(`${provedAsserts} of ${asserts} statements proved, and ${proved.length - provedAsserts} operations safe`);
  if (open.length > 0 || provedAsserts < asserts) process.exitCode = 1;
}

main();
