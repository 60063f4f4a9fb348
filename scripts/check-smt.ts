import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path/posix';

const PROOFS = 'contracts/test/proofs';
/** For the prover OpenZeppelin's Math is what it means: its assembly would be any value. */
const SPECIFIED = { '@openzeppelin/contracts/utils/math/Math.sol': 'scripts/smt/Math.sol' } as const;
const MS_PER_SECOND = 1_000;

interface Message {
  readonly severity: string;
  readonly message: string;
  readonly formattedMessage: string;
}
type Sources = Record<string, { content: string }>;

/** A file and everything it imports, as the prover shall see it. */
function sourcesOf(path: string, sources: Sources = {}): Sources {
  if (sources[path] !== undefined) return sources;
  const place = SPECIFIED[path as keyof typeof SPECIFIED] ?? (existsSync(path) ? path : join('node_modules', path));
  const content = readFileSync(place, 'utf8');
  sources[path] = { content };
  for (const [, target] of content.matchAll(/^import [^;]*"([^"]+)";/gm)) {
    sourcesOf(target!.startsWith('.') ? join(path, '..', target!) : target!, sources); // the group always matches
  }
  return sources;
}

/**
 * Proves every `assert` of the contracts in `contracts/test/proofs`, and that nothing in them and in the formulas they
 * call overflows or divides by zero, with the Z3 inside the npm compiler. The formulas have no loops and no state, so
 * bounded model checking covers all inputs of the widths that the proofs declare.
 *
 * Not proved, each by a proof of its own, with the processor shared by others:
 * - `withdrawableAt` is a midnight: "might happen" after 50 s;
 * - StatisticsMath, whose sums are unchecked: no answer within 240 s (`add32` not below its value, `averageDown` between
 *   average and value), and "might happen" after 96 s for averages of any count;
 * - SumTree, which is assembly with a loop.
 * Random properties against the reference model hold these (test/libraries).
 */
function main(): void {
  const names = readdirSync(PROOFS).map((file) => file.replace('.sol', ''));
  const results = names.map(prove);
  if (results.includes(false)) process.exitCode = 1;
}

function prove(name: string): boolean {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const solc: { compile(input: string): string } = require('solc');
  const path = `${PROOFS}/${name}.sol`;
  const sources = sourcesOf(path);
  const modelChecker = {
    engine: 'bmc',
    solvers: ['z3'],
    contracts: { [path]: [name] },
    targets: ['assert', 'overflow', 'underflow', 'divByZero'],
    showUnproved: true,
    showProvedSafe: true,
  };
  const settings = { modelChecker, outputSelection: { '*': { '*': ['abi'] } } };
  const startedAt = performance.now();
  const answer = solc.compile(JSON.stringify({ language: 'Solidity', sources, settings }));
  const { errors = [] } = JSON.parse(answer) as { errors?: Message[] };
  const proved = errors.filter(({ message }) => /^BMC: .*safe!/.test(message));
  const open = errors.filter(
    (error) => error.severity === 'error' || (/^BMC/.test(error.message) && !proved.includes(error)),
  );
  open.forEach(({ formattedMessage }) => console.log(formattedMessage));
  const asserts = sources[path]!.content.match(/\bassert\(/g)?.length ?? 0;
  const provedAsserts = proved.filter(({ message }) => message.includes('Assertion')).length;
  const seconds = ((performance.now() - startedAt) / MS_PER_SECOND).toFixed(1);
  const operations = `${proved.length - provedAsserts} operations safe`;
  console.log(`${name.padEnd(16)} ${provedAsserts} of ${asserts} statements proved, ${operations}, ${seconds} s`);
  return open.length === 0 && provedAsserts === asserts && asserts > 0;
}

main();
