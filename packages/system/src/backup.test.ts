import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { MOR, parseAddress } from '@yellowstone/protocol';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Account } from './local/accounts.js';
import { makeNodeFolder, type NodeFolder } from './local/node-folder.js';
import { bearer, type RunningConsumer, startConsumer, startProvider } from './local/nodes.js';
import { type JoinedChain, joinChain } from './testing/join-chain.js';

// Backup and restore by the commands of docs/operations.md, and a database that is lost (TRUST scenarios 43, 50).

const run = promisify(execFile);
const server = inject('postgresUrl');
const MODEL = 'kept-talk';
const ORDER = 5n * MOR;

const stops: (() => Promise<void>)[] = [];
let joined: JoinedChain;

beforeAll(async () => {
  joined = await joinChain('backup', 4);
  stops.push(joined.stop);
  const { chain, people } = joined;
  const offer = { modelName: MODEL, pricePerSecond: '0.00001', stake: '10' };
  stops.push((await startProvider({ chain, account: people[0]! }, offer)).stop);
}, 180_000);

afterAll(async () => {
  for (const stop of stops.reverse()) await stop();
}, 60_000);

const start = (account: Account, folder: NodeFolder): Promise<RunningConsumer> =>
  startConsumer({ chain: joined.chain, account, folder }, { maxPricePerSecond: '0.001', maxStake: '20000' });

function post(node: RunningConsumer, path: string, body: object, key?: string): Promise<Response> {
  const headers = { 'content-type': 'application/json', ...bearer(node.apiKey) };
  return fetch(`${node.url}${path}`, {
    method: 'POST',
    headers: key === undefined ? headers : { ...headers, 'idempotency-key': key },
    body: JSON.stringify(body),
  });
}

const chat = (node: RunningConsumer): Promise<Response> =>
  post(node, '/v1/chat/completions', { model: MODEL, messages: [{ role: 'user', content: 'What is a bid?' }] });
const order = (node: RunningConsumer, key: string): Promise<Response> =>
  post(node, '/blockchain/stakes', { purpose: 'session', amount: `${ORDER}` }, key);

/** Before the backup: an API key is there, a stake was ordered, a session was opened. */
async function live(node: RunningConsumer): Promise<void> {
  expect((await post(node, `/blockchain/approve?amount=${15_000n * MOR}`, {})).status).toBe(200);
  expect((await order(node, 'before')).status).toBe(200);
  expect((await chat(node)).status).toBe(200);
}

const sessionsOf = async ({ address }: Account) => (await joined.reads.userSessions(parseAddress(address))).items;
const stakeOf = async ({ address }: Account) => (await joined.reads.stake(parseAddress(address), 'session')).activeMor;

/** After a restore: keys and orders of before are known, nothing is paid twice, what comes next works. */
async function expectWell(node: RunningConsumer, account: Account): Promise<void> {
  const stake = await stakeOf(account);
  expect((await order(node, 'before')).status).toBe(200);
  expect(await stakeOf(account)).toBe(stake);
  const open = (await sessionsOf(account)).filter(({ isClosed }) => !isClosed);
  expect((await chat(node)).status).toBe(200);
  expect((await sessionsOf(account)).filter(({ isClosed }) => !isClosed)).toHaveLength(Math.max(open.length, 1));
  expect((await order(node, 'after')).status).toBe(200);
  expect(await stakeOf(account)).toBeGreaterThanOrEqual(stake + ORDER);
  const nonces = await joined.connection.provider.getTransactionCount(account.address);
  expect(await joined.connection.provider.getTransactionCount(account.address, 'pending')).toBe(nonces);
}

describe('a folder', { timeout: 120_000 }, () => {
  it('that was packed while the node stood still is the node again, also when the node had gone on', async () => {
    const account = joined.people[1]!;
    const folder = await makeNodeFolder('');
    stops.push(folder.remove);
    const node = await start(account, folder);
    await live(node);
    await node.stop();
    const archive = join(folder.path, 'backup.tar.gz');
    await run('tar', ['--create', '--gzip', '--file', archive, '--directory', folder.path, 'data']);

    // The backup grows old: another session and another stake are on chain that it does not know.
    const later = await start(account, folder);
    expect((await chat(later)).status).toBe(200);
    expect((await order(later, 'forgotten')).status).toBe(200);
    process.kill(later.program.pid, 'SIGKILL');
    await later.program.exited;

    const restored = await makeNodeFolder('');
    stops.push(restored.remove);
    await run('rm', ['-rf', restored.store.dataDir]);
    await run('tar', ['--extract', '--gzip', '--file', archive, '--directory', restored.path]);
    const again = await start(account, { ...restored, apiKey: folder.apiKey });
    stops.push(again.stop);
    await expectWell(again, account);
  });

  it('that is lost: a new one finds the open session on chain and pays for none twice', async () => {
    const account = joined.people[2]!;
    const lost = await makeNodeFolder('');
    const node = await start(account, lost);
    await live(node);
    process.kill(node.program.pid, 'SIGKILL');
    await node.program.exited;
    await lost.remove();

    const fresh = await makeNodeFolder('');
    stops.push(fresh.remove);
    const again = await start(account, fresh);
    stops.push(again.stop);
    expect((await chat(again)).status).toBe(200);
    expect(await sessionsOf(account)).toHaveLength(1);
  });
});

describe.skipIf(server === '')('a PostgreSQL', { timeout: 120_000 }, () => {
  it('that was dumped while the node went on is restored into an empty one', async () => {
    const account = joined.people[3]!;
    const folder = await makeNodeFolder(server);
    stops.push(folder.remove);
    const node = await start(account, folder);
    await live(node);
    const dump = join(folder.path, 'backup.dump');
    await run('pg_dump', ['--format=custom', '--file', dump, folder.store.databaseUrl!.reveal()]);
    expect((await order(node, 'forgotten')).status).toBe(200);
    process.kill(node.program.pid, 'SIGKILL');
    await node.program.exited;

    const restored = await makeNodeFolder(server);
    stops.push(restored.remove);
    const into = ['--clean', '--if-exists', '--single-transaction', '--dbname', restored.store.databaseUrl!.reveal()];
    await run('pg_restore', [...into, dump]);
    const again = await start(account, { ...restored, apiKey: folder.apiKey });
    stops.push(again.stop);
    await expectWell(again, account);
  });
});
