import {
  connect,
  type Connection,
  createWrites,
  type DiamondEvent,
  followEventBatches,
  type Outcome,
  type Payment,
  type Sent,
  type Writes,
} from '@yellowstone/client';
import {
  type BidId,
  type Bytes32,
  MOR,
  messageDomain,
  modelIdOf,
  parseAddress,
  type SessionId,
  sessionApproval,
  sign,
} from '@yellowstone/protocol';
import { id as keccakOfText, Wallet } from 'ethers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Account } from './local/accounts.js';
import { type FundedChain, startFundedChain } from './local/funded-chain.js';
import { makeNodeFolder } from './local/node-folder.js';
import { bearer } from './local/nodes.js';
import { until } from './local/until.js';
import { type OperatorNode, startOperatorNode } from './testing/operator-node.js';

// What `GET /provider/earnings` says against the events of the chain, read another way: all of them, one by one.

const NAMES = ['tiny', 'large'] as const;
const PRICE_MOR = 10n ** 13n;
const DAY_SECONDS = 86_400;
const READ_MS = 30_000;
const stops: (() => Promise<void>)[] = [];
let funded: FundedChain;
let connection: Connection;
let provider: Writes;
let user: Writes;
let account: Account;
let node: OperatorNode;
let apiKey: string;
let nonce = 0n;
const bids = new Map<string, BidId>();

const done = async <Facts>(sending: Promise<Sent<Facts>>): Promise<Outcome<Facts>> => (await sending).wait();

beforeAll(async () => {
  // A chain of its own: days pass on it, and every event of it is counted.
  funded = await startFundedChain({ days: 3 });
  stops.push(funded.stop);
  const [seller, buyer] = funded.people as [Account, Account];
  account = seller;
  connection = await connect({ rpcUrl: funded.chain.rpcUrl, diamond: funded.chain.diamond, pollingIntervalMs: 50 });
  stops.push(async () => connection.close());
  provider = createWrites(connection, { privateKey: seller.privateKey });
  user = createWrites(connection, { privateKey: buyer.privateKey });
  await done(provider.approveMor(10n * MOR));
  await done(provider.registerProvider({ amountMor: MOR, endpoint: 'provider.example:3333' }));
  for (const name of NAMES) {
    const baseId = keccakOfText(name) as Bytes32;
    await done(provider.registerModel({ baseId, ipfsCid: baseId, amountMor: MOR / 10n, name, tags: [] }));
    const modelId = modelIdOf(provider.address, baseId);
    bids.set(name, (await done(provider.postModelBid({ modelId, pricePerSecondMor: PRICE_MOR }))).bidId);
  }
  await done(user.approveMor(10_000n * MOR));
}, 120_000);

afterAll(async () => {
  for (const stop of stops.reverse()) await stop();
}, 60_000);

async function open(name: (typeof NAMES)[number], payment: Payment, durationSeconds = 600n): Promise<SessionId> {
  const bidId = bids.get(name) as BidId;
  const approval = {
    bidId,
    user: user.address,
    pricePerSecondMor: PRICE_MOR,
    maxDurationSeconds: durationSeconds,
    payment,
    nonce: (nonce += 1n),
    deadline: (await funded.reads.now()) + 3_600n,
  };
  const signature = await sign(new Wallet(account.privateKey), sessionApproval(messageDomain(connection), approval));
  const request = { bidId, durationSeconds, payment, maxStakeMor: 10_000n * MOR, maxPayMor: MOR };
  return (await done(user.openSession({ request, approval, signature }))).sessionId;
}

interface Sums {
  readonly sessionsClosed: string;
  readonly sessionSeconds: string;
  readonly credited: string;
  readonly direct: string;
}

interface Report {
  readonly days: readonly { readonly day: string; readonly claimed: string; readonly models: readonly Sums[] }[];
  readonly total: Sums & { readonly claimed: string };
  readonly owed: Readonly<Record<'unvested' | 'vested' | 'claimable' | 'direct', string>>;
  readonly readTo: string | null;
}

/** The report once it has the latest block. */
async function reported(): Promise<Report> {
  const now = await funded.reads.now();
  const dayText = (at: bigint): string => new Date(Number(at) * 1_000).toISOString().slice(0, 10);
  const range = `from=${dayText(now - 30n * BigInt(DAY_SECONDS))}&to=${dayText(now)}`;
  let report: Report | undefined;
  const isRead = async (): Promise<boolean> => {
    const answer = await fetch(`${node.apiUrl}/provider/earnings?${range}`, { headers: bearer(apiKey) });
    report = (await answer.json()) as Report;
    return report.readTo !== null && BigInt(report.readTo) >= now;
  };
  await until('earnings', isRead, { timeoutMs: READ_MS, program: node.program });
  return report as Report;
}

