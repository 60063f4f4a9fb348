import { type Connection, createWrites, type Reads } from '@yellowstone/client';
import { IYellowstone__factory } from '@yellowstone/contracts';
import { type NodeState, openNodeState, openNodeStore } from '@yellowstone/node';
import { type Address, MOR, parseAddress } from '@yellowstone/protocol';
import { createLog, secret } from '@yellowstone/service';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Account } from './local/accounts.js';
import { makeNodeFolder, type NodeFolder } from './local/node-folder.js';
import { bearer, type RunningConsumer, startConsumer, startProvider } from './local/nodes.js';
import { type JoinedChain, joinChain } from './testing/join-chain.js';
import { type OperatorNode, startOperatorNode } from './testing/operator-node.js';
import { MOMENTS, startWatchedRpc, type WatchedRpc } from './testing/watched-rpc.js';

/** TRUST T7, O2: `KILL_RUNS=100 npx vitest run src/kill.test.ts` is the larger run. */
const KILLS = Number(process.env['KILL_RUNS'] ?? 10);
const INTENTS = 200;
const RACERS = 40;
const MODEL = 'killed-talk';
const diamond = IYellowstone__factory.createInterface();
const log = createLog({ name: 'test', level: 'silent' });

const stops: (() => Promise<void>)[] = [];
let chain: JoinedChain['chain'];
let connection: Connection;
let reads: Reads;
let operator: Account;
let buyer: Account;
let sender: Account;
let seller: Account;
let shared: Account;
let user: Address;

beforeAll(async () => {
  const joined = await joinChain('kill', 5);
  stops.push(joined.stop);
  ({ chain, connection, reads } = joined);
  [operator, buyer, sender, seller, shared] = joined.people as [Account, Account, Account, Account, Account];
  user = parseAddress(buyer.address);
}, 120_000);

afterAll(async () => {
  for (const stop of stops.reverse()) await stop();
}, 60_000);

/** What a key's journal says happened, by nonce. */
async function journalOf(
  folder: NodeFolder,
): Promise<readonly { nonce: bigint | null; state: string; kind: string }[]> {
  const store = await openNodeStore(folder.store, { log });
  const intents = store.database.sql.selectFrom('chain_intents').select(['nonce', 'state', 'kind']);
  const rows = await intents.orderBy('nonce').execute();
  await store.stop();
  return rows;
}

/** Everything of a node but its servers. */
function openState({ store }: NodeFolder, { privateKey }: Account): Promise<NodeState> {
  const key = { privateKey: secret(privateKey), keystoreFile: undefined, passwordFile: undefined };
  const place = { rpcUrl: secret(chain.rpcUrl), diamond: chain.diamond, pollingMs: 50 };
  return openNodeState({ ...place, ...key, ...store }, { log });
}

/** @returns the kinds of the writes, by nonce */
async function expectGaplessNonces(folder: NodeFolder, account: Address): Promise<readonly string[]> {
  const intents = await journalOf(folder);
  expect(intents.map(({ nonce, state }) => [nonce, state])).toEqual(intents.map((_, at) => [BigInt(at), 'mined']));
  expect(await connection.provider.getTransactionCount(account)).toBe(intents.length);
  return intents.map(({ kind }) => kind);
}

