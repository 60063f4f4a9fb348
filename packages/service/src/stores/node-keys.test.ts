import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../database/open-database.js';
import { createSealer } from '../keys/sealer.js';
import { secret } from '../secret.js';
import { DATABASES, openEmpty } from '../testing/databases.js';
import { createNodeKeyStore, type StoredNodeKeys } from './node-keys.js';

const sealer = createSealer(secret(`0x${'11'.repeat(32)}`), 'node keys');
const keysOf = (period: bigint, change: Partial<StoredNodeKeys> = {}): StoredNodeKeys => ({
  endpointHash: '0xaa',
  period,
  publicKey: `0x${period}`,
  privateBytes: Buffer.from('private halves'),
  validUntil: 1_000n * period,
  ...change,
});

describe.each(DATABASES)('node keys on %s', (kind) => {
  let database: Database;
  beforeAll(async () => {
    database = await openEmpty(kind);
  });
  afterAll(() => database?.close());

  it('are those of the process that was first, for all processes of the wallet', async () => {
    const stores = [1, 2, 3].map(() => createNodeKeyStore({ database, sealer }, 'me'));
    const added = await Promise.all(
      stores.map((store, at) => store.add(keysOf(1n, { publicKey: `0x${at}`, privateBytes: Buffer.from(`${at}`) }))),
    );
    expect(new Set(added.map(({ publicKey }) => publicKey)).size).toBe(1);
    expect(await stores[2]?.list(0n)).toEqual([added[0]]);
    expect(await createNodeKeyStore({ database, sealer }, 'other').list(0n)).toEqual([]);
  });

  it('cannot be read out of the database or opened with another wallet', async () => {
    await createNodeKeyStore({ database, sealer }, 'sealed').add(keysOf(2n));
    const rows = JSON.stringify(await database.sql.selectFrom('node_keys').select('sealed_keys').execute());
    expect(rows).not.toContain(Buffer.from('private').toString('base64').slice(0, 8));
    const thief = createSealer(secret(`0x${'12'.repeat(32)}`), 'node keys');
    const opening = createNodeKeyStore({ database, sealer: thief }, 'sealed').list(0n);
    await expect(opening).rejects.toMatchObject({ code: 'sealed_value_unreadable' });
  });

  it('are deleted when they end', async () => {
    const store = createNodeKeyStore({ database, sealer }, 'ending');
    await store.add(keysOf(3n));
    await store.add(keysOf(4n));
    expect(await store.list(3_000n)).toHaveLength(2);
    expect((await store.list(3_001n)).map(({ period }) => period)).toEqual([4n]);
    await store.prune(3_001n);
    const left = await database.sql.selectFrom('node_keys').select('period').where('owner', '=', 'ending').execute();
    expect(left).toEqual([{ period: 4n }]);
  });
});
