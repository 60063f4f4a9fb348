import { decodeError } from './chain/decode-error.js';
import { decodeEvent, type DiamondEvent } from './chain/diamond-events.js';
import { pause } from './chain/pause.js';
import type { Connection } from './chain/connection.js';
import { chainError } from './errors.js';

export interface FollowOptions {
  /** First block to read. */
  readonly fromBlock: bigint;
  /** Hash of the block before `fromBlock`, if known: if the chain has another one now, CHAIN_REORGANISED is thrown. */
  readonly parentHash?: string;
  /** Blocks that must lie on top of what is read; 0 by default. */
  readonly confirmations?: bigint;
  /** Blocks asked for at once; 2,000 by default. */
  readonly maxBlocks?: bigint;
  /** Ends the iteration quietly. */
  readonly signal?: AbortSignal;
}

/** All events of some blocks. To go on later: `{ fromBlock: toBlock + 1n, parentHash: toBlockHash }`. */
export interface EventBatch {
  readonly events: readonly DiamondEvent[];
  readonly fromBlock: bigint;
  readonly toBlock: bigint;
  readonly toBlockHash: string;
}

/**
 * The diamond's events in order, block range by block range, and then new ones as they come. Ranges without events are
 * given too, so that a stored cursor moves on.
 * @throws ChainError when the chain cannot be read or was reorganised; start again from the stored cursor
 */
export async function* followEventBatches(
  connection: Connection,
  { fromBlock, parentHash, confirmations = 0n, maxBlocks = 2_000n, signal }: FollowOptions,
): AsyncGenerator<EventBatch, void, undefined> {
  let next = { block: fromBlock, parentHash };
  while (signal?.aborted !== true) {
    const batch = await decoding(() => readBatch(connection, next, { confirmations, maxBlocks }));
    if (batch !== undefined) {
      next = { block: batch.toBlock + 1n, parentHash: batch.toBlockHash };
      yield batch;
    } else {
      await pause(connection.pollingIntervalMs, signal).catch(() => undefined);
    }
  }
}

/** The diamond's events one by one; to restart safely, handle events of the block of the last one again. */
export async function* followEvents(
  connection: Connection,
  options: FollowOptions,
): AsyncGenerator<DiamondEvent, void, undefined> {
  for await (const { events } of followEventBatches(connection, options)) {
    for (const event of events) {
      if (options.signal?.aborted === true) return;
      yield event;
    }
  }
}

interface Cursor {
  readonly block: bigint;
  readonly parentHash: string | undefined;
}

/** undefined if there are no new blocks. */
async function readBatch(
  { provider, diamond: address }: Connection,
  { block: fromBlock, parentHash }: Cursor,
  { confirmations, maxBlocks }: { readonly confirmations: bigint; readonly maxBlocks: bigint },
): Promise<EventBatch | undefined> {
  const head = BigInt(await provider.getBlockNumber()) - confirmations;
  if (parentHash !== undefined && (await hashOf(fromBlock - 1n)) !== parentHash) throw reorganised(fromBlock - 1n);
  if (head < fromBlock) return undefined;

  const lastOfRange = fromBlock + maxBlocks - 1n;
  const toBlock = head < lastOfRange ? head : lastOfRange;
  const [logs, toBlockHash] = await Promise.all([provider.getLogs({ address, fromBlock, toBlock }), hashOf(toBlock)]);
  if (toBlockHash === undefined) throw reorganised(toBlock);
  const events = logs.map(decodeEvent).filter((event) => event !== undefined);
  return Object.freeze({ events: Object.freeze(events), fromBlock, toBlock, toBlockHash });

  async function hashOf(block: bigint): Promise<string | undefined> {
    return (await provider.getBlock(block))?.hash ?? undefined;
  }
}

function reorganised(block: bigint): Error {
  return chainError('CHAIN_REORGANISED', { block }, 'go back to an earlier block');
}

async function decoding<Result>(read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    throw decodeError(error, 'followEvents');
  }
}
