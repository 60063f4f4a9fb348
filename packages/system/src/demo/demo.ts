import { type Connection, connect, createReads, createWrites, type Reads } from '@yellowstone/client';
import { DevMor__factory } from '@yellowstone/contracts';
import {
  ARBITRUM_SCHEDULE,
  formatMor,
  MOR,
  parseAddress,
  parseSessionId,
  scheduledComputeOfDay,
} from '@yellowstone/protocol';
import { Wallet } from 'ethers';
import OpenAI from 'openai';
import { type Account, devAccount } from '../local/accounts.js';
import { DAY_SECONDS, passDaysWithEmission } from '../local/emission.js';
import { type LocalChain, startLocalChain } from '../local/local-chain.js';
import { makeNodeFolder, type NodeFolder } from '../local/node-folder.js';
import {
  bearer,
  type RunningConsumer,
  type RunningNode,
  type RunningProvider,
  startConsumer,
  startProvider,
} from '../local/nodes.js';
import { ask } from './ask.js';
import { insist, type Narrator } from './narrator.js';
import { type Row, tableOf } from './table.js';

const MODEL = 'tiny-talk';
const QUESTIONS = ['What is a session?', 'What is the pool guard?', 'Tell me a joke'];
const EMISSION_DAYS = 30;
const PRICE_PER_SECOND = '0.00001';
const PROVIDER_MOR = 100n * MOR;
const CONSUMER_MOR = 5_000n * MOR;
const VESTING_DAYS = 2;

export interface Demo {
  readonly chain: LocalChain;
  readonly provider: RunningNode;
  readonly consumer: RunningConsumer;
  stop(): Promise<void>;
}

interface Cast {
  readonly minter: Account;
  readonly provider: Account;
  readonly consumer: Account;
}

/** The main job on one machine: answers from llama.cpp, paid out of the pool. Throws if any step does not hold. */
export async function runDemo(narrator: Narrator): Promise<Demo> {
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const one of stops.splice(0).reverse()) await one();
  };
  try {
    const cast: Cast = { minter: devAccount(0), provider: devAccount(2), consumer: devAccount(3) };
    narrator.step('A chain starts in a process of its own; the real deployment steps run on it.');
    const chainStarting = startLocalChain();
    stops.push(async () => (await chainStarting.catch(() => undefined))?.stop());
    // Meanwhile each node gets its database; the one for the consumer has an API key.
    const folders: readonly [NodeFolder, NodeFolder] = [await makeNodeFolder(), await makeNodeFolder()];
    for (const { remove } of folders) stops.unshift(remove);
    const chain = await chainStarting;
    narrator.detail(`diamond ${chain.diamond} at ${chain.rpcUrl}`);
    const connection = await connect({ rpcUrl: chain.rpcUrl, diamond: chain.diamond, pollingIntervalMs: 50 });
    stops.push(async () => connection.close());
    const reads = createReads(connection);

    const putInMor = await fund(narrator, { chain, connection, reads, cast });
    const provider = await openShop(narrator, { chain, reads, account: cast.provider, folder: folders[0] });
    stops.push(provider.stop);
    narrator.step(
      'A consumer node starts: an OpenAI endpoint that buys sessions by itself, for whoever has its API key.',
    );
    const limits = { maxPricePerSecond: '0.001', maxStake: formatMor(CONSUMER_MOR) };
    const consumer = await startConsumer({ chain, account: cast.consumer, folder: folders[1] }, limits);
    stops.push(consumer.stop);
    narrator.detail(`${consumer.url}/v1`);

    await askQuestions(narrator, consumer);
    const creditedMor = await closeSession(narrator, { consumer, reads, user: cast.consumer });
    await claim(narrator, { chain, connection, reads, account: cast.provider, creditedMor });
    await account(narrator, { connection, reads, cast, putInMor });
    return { chain, provider, consumer, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Scene {
  readonly chain: LocalChain;
  readonly connection: Connection;
  readonly reads: Reads;
}

async function fund(narrator: Narrator, { chain, connection, reads, cast }: Scene & { cast: Cast }): Promise<bigint> {
  narrator.step(`${EMISSION_DAYS} days pass; each brings its compute emission to the pool.`);
  const scheduledMor = (day: bigint): bigint => scheduledComputeOfDay(ARBITRUM_SCHEDULE, day);
  const deps = { chain, connection, reads, scheduledMor };
  const emissionMor = await passDaysWithEmission(deps, EMISSION_DAYS, cast.minter);
  const { balanceMor } = await reads.pool();
  insist(balanceMor === emissionMor, 'the pool holds the emission');
  narrator.detail(`pool ${formatMor(balanceMor)} MOR, today's budget ${formatMor((await reads.day()).budgetMor)} MOR`);

  const mor = DevMor__factory.connect(chain.mor, new Wallet(cast.minter.privateKey, connection.provider));
  await (await mor.mint(cast.provider.address, PROVIDER_MOR)).wait();
  await (await mor.mint(cast.consumer.address, CONSUMER_MOR)).wait();
  narrator.detail(`provider gets ${formatMor(PROVIDER_MOR)} MOR, consumer ${formatMor(CONSUMER_MOR)} MOR`);
  return emissionMor + PROVIDER_MOR + CONSUMER_MOR;
}

async function openShop(
  narrator: Narrator,
  { chain, reads, account, folder }: Pick<Scene, 'chain' | 'reads'> & { account: Account; folder: NodeFolder },
): Promise<RunningProvider> {
  narrator.step('A provider registers itself, a model and a bid, and serves the model with llama.cpp.');
  const offer = { modelName: MODEL, pricePerSecond: PRICE_PER_SECOND, stake: '10' };
  const provider = await startProvider({ chain, account, folder }, offer);
  const onChain = await reads.provider(parseAddress(account.address));
  insist(onChain?.isActive === true, 'the provider is active on chain');
  narrator.detail(`model ${provider.modelId}`);
  narrator.detail(`bid   ${provider.bidId} at ${PRICE_PER_SECOND} MOR per second`);
  return provider;
}

async function askQuestions(narrator: Narrator, { url, apiKey }: RunningConsumer): Promise<void> {
  narrator.step('Three questions through the official openai client; the first one opens the session.');
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey });
  for (const question of QUESTIONS) {
    narrator.part(`          ${question}\n          > `);
    const answer = await ask(client, { model: MODEL, question }, narrator.part);
    narrator.part(`  (${answer.completionTokens} tokens)\n`);
    insist(answer.text.trim().length > 0, `there is an answer to "${question}"`);
    insist(answer.finishReason === 'stop', `the answer to "${question}" ends by itself: ${answer.finishReason}`);
    insist(answer.completionTokens > 0, `the tokens of the answer to "${question}" are counted`);
  }
}

