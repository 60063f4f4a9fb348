import { compareProviderLeaves, type Address } from '@yellowstone/protocol';
import type { Random } from './random';
import type { Commit } from './record';
import { PPM } from './scenarios';

/** Tokens of one answer, on average. */
const ANSWER_TOKENS = 1_000n;
/** What a provider asks above the cheapest one, at most [ppm]. */
const SPREAD_PPM = 100_000n;

interface ProviderTokens {
  readonly provider: Address;
  readonly tokens: bigint;
  /** [MOR-wei per token] */
  readonly priceMor: bigint;
}

/** How a router spreads what it may credit over the providers. */
export function drawProviders(
  random: Random,
  wish: { readonly providers: readonly Address[]; readonly spendMor: bigint; readonly priceMor: bigint },
): readonly ProviderTokens[] {
  const weights = wish.providers.map(() => 1n + random.below(100n));
  const total = weights.reduce((sum, weight) => sum + weight, 0n);
  return wish.providers.map((provider, i) => {
    const priceMor = (wish.priceMor * (PPM + random.below(SPREAD_PPM))) / PPM;
    const partMor = (wish.spendMor * (weights[i] ?? 0n)) / total;
    return { provider, tokens: partMor / priceMor, priceMor };
  });
}

/** The book over a part of the answers of a day; undefined if there is nothing to credit. */
export function commitOver(
  answers: readonly ProviderTokens[],
  part: { readonly at: bigint; readonly router: Address; readonly day: bigint; readonly partPpm: bigint },
): Commit | undefined {
  const { at, router, day, partPpm } = part;
  const served = answers
    .map((answer) => ({ ...answer, tokens: (answer.tokens * partPpm) / PPM }))
    .filter(({ tokens }) => tokens > 0n);
  if (served.length === 0) return undefined;
  const totalTokens = served.reduce((sum, { tokens }) => sum + tokens, 0n);
  const leaves = served
    .map(({ provider, tokens, priceMor }) => ({ provider, dayMor: tokens * priceMor }))
    .sort(compareProviderLeaves);
  return {
    at,
    router,
    day,
    leaves,
    totalMor: leaves.reduce((sum, { dayMor }) => sum + dayMor, 0n),
    totalTokens,
    answers: (totalTokens + ANSWER_TOKENS - 1n) / ANSWER_TOKENS,
  };
}