/** All that the chain ever said, up to the latest block. */
async function allEvents(): Promise<readonly DiamondEvent[]> {
  const head = BigInt(await connection.provider.getBlockNumber());
  const events: DiamondEvent[] = [];
  for await (const batch of followEventBatches(connection, { fromBlock: 0n })) {
    events.push(...batch.events);
    if (batch.toBlock >= head) break;
  }
  return events;
}

async function expectEqualToEvents(report: Report): Promise<void> {
  const events = await allEvents();
  const named = <Name extends DiamondEvent['name']>(name: Name) =>
    events.filter((event): event is DiamondEvent<Name> & DiamondEvent => event.name === name);
  const direct = new Set(
    named('SessionBooked').flatMap(({ args }) => (args.payment === 1n ? [String(args.sessionId)] : [])),
  );
  const settled = named('SessionSettled').map(({ args }) => args);
  const sum = (amounts: readonly bigint[]): string => amounts.reduce((a, b) => a + b, 0n).toString();
  const isDirect = ({ sessionId }: { readonly sessionId: string }): boolean => direct.has(sessionId);
  expect(report.total).toMatchObject({
    sessionsClosed: String(settled.length),
    sessionSeconds: sum(settled.map(({ usedSeconds }) => usedSeconds)),
    credited: sum(settled.filter((one) => !isDirect(one)).map(({ creditedMor }) => creditedMor)),
    direct: sum(settled.filter(isDirect).map(({ creditedMor }) => creditedMor)),
    claimed: sum(named('SessionCreditsClaimed').map(({ args }) => args.paidMor)),
  });
  // Every credit is claimed, vested or unvested; no session is open.
  const { unvested, vested } = report.owed;
  expect(BigInt(report.total.credited)).toBe(BigInt(report.total.claimed) + BigInt(vested) + BigInt(unvested));
}

describe('what a provider earned', { timeout: 120_000 }, () => {
  it('is found on the chain by a node that starts later', async () => {
    // Closed early, closed late, closed by the provider, failed, paid directly.
    const early = await open('tiny', 'pool');
    const [late, given, failed] = [await open('tiny', 'pool'), await open('large', 'pool'), await open('tiny', 'pool')];
    const paid = await open('large', 'direct');
    await done(provider.closeSession({ sessionId: given }));
    await done(user.closeSession({ sessionId: failed, verdict: 'fail' }));
    await funded.chain.advance(300);
    await done(user.closeSession({ sessionId: early, verdict: 'pass' }));
    await done(user.closeSession({ sessionId: paid }));
    await funded.chain.advance(600);
    await done(user.closeSession({ sessionId: late }));

    const folder = await makeNodeFolder();
    stops.push(folder.remove);
    apiKey = folder.apiKey;
    node = await startOperatorNode({ chain: funded.chain, account, folder });
    stops.push(async () => void (await node.program.stop()));
    const report = await reported();
    await expectEqualToEvents(report);
    expect(report.total).toMatchObject({ sessionsClosed: '5', claimed: '0' });
    expect(BigInt(report.total.credited)).toBeGreaterThan(900n * PRICE_MOR);
    expect(BigInt(report.total.direct)).toBeGreaterThan(300n * PRICE_MOR - 1n);
    expect(report.days.flatMap(({ models }) => models).length).toBeGreaterThanOrEqual(2);
  });

  it('goes on while it runs: other days, a claim', async () => {
    await funded.chain.advance(3 * DAY_SECONDS);
    const before = await reported();
    expect(BigInt(before.owed.vested)).toBeGreaterThan(0n);
    const next = await open('large', 'pool', 3_600n);
    await funded.chain.advance(1_800);
    await done(user.closeSession({ sessionId: next }));
    const { paidMor } = await done(user.claimSessionCredits({ provider: provider.address }));
    expect(paidMor).toBeGreaterThan(0n);
    const after = await reported();
    await expectEqualToEvents(after);
    expect(after.total.claimed).toBe(paidMor.toString());
    expect(after.days.length).toBeGreaterThan(before.days.length);
    expect(after.days.at(-1)?.claimed).toBe(paidMor.toString());
    expect(parseAddress(account.address)).toBe(provider.address);
  });
});
