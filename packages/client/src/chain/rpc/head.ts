import type { RpcAnswer } from './rpc-reply.js';

/** The latest block of an endpoint, and when it was seen. */
export interface Head {
  readonly number: bigint;
  /** [s] */
  readonly timestamp: bigint;
  /** [ms] of the timing. */
  readonly seenAt: number;
}

/** An endpoint that is behind by more than both is not read from: blocks come fast on one chain and seldom on another. */
export interface LagLimits {
  readonly maxLagBlocks: number;
  readonly maxLagSeconds: number;
}

/** A head that was seen so long ago says nothing about others any more [ms]. */
const WITNESS_MS = 300_000;

/** How many blocks an endpoint is behind the others, if that is too many; else 0. */
export function lagOf(own: Head, others: readonly Head[], { maxLagBlocks, maxLagSeconds }: LagLimits): number {
  const tooFar = others
    .filter(({ seenAt }) => own.seenAt - seenAt < WITNESS_MS)
    .filter((other) => other.number - own.number > BigInt(maxLagBlocks))
    .filter((other) => {
      // What was seen later may be ahead by the time in between.
      const between = Math.max(0, other.seenAt - own.seenAt) / 1_000;
      return Number(other.timestamp - own.timestamp) - between > maxLagSeconds;
    });
  return tooFar.reduce((most, other) => Math.max(most, Number(other.number - own.number)), 0);
}

/** The highest block that answers speak of; reads must not go back behind it. */
export function highestBlock(methods: readonly string[], answers: readonly RpcAnswer[]): bigint {
  const blocks = answers.map((answer, index) => ('result' in answer ? blockOf(methods[index], answer.result) : 0n));
  return blocks.reduce((most, block) => (block > most ? block : most), 0n);
}

function blockOf(method: string | undefined, result: unknown): bigint {
  if (method === 'eth_blockNumber') return toBlock(result);
  if (typeof result !== 'object' || result === null) return 0n;
  if (method === 'eth_getTransactionReceipt') return toBlock((result as { blockNumber?: unknown }).blockNumber);
  if (method === 'eth_getBlockByNumber') return toBlock((result as { number?: unknown }).number);
  return 0n;
}

function toBlock(value: unknown): bigint {
  return typeof value === 'string' && /^0x[0-9a-f]{1,16}$/i.test(value) ? BigInt(value) : 0n;
}
