import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { connect, type Connection } from '@yellowstone/client';
import { parseAddress } from '@yellowstone/protocol';
import { Wallet } from 'ethers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, type DatabasePlace } from '../database/open-database.js';
import { secret } from '../secret.js';
import { DATABASES, emptyPostgres, silentLog } from '../testing/databases.js';
import type { ChildTask } from '../testing/journal-child.js';
import { startLocalChain, type LocalChain } from '../testing/local-chain.js';
import { createChainJournal } from './create-chain-journal.js';

/** TRUST T7, O2: `KILL_RUNS=200 npm test -w packages/service -- kill` is the larger run. */
const RUNS = Number(process.env['KILL_RUNS'] ?? 10);
const EFFECTS_PER_RUN = 3;
const CHILD = join(import.meta.dirname, '../testing/journal-child.ts');
const ROOT = join(import.meta.dirname, '../../../..');

const DEATHS: readonly ChildTask['death'][] = [
  { moment: 'before', method: 'estimateGas' }, // intended, one of three signed
  { moment: 'before', method: 'eth_sendRawTransaction' }, // signed and written down, not sent
  { moment: 'after', method: 'eth_sendRawTransaction' }, // sent, not written down
  { moment: 'after', method: 'getTransactionReceipt' }, // in a block, not written down
  'any time',
];

let chain: LocalChain;
let connection: Connection;

beforeAll(async () => {
  chain = await startLocalChain();
  connection = await connect({ rpcUrl: chain.rpcUrl, diamond: chain.diamond, pollingIntervalMs: 20 });
});

afterAll(async () => {
  connection?.close();
  await chain?.stop();
});

describe.each(DATABASES)('kill -9 on %s', (kind) => {
  it(
    `leaves each intent with one effect and the nonces gapless, ${RUNS} times`,
    { timeout: RUNS * 60_000 },
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'yellowstone-kill-'));
      const where = kind === 'pglite' ? { dataDir: join(folder, 'data') } : { url: await emptyPostgres() };
      const privateKey = `0x${(kind === 'pglite' ? 'a' : 'b').repeat(64)}`;
      const { address } = new Wallet(privateKey);
      await chain.provider.send('hardhat_setBalance', [address, '0x8ac7230489e80000']);
      await chain.mor.mint(address, 1_000_000n);
      const found: Record<string, number> = {};
      const all: ChildTask['effects'][number][] = [];

      for (let run = 0; run < RUNS; run += 1) {
        const effects = Array.from({ length: EFFECTS_PER_RUN }, (_, index) => {
          const account = `${kind === 'pglite' ? 'a' : 'b'}${String(run).padStart(4, '0')}${index}`.padStart(40, 'c');
          return { idempotencyKey: `run ${run} effect ${index}`, to: parseAddress(`0x${account}`) };
        });
        all.push(...effects);
        const death = DEATHS[run % DEATHS.length]!;
        await killed({ ...where, rpcUrl: chain.rpcUrl, diamond: chain.diamond, privateKey, death, effects });
        for (const state of await recovered(where, privateKey, effects)) found[state] = (found[state] ?? 0) + 1;
      }

      const balances = await Promise.all(all.map(({ to }) => chain.mor.balanceOf(to)));
      expect(balances).toEqual(all.map(() => 1n));
      expect(await chain.provider.getTransactionCount(address)).toBe(all.length);
      expect(Object.values(found).reduce((sum, count) => sum + count, 0)).toBe(all.length);
      const states = Object.entries(found).map(([state, count]) => `${count} ${state}`);
      console.log(`${kind}: ${RUNS} kills, ${all.length} intents (found ${states.join(', ')}), ${all.length} effects`);
      rmSync(folder, { recursive: true, force: true });
    },
  );
});

/** Runs the child until it asks to be killed, or for a random time from its first intent on. */
async function killed(task: ChildTask): Promise<void> {
  const child = spawn(process.execPath, ['--import', 'tsx', CHILD, JSON.stringify(task)], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const complaints: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => complaints.push(chunk.toString()));
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === 'kill me') child.kill('SIGKILL');
    if (line === 'written down' && task.death === 'any time') {
      setTimeout(() => child.kill('SIGKILL'), Math.random() * 150);
    }
  }
  const signal = await signalOf(child);
  if (signal !== 'SIGKILL' && task.death !== 'any time') {
    throw new Error(`the child ended with ${signal ?? child.exitCode}: ${complaints.join('')}`);
  }
}

async function signalOf(child: ChildProcess): Promise<NodeJS.Signals | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.signalCode;
}

/** What a start after a crash does. @returns the states in which the intents were found */
async function recovered(
  where: { readonly dataDir: string } | { readonly url: string },
  privateKey: string,
  effects: ChildTask['effects'],
): Promise<readonly string[]> {
  const place: DatabasePlace = 'url' in where ? { url: secret(where.url) } : where;
  const database = await openDatabase({ log: silentLog }, place);
  const deps = { database, connection, wallet: { privateKey }, clock: { now: Date.now }, log: silentLog };
  const journal = createChainJournal(deps);
  const states = await Promise.all(
    effects.map(async ({ idempotencyKey }) => (await journal.find(idempotencyKey))?.state ?? 'nothing'),
  );
  await journal.recover();
  // The program asks for the same effects again, as it would after a start.
  for (const { idempotencyKey, to } of effects) {
    const data = chain.mor.interface.encodeFunctionData('transfer', [to, 1n]);
    const request = { kind: 'transfer', to: connection.mor, data, idempotencyKey };
    await (await journal.submit(request)).wait({ timeoutMs: 30_000 });
  }
  expect(await journal.unfinished()).toEqual([]);
  await journal.stop();
  await database.close();
  return states;
}