describe('a consumer node that is killed with -9', () => {
  let rpc: WatchedRpc;
  let folder: NodeFolder;
  let node: RunningConsumer;

  beforeAll(async () => {
    const offer = { modelName: MODEL, pricePerSecond: '0.00001', stake: '10' };
    const making = makeNodeFolder();
    stops.push((await startProvider({ chain, account: operator }, offer)).stop);
    folder = await making;
    rpc = await startWatchedRpc(chain.rpcUrl);
    stops.push(folder.remove, rpc.stop);
    node = await start();
    stops.push(() => node.stop());
  }, 60_000);

  const start = (): Promise<RunningConsumer> => {
    const place = { chain: { ...chain, rpcUrl: rpc.rpcUrl }, account: buyer, folder };
    return startConsumer(place, { maxPricePerSecond: '0.001', maxStake: '20000' });
  };
  const post = (path: string, body: unknown): Promise<Response> =>
    fetch(`${node.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...bearer(node.apiKey) },
      body: JSON.stringify(body),
    });
  const chat = () =>
    post('/v1/chat/completions', { model: MODEL, messages: [{ role: 'user', content: 'What is a bid?' }] });
  const sessionsOnChain = async () => (await reads.userSessions(user)).items;

  it(
    `opens and closes each session once, with gapless nonces, ${KILLS} times`,
    { timeout: 30_000 + KILLS * 60_000 },
    async () => {
      for (let run = 0; run < KILLS; run += 1) {
        const opens = run % 2 === 0;
        const before = await sessionsOnChain();
        const open = before.find(({ isClosed }) => !isClosed);
        // Both kinds of write meet all moments within eight runs.
        const moment = MOMENTS[(Math.floor(run / 2) + (opens ? 0 : 2)) % MOMENTS.length]!;
        const { selector } = diamond.getFunction(opens ? 'openSession' : 'closeSession');
        const dead = rpc.trap({ moment, selector }, () => process.kill(node.program.pid, 'SIGKILL'));
        const asked = opens ? chat() : post(`/yellowstone/sessions/${open!.sessionId}/close`, {});
        await Promise.all([dead, node.program.exited, asked.catch(() => undefined)]);

        node = await start();
        const after = await sessionsOnChain();
        expect(after).toHaveLength(before.length + (opens ? 1 : 0));
        expect(after.filter(({ isClosed }) => !isClosed)).toHaveLength(opens ? 1 : 0);
        if (!opens) continue;
        // The session that was paid for is the one that is used.
        expect((await chat()).status).toBe(200);
        expect(await sessionsOnChain()).toHaveLength(after.length);
      }
      await node.stop();
      const kinds = await expectGaplessNonces(folder, user);
      expect(kinds.filter((kind) => kind === 'openSession')).toHaveLength(Math.ceil(KILLS / 2));
      // Stopping closes what is open.
      expect(kinds.filter((kind) => kind === 'closeSession')).toHaveLength(Math.ceil(KILLS / 2));
    },
  );
});

describe("an operator's node that is killed with -9", () => {
  const price = '10000000000000';
  /** Each moment once, and again in the larger run. */
  const kills = Math.ceil(KILLS * 0.4);
  let rpc: WatchedRpc;
  let folder: NodeFolder;
  let node: OperatorNode;

  const start = (): Promise<OperatorNode> =>
    startOperatorNode({ chain: { ...chain, rpcUrl: rpc.rpcUrl }, account: seller, folder });
  const ask = async (path: string, body?: object, key?: string): Promise<Record<string, string>> => {
    const answer = await node.post(path, body, key);
    expect(answer.status).toBe(200);
    return (await answer.json()) as Record<string, string>;
  };

  beforeAll(async () => {
    [folder, rpc] = await Promise.all([makeNodeFolder(), startWatchedRpc(chain.rpcUrl)]);
    stops.push(folder.remove, rpc.stop);
    node = await start();
    stops.push(() => node.program.stop());
  }, 60_000);

  it(
    `posts a bid once for a request that is sent again, ${kills} times`,
    { timeout: 30_000 + kills * 60_000 },
    async () => {
      await ask(`/blockchain/approve?amount=${100n * MOR}`);
      await ask('/blockchain/providers', { addStake: `${MOR}`, endpoint: '127.0.0.1:3333' });
      const { modelID } = await ask('/blockchain/models', { addStake: `${MOR}`, name: 'killed' });
      const { bidFeeMor } = await reads.fees();
      const { selector } = diamond.getFunction('postModelBid');
      for (let run = 0; run < kills; run += 1) {
        const before = await reads.morBalance(parseAddress(seller.address));
        const post = () => ask('/blockchain/bids', { modelID, pricePerSecond: price }, `bid-${run}`);
        const moment = MOMENTS[run % MOMENTS.length]!;
        const dead = rpc.trap({ moment, selector }, () => process.kill(node.program.pid, 'SIGKILL'));
        await Promise.all([dead, node.program.exited, post().catch(() => undefined)]);

        node = await start();
        const [first, second] = [await post(), await post()];
        expect([second['tx'], second['bidID']]).toEqual([first['tx'], first['bidID']]);
        expect(before - (await reads.morBalance(parseAddress(seller.address)))).toBe(bidFeeMor);
        const other = await node.post('/blockchain/bids', { modelID, pricePerSecond: '20000000000000' }, `bid-${run}`);
        expect([other.status, await other.json()]).toMatchObject([409, { error: { code: 'intent_differs' } }]);
      }
      await node.program.stop();
      const written = await expectGaplessNonces(folder, parseAddress(seller.address));
      expect(written.filter((kind) => kind === 'postModelBid')).toHaveLength(kills);
    },
  );
});

describe('the writes of a node', () => {
  it('and those of a command with the same key at the same time happen once each', async () => {
    const folder = await makeNodeFolder();
    stops.push(folder.remove);
    const state = await openState(folder, shared);
    const commands = createWrites(connection, shared);
    const receivers = Array.from({ length: RACERS }, (_, at) => parseAddress(`0x${String(at).padStart(40, 'd')}`));
    const outcomes = await Promise.allSettled(
      receivers.map(async (to, at) => {
        // Every fifth by hand: somebody who uses the command line while the node works.
        const by = at % 5 === 0 ? commands : state.chain.writes;
        return (await by.transferMor({ to, amountMor: 1n })).wait({ timeoutMs: 180_000 });
      }),
    );
    await state.stop();
    const arrived = await Promise.all(receivers.map((to) => reads.morBalance(to)));
    // Whoever lost the race too often is told so, and nothing happened.
    expect(arrived).toEqual(outcomes.map(({ status }) => (status === 'fulfilled' ? 1n : 0n)));
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'CHAIN_NONCE_CONFLICT' });
    }
    expect(outcomes.filter((_, at) => at % 5 !== 0).every(({ status }) => status === 'fulfilled')).toBe(true);
    const done = outcomes.filter(({ status }) => status === 'fulfilled').length;
    expect(await connection.provider.getTransactionCount(shared.address)).toBe(done);
  }, 240_000);

  it(`bring ${INTENTS} concurrent intents of one key onto the chain, each once (scenario 45)`, async () => {
    const folder = await makeNodeFolder();
    stops.push(folder.remove);
    const state = await openState(folder, sender);
    const { writes, writesFor } = state.chain;
    const receivers = Array.from({ length: INTENTS }, (_, at) =>
      parseAddress(`0x${String(at).padStart(4, '0').padStart(40, 'e')}`),
    );
    const sent = await Promise.all(
      receivers.map((to, at) => {
        const by = at % 2 === 0 ? writes : writesFor(`request ${at}`);
        return by.transferMor({ to, amountMor: 1n });
      }),
    );
    await Promise.all(sent.map(({ wait }) => wait({ timeoutMs: 180_000 })));
    // The same request again is the same transfer; another one under its key is refused.
    const again = await writesFor('request 1').transferMor({ to: receivers[1]!, amountMor: 1n });
    expect(again.hash).toBe(sent[1]!.hash);
    const other = writesFor('request 1').transferMor({ to: receivers[1]!, amountMor: 2n });
    await expect(other).rejects.toMatchObject({ code: 'intent_differs', httpStatus: 409 });
    await state.stop();

    expect(await Promise.all(receivers.map((to) => reads.morBalance(to)))).toEqual(receivers.map(() => 1n));
    expect(await expectGaplessNonces(folder, parseAddress(sender.address))).toHaveLength(INTENTS);
  }, 240_000);
});