interface HeldSession {
  readonly sessionId: string;
  readonly state: string;
}

async function closeSession(
  narrator: Narrator,
  { consumer, reads, user }: { consumer: RunningConsumer; reads: Reads; user: Account },
): Promise<bigint> {
  const { sessions } = (await getJson(`${consumer.url}/yellowstone/sessions`, bearer(consumer.apiKey))) as {
    sessions: HeldSession[];
  };
  const [held] = sessions;
  insist(held !== undefined && sessions.length === 1, 'one session served all three questions');
  const stake = await reads.stake(parseAddress(user.address), 'session');
  narrator.detail(`session ${held.sessionId}, ${formatMor(stake.activeMor)} MOR staked for it`);

  narrator.step('The consumer closes the session with the receipt that the provider signs.');
  const closing = await fetch(`${consumer.url}/yellowstone/sessions/${held.sessionId}/close`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...bearer(consumer.apiKey) },
    body: JSON.stringify({ verdict: 'pass' }),
  });
  const settled = (await closing.json()) as Record<string, string | number>;
  insist(closing.ok, `the session closes: ${JSON.stringify(settled)}`);
  insist(BigInt(settled['outputTokens'] ?? 0) > 0n, 'the receipt tells the tokens of the answers');
  const session = await reads.session(parseSessionId(held.sessionId));
  insist(session?.isClosed === true, 'the session is closed on chain');
  const creditedMor = BigInt(settled['creditedMor'] ?? 0);
  narrator.detail(`${settled['usedSeconds']} s used, ${formatMor(creditedMor)} MOR credited to the provider`);
  narrator.detail(`receipt: ${settled['inputTokens']} tokens in, ${settled['outputTokens']} tokens out`);
  return creditedMor;
}

async function claim(
  narrator: Narrator,
  { chain, connection, reads, account, creditedMor }: Scene & { account: Account; creditedMor: bigint },
): Promise<void> {
  narrator.step('Two days pass: the credit has vested. The provider claims it.');
  await chain.advance(VESTING_DAYS * DAY_SECONDS);
  const address = parseAddress(account.address);
  const before = await reads.morBalance(address);
  const writes = createWrites(connection, account);
  const { paidMor } = await (await writes.claimSessionCredits({ provider: address })).wait();
  insist(paidMor === creditedMor, 'what was credited is paid');
  insist((await reads.morBalance(address)) - before === paidMor, 'the provider has it');
  narrator.detail(`${formatMor(paidMor)} MOR paid out of the pool`);
}

async function account(
  narrator: Narrator,
  { connection, reads, cast, putInMor }: Pick<Scene, 'connection' | 'reads'> & { cast: Cast; putInMor: bigint },
): Promise<void> {
  narrator.step('Who holds what, to the wei:');
  const treasury = await reads.treasury();
  const rows: Row[] = [
    { name: 'provider, wallet', amountMor: await reads.morBalance(parseAddress(cast.provider.address)) },
    { name: 'consumer, wallet', amountMor: await reads.morBalance(parseAddress(cast.consumer.address)) },
    { name: 'diamond, session stakes', amountMor: treasury.sessionStakesMor },
    { name: 'diamond, provider stakes', amountMor: treasury.providerStakesMor },
    { name: 'diamond, model stakes', amountMor: treasury.modelStakesMor },
    { name: 'diamond, fees', amountMor: treasury.feesMor },
    { name: 'diamond, pool', amountMor: treasury.poolMor },
  ];
  const sumMor = rows.reduce((sum, { amountMor }) => sum + amountMor, 0n);
  narrator.part(`${tableOf([...rows, { name: 'sum', amountMor: sumMor }, { name: 'put in', amountMor: putInMor }])}\n`);
  insist(sumMor === putInMor, 'the sum is what was put in');
  const heldMor = await reads.morBalance(connection.diamond);
  insist(heldMor === treasury.totalMor, 'the diamond holds exactly its buckets');
}

async function getJson(url: string, headers: Record<string, string>): Promise<unknown> {
  const answer = await fetch(url, { headers });
  insist(answer.ok, `GET ${url} answers ${answer.status}`);
  return answer.json();
}
