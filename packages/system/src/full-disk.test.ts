import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Reads } from '@yellowstone/client';
import { type Address, MOR, parseAddress } from '@yellowstone/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Account } from './local/accounts.js';
import { makeNodeFolder } from './local/node-folder.js';
import { bearer, type RunningConsumer, startConsumer } from './local/nodes.js';
import { until } from './local/until.js';
import { joinChain } from './testing/join-chain.js';

// A disk that is full under a running node (TRUST scenario 49): a real file system of its own, which needs root.

const SIZE = '128m';

/** A small file system, or undefined where nobody may mount one. */
function mountSmall(): string | undefined {
  const place = mkdtempSync(join(tmpdir(), 'yellowstone-small-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'tmpfs', place], { stdio: 'ignore' });
    return place;
  } catch {
    rmSync(place, { recursive: true });
    return undefined;
  }
}

const place = mountSmall();
if (place === undefined) console.log('full disk: skipped (a file system can be mounted by root only)');

describe.skipIf(place === undefined)('a node whose disk is full', { timeout: 120_000 }, () => {
  const stops: (() => Promise<void>)[] = [];
  const disk = place!;
  let reads: Reads;
  let user: Address;
  let node: RunningConsumer;

  beforeAll(async () => {
    const { chain, people, stop, ...joined } = await joinChain('full-disk', 1);
    stops.push(stop);
    reads = joined.reads;
    const [account] = people as [Account];
    user = parseAddress(account.address);
    const made = await makeNodeFolder('');
    const dataDir = join(disk, 'data');
    cpSync(made.store.dataDir, dataDir, { recursive: true });
    await made.remove();
    const store = { dataDir, databaseUrl: undefined };
    const folder = { ...made, path: disk, store, settings: { YELLOWSTONE_DATA_DIR: dataDir } };
    node = await startConsumer({ chain, account, folder }, { maxPricePerSecond: '0.001', maxStake: '20000' });
    stops.push(() => node.stop());
  }, 180_000);

  afterAll(async () => {
    for (const stop of stops.reverse()) await stop();
    execFileSync('umount', [disk]);
    rmSync(disk, { recursive: true });
  }, 60_000);

  const post = (path: string, body: object): Promise<Response> =>
    fetch(`${node.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...bearer(node.apiKey) },
      body: JSON.stringify(body),
    });
  const stake = (): Promise<Response> => post('/blockchain/stakes', { purpose: 'session', amount: `${MOR}` });
  const stakedMor = async (): Promise<bigint> => (await reads.stake(user, 'session')).activeMor;

  function fill(): void {
    const { bavail, bsize } = statfsSync(disk);
    const piece = Buffer.alloc(1_048_576);
    try {
      for (let at = 0; at <= (bavail * bsize) / piece.length + 1; at += 1)
        writeFileSync(join(disk, `fill-${at}`), piece);
    } catch {
      // It is full now.
    }
  }
  function empty(): void {
    for (const name of readdirSync(disk)) if (name.startsWith('fill-')) rmSync(join(disk, name));
  }

  it('says so, begins nothing that it could forget, and goes on when there is room again', async () => {
    await post(`/blockchain/approve?amount=${1_000n * MOR}`, {});
    expect((await stake()).status).toBe(200);
    fill();
    await until('not ready', async () => (await fetch(`${node.url}/readyz`)).status === 503, { timeoutMs: 10_000 });
    const ready = await fetch(`${node.url}/readyz`);
    expect(await ready.json()).toMatchObject({ error: { code: 'not_ready', details: { failing: 'database' } } });
    const before = await stakedMor();
    const statuses = new Set<number>();
    for (let at = 0; at < 30; at += 1) {
      const answer = await stake();
      statuses.add(answer.status);
      const body: unknown = await answer.json();
      if (answer.status !== 200) expect(body).toMatchObject({ error: { code: 'database_full' } });
    }
    expect([...statuses]).toEqual([503]);
    expect(await stakedMor()).toBe(before);
    empty();
    await until('ready', async () => (await fetch(`${node.url}/readyz`)).ok, { timeoutMs: 10_000 });
    expect((await stake()).status).toBe(200);
    expect(await stakedMor()).toBe(before + MOR);
    expect((await post('/api-keys', { name: 'later', scopes: ['infer'] })).status).toBe(200);
  });

  it('refuses to start where nothing can be written, or where the database is broken, and says so', async () => {
    await node.stop();
    const refused = async (): Promise<string> => {
      await expect(node.restart()).rejects.toThrow('the program ended');
      expect(await node.program.exited).toBe(1);
      return node.program.tail();
    };
    execFileSync('mount', ['-o', 'remount,ro', disk]);
    expect(await refused()).toContain('The database cannot be opened');
    execFileSync('mount', ['-o', 'remount,rw', disk]);

    const control = join(disk, 'data', 'global', 'pg_control');
    const whole = readFileSync(control);
    writeFileSync(control, Buffer.concat([whole.subarray(0, 100), Buffer.alloc(whole.length - 100, 0xff)]));
    expect(await refused()).toContain('The database cannot be opened');

    writeFileSync(control, whole);
    const before = await stakedMor();
    await node.restart();
    expect((await stake()).status).toBe(200);
    expect(await stakedMor()).toBe(before + MOR);
  });
});
