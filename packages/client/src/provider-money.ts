import { IYellowstone__factory } from '@yellowstone/contracts';
import type { Address, SessionId } from '@yellowstone/protocol';
import { decodeError } from './chain/decode-error.js';
import { decodeEvent, type DiamondEvent, type EventName } from './chain/diamond-events.js';
import type { Connection } from './chain/connection.js';
import type { ReceiptLog } from './chain/sent.js';
import { chainError } from './errors.js';

/** A session of a provider that was closed. */
export interface SessionClosing {
  readonly sessionId: SessionId;
  /** [s] */
  readonly closedAt: bigint;
  /** Length that counted [s]. */
  readonly usedSeconds: bigint;
  /** What the provider earned [MOR-wei]. */
  readonly creditedMor: bigint;
  /** What went back to the user's allowance or wallet [MOR-wei]. */
  readonly returnedMor: bigint;
  /** What went back to the pool [MOR-wei]. */
  readonly backToPoolMor: bigint;
  /** Direct pay that could not be delivered and waits in escrow [MOR-wei]. */
  readonly keptMor: bigint;
  readonly blockNumber: bigint;
  readonly transactionHash: string;
}

/** Money that a provider was paid later than at a closing. */
export interface ProviderPayment {
  /** Vested credits, or direct pay that had waited in escrow. */
  readonly kind: 'credits' | 'direct';
  /** [MOR-wei] */
  readonly paidMor: bigint;
  /** [s] */
  readonly paidAt: bigint;
  readonly blockNumber: bigint;
  readonly transactionHash: string;
  readonly logIndex: number;
}

/** What some blocks tell of a provider's money, in the order of the chain. */
export interface ProviderMoney {
  readonly closings: readonly SessionClosing[];
  readonly payments: readonly ProviderPayment[];
}

/** A block and when it was made. */
export interface BlockPoint {
  readonly number: bigint;
  readonly hash: string;
  /** [s] */
  readonly timestamp: bigint;
}

export interface MoneyRange {
  readonly provider: Address;
  /** Both belong to it. */
  readonly fromBlock: bigint;
  readonly toBlock: bigint;
}

const diamondInterface = IYellowstone__factory.createInterface();
/** Transactions and blocks that are asked for at the same time. */
const AT_ONCE = 20;

/**
 * What a provider earned and was paid in a range of blocks: two searches, and one question for each block and each closing
 * that was found.
 * @throws ChainError; CHAIN_REORGANISED if the chain changed in between
 */
export async function readProviderMoney(connection: Connection, range: MoneyRange): Promise<ProviderMoney> {
  return decoding('readProviderMoney', async () => {
    const [closed, paid] = await Promise.all([
      logsOf(connection, range, [topicOf('SessionClosed'), null, null, wordOf(range.provider)]),
      logsOf(connection, range, [
        [topicOf('SessionCreditsClaimed'), topicOf('DirectWithdrawn')],
        wordOf(range.provider),
      ]),
    ]);
    const timestamps = await timestampsOf(connection, [...closed, ...paid]);
    const timestampOf = ({ blockHash }: ReceiptLog): bigint => timestamps.get(blockHash) ?? 0n;
    const closings = await inTurns(closed, (log) => closingOf(connection, log, timestampOf(log)));
    const payments = paid.flatMap((log) => paymentOf(log, timestampOf(log)) ?? []);
    return Object.freeze({ closings, payments });
  });
}

/** The block of a number, or the latest one; undefined if there is none. */
export async function readBlockPoint(connection: Connection, number?: bigint): Promise<BlockPoint | undefined> {
  return decoding('readBlockPoint', async () => {
    const block = await connection.provider.getBlock(number ?? 'latest');
    if (block === null || block.hash === null) return undefined;
    return Object.freeze({ number: BigInt(block.number), hash: block.hash, timestamp: BigInt(block.timestamp) });
  });
}

