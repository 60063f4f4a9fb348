import type { BlockPoint, Session, SessionClosing } from '@yellowstone/client';
import { type Address, parseAddress, parseModelId, parseSessionId } from '@yellowstone/protocol';
import { createEarnedMoney, type Database, type EarnedMoney } from '@yellowstone/service';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openEmptyDatabase } from '../testing/empty-database.js';
import { quietLog } from '../testing/keys.js';
import { type EarningsFollower, followEarnings } from './follow-earnings.js';
import type { MoneyChain } from './money-chain.js';

const provider = parseAddress(`0x${'12'.repeat(20)}`);
const modelId = parseModelId(`0x${'ab'.repeat(32)}`);
const ALL = { from: 0, to: 99_999 };
const DAY = 86_400n;

let database: Database;
let earned: EarnedMoney;
let follower: EarningsFollower;
let head: bigint;
/** Which version of a block the chain has. */
let fork: { from: bigint; name: string };
let closings: SessionClosing[];
let asked: [bigint, bigint][];
let mostBlocks: bigint;
let isRegistered: boolean;
let owners = 0;

beforeAll(async () => {
  database = await openEmptyDatabase();
});
afterAll(() => database.close());
beforeEach(() => {
  [head, fork, closings, asked, mostBlocks, isRegistered] = [30n, { from: 1_000n, name: 'b' }, [], [], 10n ** 9n, true];
  earned = createEarnedMoney({ database }, `owner ${(owners += 1)}`);
});
afterEach(() => follower.stop());

const blockOf = (number: bigint): BlockPoint | undefined =>
  number > head
    ? undefined
    : { number, hash: `${number >= fork.from ? fork.name : 'a'} ${number}`, timestamp: 100n * DAY + number };

const chain: MoneyChain = {
  provider: async () => (isRegistered ? ({ provider, createdAt: 100n * DAY + 5n } as never) : undefined),
  session: async (sessionId) =>
    ({ sessionId, modelId, payment: 'pool', endsAt: 100n * DAY + 1_000n }) as unknown as Session,
  block: async (number = head) => blockOf(number),
  firstBlockSince: async (timestamp) => timestamp - 100n * DAY,
  async money({ fromBlock, toBlock }) {
    asked.push([fromBlock, toBlock]);
    if (toBlock - fromBlock >= mostBlocks) throw new Error('too many blocks');
    const inside = ({ blockNumber }: SessionClosing): boolean => blockNumber >= fromBlock && blockNumber <= toBlock;
    const payment = {
      kind: 'credits',
      paidMor: 3n,
      paidAt: 100n * DAY + 10n,
      transactionHash: 't',
      logIndex: 1,
    } as const;
    const payments = fromBlock <= 10n && toBlock >= 10n ? [{ ...payment, blockNumber: 10n }] : [];
    return { closings: closings.filter(inside), payments };
  },
};
const closing = (digit: string, blockNumber: bigint): SessionClosing => ({
  sessionId: parseSessionId(`0x${digit.repeat(64)}`),
  closedAt: 100n * DAY + blockNumber,
  usedSeconds: 60n,
  creditedMor: 7n,
  returnedMor: 1n,
  backToPoolMor: 0n,
  keptMor: 0n,
  blockNumber,
  transactionHash: `t${digit}`,
});
function follow(options: { confirmations?: bigint; maxBlocks?: bigint } = {}, account: Address = provider): void {
  const pace = { confirmations: 0n, pollMs: 60_000, ...options };
  follower = followEarnings({ chain, earned, log: quietLog }, { provider: account, ...pace });
}

describe('followEarnings', () => {
  it('reads from the first registration to the latest block, and goes on from there after a restart', async () => {
    closings = [closing('1', 6n), closing('2', 30n)];
    follow();
    await follower.catchUp();
    expect(asked).toEqual([[5n, 30n]]);
    expect(await earned.sessions(ALL)).toMatchObject([
      { modelId, day: 100, isDirect: false, usedSeconds: 60n, creditedMor: 7n, vestDay: 102, blockNumber: 6n },
      { blockNumber: 30n },
    ]);
    expect(await earned.payments(ALL)).toMatchObject([{ paidMor: 3n, day: 100, isDirect: false }]);
    await follower.stop();
    head = 40n;
    follow();
    await follower.catchUp();
    expect(asked.slice(1)).toEqual([[31n, 40n]]);
    expect(await earned.cursor()).toMatchObject({ nextBlock: 41n, readToAt: Number(100n * DAY + 40n) * 1_000 });
  });

  it('waits for a provider that is not registered yet', async () => {
    isRegistered = false;
    follow();
    await follower.catchUp();
    expect(await earned.cursor()).toBeUndefined();
    isRegistered = true;
    await follower.catchUp();
    expect(await earned.cursor()).toMatchObject({ nextBlock: 31n });
  });

  it('leaves blocks alone that are not deep enough', async () => {
    follow({ confirmations: 10n });
    await follower.catchUp();
    expect(asked).toEqual([[5n, 20n]]);
  });

  it('reads in pieces, and in smaller ones when the endpoint refuses', async () => {
    head = 1_204n;
    mostBlocks = 300n;
    follow({ maxBlocks: 800n });
    for (let at = 0; at < 5; at += 1) await follower.catchUp().catch(() => undefined);
    const lengths = asked.map(([from, to]) => to - from + 1n);
    expect(lengths[0]).toBe(800n);
    expect(await earned.cursor()).toMatchObject({ nextBlock: 1_205n });
    expect(await earned.payments(ALL)).toHaveLength(1);
  });

  it('forgets what a reorganised chain does not have any more', async () => {
    closings = [closing('1', 8n), closing('2', 29n)];
    follow();
    await follower.catchUp();
    closings = [closing('1', 8n), closing('3', 31n)];
    [fork, head] = [{ from: 28n, name: 'b' }, 32n];
    await follower.catchUp();
    expect((await earned.sessions(ALL)).map(({ blockNumber }) => blockNumber)).toEqual([8n, 31n]);
    expect(await earned.cursor()).toMatchObject({ nextBlock: 33n, parentHash: 'b 32' });
    expect(await earned.payments(ALL)).toHaveLength(1);
  });

  it('counts once what two processes read', async () => {
    closings = [closing('1', 6n)];
    follow();
    const other = followEarnings({ chain, earned, log: quietLog }, { provider, confirmations: 0n, pollMs: 60_000 });
    await Promise.all([follower.catchUp(), other.catchUp()]);
    await other.stop();
    expect(await earned.sessions(ALL)).toHaveLength(1);
    expect(await earned.payments(ALL)).toHaveLength(1);
  });
});
