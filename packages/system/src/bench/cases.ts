import { type Client, closedLoop, openLoop, type Run, type Sample } from './load.js';
import { NARROW, WIDE } from './places.js';
import { median, quantile } from './statistics.js';

/** The ways of one round. */
export const WAYS = ['direct', 'chain', 'nodes'] as const;
export type Way = (typeof WAYS)[number];

/** One kind of load, and the figures that are read off it. */
export interface Case {
  readonly name: string;
  run(client: Client, seconds: number): Promise<Run>;
  /** Beside the figures that all cases have. */
  more?(rounds: readonly Round[]): Readonly<Record<string, number>>;
  /** Answers that are expected beside 200. */
  readonly refusals?: readonly number[];
}

export type Round = Readonly<Record<Way, Run>>;

export interface Figures {
  readonly directRps: number;
  readonly chainRps: number;
  readonly nodesRps: number;
  readonly ratioToChain: number;
  readonly addedP50Ms: number;
  readonly addedP99Ms: number;
  readonly errors: number;
  readonly [more: string]: number;
}

const STREAMS = 200;
const STREAM_TOKENS = 40;
const TOKEN_INTERVAL_MS = 50;
const BACKEND_DELAY_MS = 20;
const NARROW_DELAY_MS = 50;

const bodyOf = (model: string, more: object): string =>
  JSON.stringify({ model, messages: [{ role: 'user', content: 'What is a bid?' }], ...more });
const slow = bodyOf(WIDE, { mock_delay_ms: BACKEND_DELAY_MS });
const quick = bodyOf(WIDE, {});
const streamed = bodyOf(WIDE, {
  stream: true,
  max_tokens: STREAM_TOKENS,
  mock_delay_ms: BACKEND_DELAY_MS,
  mock_interval_ms: TOKEN_INTERVAL_MS,
});
const narrow = bodyOf(NARROW, { mock_delay_ms: NARROW_DELAY_MS });

const served = ({ samples }: Run): readonly Sample[] => samples.filter(({ isWhole }) => isWhole);
export const rpsOf = (run: Run): number => served(run).length / run.seconds;
const tokensPerSecond = (run: Run): number => served(run).reduce((sum, { events }) => sum + events, 0) / run.seconds;
const ttftOf = (run: Run): readonly number[] =>
  served(run).flatMap(({ ttftMs }) => (ttftMs === undefined ? [] : [ttftMs]));
const tookOf = (run: Run): readonly number[] => served(run).map(({ tookMs }) => tookMs);

/** Medians over the rounds; differences and ratios are taken within a round, where the machine was the same. */
export function figuresOf({ more, refusals = [] }: Case, rounds: readonly Round[]): Figures {
  const over = (figure: (round: Round) => number): number => median(rounds.map(figure));
  const added = (part: number) =>
    over(({ chain, nodes }) => quantile(tookOf(nodes), part) - quantile(tookOf(chain), part));
  const isError = ({ status, isWhole }: Sample): boolean => !isWhole && !refusals.includes(status);
  const errorsOf = ({ samples, broken }: Run): number => samples.filter(isError).length + broken;
  return {
    directRps: over(({ direct }) => rpsOf(direct)),
    chainRps: over(({ chain }) => rpsOf(chain)),
    nodesRps: over(({ nodes }) => rpsOf(nodes)),
    ratioToChain: over(({ chain, nodes }) => rpsOf(nodes) / rpsOf(chain)),
    addedP50Ms: added(0.5),
    addedP99Ms: added(0.99),
    errors: rounds.reduce((sum, { nodes }) => sum + errorsOf(nodes), 0),
    ...more?.(rounds),
  };
}

/** The load targets of the nodes; `capacityRps` is what the narrow model answers at most. */
export function casesOf(capacityRps: number): readonly Case[] {
  return [
    { name: 'json-c1', run: (client, seconds) => closedLoop(client, { clients: 1, seconds, body: slow }) },
    { name: 'json-c32', run: (client, seconds) => closedLoop(client, { clients: 32, seconds, body: quick }) },
    {
      name: 'sse-c200',
      run: (client, seconds) => closedLoop(client, { clients: STREAMS, seconds, body: streamed }),
      more: (rounds) => ({
        chainTtftP95Ms: median(rounds.map(({ chain }) => quantile(ttftOf(chain), 0.95))),
        addedTtftP95Ms: median(
          rounds.map(({ chain, nodes }) => quantile(ttftOf(nodes), 0.95) - quantile(ttftOf(chain), 0.95)),
        ),
        tokensRatioToChain: median(rounds.map(({ chain, nodes }) => tokensPerSecond(nodes) / tokensPerSecond(chain))),
      }),
    },
    {
      name: 'overload',
      refusals: [429, 503],
      run: (client, seconds) => openLoop(client, { perSecond: 3 * capacityRps, seconds, body: narrow }),
      more: (rounds) => ({
        offeredRps: 3 * capacityRps,
        peakRps: capacityRps,
        goodputToPeak: median(rounds.map(({ nodes }) => rpsOf(nodes) / capacityRps)),
        refusedP99Ms: median(
          rounds.map(({ nodes }) =>
            quantile(
              nodes.samples.filter(({ isWhole }) => !isWhole).map(({ tookMs }) => tookMs),
              0.99,
            ),
          ),
        ),
      }),
    },
  ];
}

/** What the narrow model answers at most, with as many clients as it has slots and as many waiting. */
export async function capacityOf(client: Client, clients: number, seconds: number): Promise<number> {
  return rpsOf(await closedLoop(client, { clients, seconds, body: narrow }));
}
