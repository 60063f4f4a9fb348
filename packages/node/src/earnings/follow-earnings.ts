import { setTimeout as sleep } from 'node:timers/promises';
import type { BlockPoint, SessionClosing } from '@yellowstone/client';
import { type Address, dayOf, vestDay } from '@yellowstone/protocol';
import type { EarnedCursor, EarnedMoney, EarnedPayment, EarnedSession, Log } from '@yellowstone/service';
import type { MoneyChain } from './money-chain.js';

/** Reads what a provider earned off the chain and writes it down. */
export interface EarningsFollower {
  /** Reads on to the latest block now. @throws ChainError, or what the database throws */
  catchUp(): Promise<void>;
  stop(): Promise<void>;
}

interface FollowerDeps {
  readonly chain: MoneyChain;
  readonly earned: EarnedMoney;
  readonly log: Log;
}

interface FollowerOptions {
  readonly provider: Address;
  /** Blocks that must lie on top of what is read; 0 on a chain that makes no blocks by itself. */
  readonly confirmations?: bigint;
  /** Between looks at the chain [ms]. */
  readonly pollMs?: number;
  /** Most blocks that are asked for at once; fewer while the endpoint refuses so many. */
  readonly maxBlocks?: bigint;
}

const LEAST_BLOCKS = 100n;
const GROWTH_STEPS = 32n;
/** How far to go back when the chain has another block than the one that was read last. Deeper reorganisations are not seen. */
const REORG_BLOCKS = 1_000n;
const MS_PER_SECOND = 1_000n;
const STOP_MS = 2_000;

/** Follows from the provider's first registration on, until stopped. */
export function followEarnings(
  { chain, earned, log }: FollowerDeps,
  { provider, confirmations = 20n, pollMs = 15_000, maxBlocks = 50_000n }: FollowerOptions,
): EarningsFollower {
  let blocksAtOnce = maxBlocks;
  let timer: NodeJS.Timeout | undefined;
  let working: Promise<unknown> = Promise.resolve();
  let isStopped = false;

  /** Where to go on; undefined while the provider was never registered. */
  const findCursor = async (): Promise<EarnedCursor | undefined> => {
    const known = await earned.cursor();
    if (known !== undefined) return known;
    const registered = await chain.provider(provider);
    if (registered === undefined) return undefined;
    const firstBlock = await chain.firstBlockSince(registered.createdAt);
    const cursor = { firstBlock, nextBlock: firstBlock, parentHash: undefined, readToAt: undefined };
    await earned.append(undefined, { sessions: [], payments: [], cursor });
    return cursor;
  };
  const isReplaced = async ({ nextBlock, parentHash }: EarnedCursor): Promise<boolean> =>
    parentHash !== undefined && (await chain.block(nextBlock - 1n))?.hash !== parentHash;
  const goBack = async ({ firstBlock, nextBlock }: EarnedCursor): Promise<void> => {
    const to = nextBlock - REORG_BLOCKS > firstBlock ? nextBlock - REORG_BLOCKS : firstBlock;
    log.warn({ block: nextBlock - 1n, to }, 'chain was reorganised, earnings are read again');
    await earned.goBack({ firstBlock, nextBlock: to, parentHash: undefined, readToAt: undefined });
  };
  const readBlocks = async (cursor: EarnedCursor, toBlock: bigint, end: BlockPoint): Promise<void> => {
    const { closings, payments } = await chain.money({ provider, fromBlock: cursor.nextBlock, toBlock });
    const sessions = await Promise.all(closings.map((closing) => earnedSession(chain, closing)));
    if (isStopped) return;
    await earned.append(cursor, {
      sessions,
      payments: payments.map(({ kind, paidAt, ...payment }): EarnedPayment => {
        return { ...payment, isDirect: kind === 'direct', day: Number(dayOf(paidAt)) };
      }),
      cursor: {
        firstBlock: cursor.firstBlock,
        nextBlock: toBlock + 1n,
        parentHash: end.hash,
        readToAt: Number(end.timestamp * MS_PER_SECOND),
      },
    });
  };
  /** @returns true if there is more to read */
  const step = async (): Promise<boolean> => {
    const cursor = await findCursor();
    if (cursor === undefined) return false;
    if (await isReplaced(cursor)) {
      await goBack(cursor);
      return true;
    }
    const head = await chain.block();
    const last = (head?.number ?? 0n) - confirmations;
    if (last < cursor.nextBlock) return false;
    const far = cursor.nextBlock + blocksAtOnce - 1n;
    const toBlock = far < last ? far : last;
    // Its hash first: if the chain changes while its blocks are read, the next step sees that.
    const end = await chain.block(toBlock);
    if (end === undefined) return false;
    try {
      await readBlocks(cursor, toBlock, end);
      // Slowly up, so that an endpoint with a limit seldom refuses.
      const more = blocksAtOnce + maxBlocks / GROWTH_STEPS;
      blocksAtOnce = more < maxBlocks ? more : maxBlocks;
    } catch (error) {
      blocksAtOnce = blocksAtOnce / 2n > LEAST_BLOCKS ? blocksAtOnce / 2n : LEAST_BLOCKS;
      throw error;
    }
    return toBlock < last;
  };
  const catchUp = (): Promise<void> => {
    const turn = working.then(async () => {
      while (!isStopped && (await step()));
    });
    working = turn.catch(() => undefined);
    return turn;
  };
  const lookLater = (): void => {
    if (isStopped) return;
    timer = setTimeout(() => void look(), pollMs).unref();
  };
  const look = async (): Promise<void> => {
    await catchUp().catch((error: unknown) => log.warn({ err: error }, 'earnings cannot be read now'));
    lookLater();
  };

  void look();
  return {
    catchUp,
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      // A chain that does not answer is not waited for: what it says later is not written down any more.
      await Promise.race([working, sleep(STOP_MS, undefined, { ref: false })]);
    },
  };
}

async function earnedSession(chain: MoneyChain, closing: SessionClosing): Promise<EarnedSession> {
  const { sessionId, closedAt, usedSeconds, creditedMor, keptMor, blockNumber } = closing;
  const session = await chain.session(sessionId);
  if (session === undefined) throw new Error(`the chain does not know the session ${sessionId} that it closed`);
  const endedAt = session.endsAt < closedAt ? session.endsAt : closedAt;
  return {
    sessionId,
    modelId: session.modelId,
    day: Number(dayOf(closedAt)),
    isDirect: session.payment === 'direct',
    usedSeconds,
    creditedMor,
    keptMor,
    vestDay: Number(vestDay(endedAt)),
    blockNumber,
  };
}
