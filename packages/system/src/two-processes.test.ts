import type { Reads } from '@yellowstone/client';
import { openNodeStore } from '@yellowstone/node';
import { type Address, MOR, parseAddress } from '@yellowstone/protocol';
import { createLog } from '@yellowstone/service';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Account } from './local/accounts.js';
import { makeNodeFolder, type NodeFolder } from './local/node-folder.js';
import { bearer, type RunningConsumer, startConsumer, startProvider } from './local/nodes.js';
import { joinChain } from './testing/join-chain.js';

// Two processes of one node on one PostgreSQL, as behind a load balancer.

const server = inject('postgresUrl');
const MODEL = 'shared-talk';
const ORDERS = 20;

describe.skipIf(server === '')('two consumer processes on one PostgreSQL', { timeout: 120_000 }, () => {
  const stops: (() => Promise<void>)[] = [];
  let reads: Reads;
  let user: Address;
  let folder: NodeFolder;
  let nodes: readonly RunningConsumer[];

  beforeAll(async () => {
    const joined = await joinChain('two-processes', 2);
    stops.push(joined.stop);
    reads = joined.reads;
    const { chain } = joined;
    const [seller, account] = joined.people as [Account, Account];
    user = parseAddress(account.address);
    const offer = { modelName: MODEL, pricePerSecond: '0.00001', stake: '10' };
    stops.push((await startProvider({ chain, account: seller }, offer)).stop);
    folder = await makeNodeFolder(server);
    stops.push(folder.remove);
    const limits = { maxPricePerSecond: '0.001', maxStake: '20000' };
    nodes = await Promise.all([1, 2].map(() => startConsumer({ chain, account, folder }, limits)));
    stops.push(async () => void (await Promise.all(nodes.map((node) => node.stop()))));
  }, 180_000);

  afterAll(async () => {
    for (const stop of stops.reverse()) await stop();
  }, 60_000);

  /** Sends a request to one of the two. */
  const post = (which: number, path: string, body: object, key?: string): Promise<Response> => {
    const node = nodes[which % 2]!;
    const headers = { 'content-type': 'application/json', ...bearer(node.apiKey) };
    return fetch(`${node.url}${path}`, {
      method: 'POST',
      headers: key === undefined ? headers : { ...headers, 'idempotency-key': key },
      body: JSON.stringify(body),
    });
  };

  it('bring their chain writes into one row of nonces, each once, whoever was asked', async () => {
    await post(0, `/blockchain/approve?amount=${1_000n * MOR}`, {});
    const order = (at: number, which: number): Promise<Response> =>
      post(which, '/blockchain/stakes', { purpose: 'session', amount: `${MOR}` }, `order-${at}`);
    // Each order goes to both at the same time: it is one order.
    const asked = Array.from({ length: ORDERS }, (_, at) => [order(at, 0), order(at, 1)]).flat();
    const answers = await Promise.all(asked);
    const told = await Promise.all(answers.map(async (answer) => [answer.status, await answer.json()]));
    expect(told.filter(([status]) => status !== 200)).toEqual([]);
    expect((await reads.stake(user, 'session')).activeMor).toBe(BigInt(ORDERS) * MOR);

    const store = await openNodeStore(folder.store, { log: createLog({ name: 'test', level: 'silent' }) });
    const rows = await store.database.sql
      .selectFrom('chain_intents')
      .select(['nonce', 'state'])
      .orderBy('nonce')
      .execute();
    await store.stop();
    expect(rows.map(({ nonce, state }) => [nonce, state])).toEqual(rows.map((_, at) => [BigInt(at), 'mined']));
    expect(rows).toHaveLength(ORDERS + 1);
  });

  it('know the same API keys, and use the same sessions', async () => {
    const made = await post(0, '/api-keys', { name: 'second', scopes: ['infer'] });
    const { token } = (await made.json()) as { token: string };
    const ask = (which: number): Promise<Response> =>
      fetch(`${nodes[which]!.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...bearer(token) },
        body: JSON.stringify({ model: MODEL, messages: [{ role: 'user', content: 'What is a bid?' }] }),
      });
    expect((await ask(1)).status).toBe(200);
    expect((await ask(0)).status).toBe(200);
    // The second process found the session of the first one on chain.
    expect((await reads.userSessions(user)).total).toBe(1);
  });
});