/** Number of the first block that is not older than a point in time [s], by bisection; the one after the latest if all are. */
export async function firstBlockSince(connection: Connection, timestamp: bigint): Promise<bigint> {
  return decoding('firstBlockSince', async () => {
    let [low, high] = [0n, BigInt(await connection.provider.getBlockNumber()) + 1n];
    while (low < high) {
      const middle = (low + high) / 2n;
      // A block that an endpoint has thrown away is an old one.
      const block = await connection.provider.getBlock(middle);
      if (BigInt(block?.timestamp ?? 0) < timestamp) low = middle + 1n;
      else high = middle;
    }
    return low;
  });
}

async function closingOf(
  { provider, diamond }: Connection,
  log: ReceiptLog,
  closedAt: bigint,
): Promise<SessionClosing> {
  const { transactionHash } = log;
  const receipt = await provider.getTransactionReceipt(transactionHash);
  if (receipt === null || receipt.blockHash !== log.blockHash) {
    throw chainError('CHAIN_REORGANISED', { block: log.blockNumber }, 'go back to an earlier block');
  }
  const events = receipt.logs
    .filter(({ address }) => address.toLowerCase() === diamond.toLowerCase())
    .flatMap((one) => decodeEvent(one) ?? []);
  const sessionId = log.topics[2] as SessionId;
  const settled = events.find(
    (event): event is DiamondEvent<'SessionSettled'> =>
      event.name === 'SessionSettled' && event.args.sessionId === sessionId,
  )!; // emitted with the closing
  const kept = events.find(
    (event): event is DiamondEvent<'DirectPaymentKept'> =>
      event.name === 'DirectPaymentKept' && event.args.sessionId === sessionId,
  );
  return Object.freeze({
    sessionId,
    closedAt,
    usedSeconds: settled.args.usedSeconds,
    creditedMor: settled.args.creditedMor,
    returnedMor: settled.args.returnedMor,
    backToPoolMor: settled.args.backToPoolMor,
    keptMor: kept?.args.amountMor ?? 0n,
    blockNumber: BigInt(log.blockNumber),
    transactionHash,
  });
}

function paymentOf(log: ReceiptLog, paidAt: bigint): ProviderPayment | undefined {
  const event = decodeEvent(log);
  const place = {
    paidAt,
    blockNumber: BigInt(log.blockNumber),
    transactionHash: log.transactionHash,
    logIndex: log.index,
  };
  if (event?.name === 'SessionCreditsClaimed') {
    return Object.freeze({ kind: 'credits', paidMor: event.args.paidMor, ...place });
  }
  if (event?.name === 'DirectWithdrawn') {
    return Object.freeze({ kind: 'direct', paidMor: event.args.amountMor, ...place });
  }
  return undefined;
}

type Topics = readonly (string | null | readonly string[])[];

async function logsOf(
  { provider, diamond }: Connection,
  { fromBlock, toBlock }: MoneyRange,
  topics: Topics,
): Promise<readonly ReceiptLog[]> {
  return provider.getLogs({ address: diamond, fromBlock, toBlock, topics: topics as (string | null | string[])[] });
}

/** When the blocks of these logs were made, by their hashes. */
async function timestampsOf(
  { provider }: Connection,
  logs: readonly ReceiptLog[],
): Promise<ReadonlyMap<string, bigint>> {
  const hashes = [...new Set(logs.map(({ blockHash }) => blockHash))];
  const found = await inTurns(hashes, async (hash) => {
    const block = await provider.getBlock(hash);
    if (block === null) throw chainError('CHAIN_REORGANISED', { block: hash }, 'go back to an earlier block');
    return [hash, BigInt(block.timestamp)] as const;
  });
  return new Map(found);
}

async function inTurns<From, To>(items: readonly From[], act: (item: From) => Promise<To>): Promise<readonly To[]> {
  const done: To[] = [];
  for (let at = 0; at < items.length; at += AT_ONCE) {
    done.push(...(await Promise.all(items.slice(at, at + AT_ONCE).map(act))));
  }
  return done;
}

function topicOf(name: EventName): string {
  // Every name of the type is in the interface.
  return diamondInterface.getEvent(name)!.topicHash;
}

/** An address as a topic has it. */
function wordOf(address: Address): string {
  return `0x${'0'.repeat(24)}${address.slice(2).toLowerCase()}`;
}

async function decoding<Result>(doing: string, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    throw decodeError(error, doing);
  }
}
