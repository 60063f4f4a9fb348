import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../database/open-database.js';
import { DATABASES, openEmpty } from '../testing/databases.js';
import { createApiKeys } from './api-keys.js';

const SCOPES = ['infer', 'operate'] as const;

describe.each(DATABASES)('API keys on %s', (kind) => {
  let database: Database;
  let now = 1_000_000;
  const clock = { now: () => now };
  beforeAll(async () => {
    database = await openEmpty(kind);
  });
  afterAll(() => database?.close());
  const keys = () => createApiKeys({ database, clock }, { scopes: SCOPES });

  it('do not exist before one is made', async () => {
    expect(await keys().list()).toEqual([]);
    expect(await keys().check(`ysk_${'0'.repeat(16)}_${'A'.repeat(43)}`)).toBeUndefined();
  });

  it('open the door to whoever has the token, which is kept nowhere', async () => {
    const { key, token } = await keys().create({ name: 'laptop', scopes: ['infer'] });
    expect(token.reveal()).toMatch(/^ysk_[0-9a-f]{16}_[\w-]{43}$/);
    expect(String(token)).toBe('[secret]');
    expect(await keys().check(token.reveal())).toMatchObject({ id: key.id, name: 'laptop', scopes: ['infer'] });
    const kept = JSON.stringify(await database.sql.selectFrom('api_keys').selectAll().execute());
    expect(kept).not.toContain(token.reveal().slice(-43));
  });

  it('stay closed for everything else', async () => {
    const { token, key } = await keys().create({ name: 'a', scopes: [] });
    const other = (await keys().create({ name: 'b', scopes: [] })).token.reveal();
    const secretPart = token.reveal().slice(-43);
    const wrong = ['', 'x', token.reveal().slice(0, -1), `${token.reveal()}x`, `ysk_${key.id}_${other.slice(-43)}`];
    for (const text of [...wrong, secretPart, `ysk_${'f'.repeat(16)}_${secretPart}`]) {
      expect(await keys().check(text)).toBeUndefined();
    }
  });

  it('are refused after they are revoked', async () => {
    const { token, key } = await keys().create({ name: 'c', scopes: ['operate'] });
    expect(await keys().revoke(key.id)).toBe(true);
    expect(await keys().revoke(key.id)).toBe(false);
    expect(await keys().check(token.reveal())).toBeUndefined();
    expect((await keys().list()).find(({ id }) => id === key.id)).toMatchObject({ revokedAt: now });
  });

  it('are refused at once where they were revoked, and a second later by other processes', async () => {
    const [here, there] = [keys(), keys()];
    const { token, key } = await here.create({ name: 'shared', scopes: ['infer'] });
    expect(await here.check(token.reveal())).toMatchObject({ id: key.id });
    expect(await there.check(token.reveal())).toMatchObject({ id: key.id });
    await here.revoke(key.id);
    expect(await here.check(token.reveal())).toBeUndefined();
    now += 1_000;
    expect(await there.check(token.reveal())).toBeUndefined();
  });

  it('ask the database once a second, however many requests come', async () => {
    let asked = 0;
    const sql = database.sql.withPlugin({
      transformQuery({ node }) {
        asked += 1;
        return node;
      },
      transformResult: async ({ result }) => result,
    });
    const counted = createApiKeys({ database: { sql }, clock }, { scopes: SCOPES });
    const { token } = await keys().create({ name: 'busy', scopes: ['infer'] });
    await counted.check(token.reveal());
    asked = 0;
    for (let at = 0; at < 10; at += 1) await Promise.all([1, 2, 3].map(() => counted.check(token.reveal())));
    expect(asked).toBe(1);
    now += 1_000;
    await counted.check(token.reveal());
    expect(asked).toBe(2);
  });

  it('end when they were told to', async () => {
    const { token, key } = await keys().create({ name: 'guest', scopes: ['infer'], expiresAt: now + 1_000 });
    expect(await keys().check(token.reveal())).toMatchObject({ id: key.id, expiresAt: now + 1_000 });
    now += 1_000;
    expect(await keys().check(token.reveal())).toBeUndefined();
  });

  it('remember their last use, to the minute', async () => {
    const { token, key } = await keys().create({ name: 'd', scopes: [] });
    const lastUse = async () => (await keys().list()).find(({ id }) => id === key.id)?.lastUsedAt;
    expect(await lastUse()).toBeUndefined();
    const first = now;
    await keys().check(token.reveal());
    now += 59_999;
    await keys().check(token.reveal());
    expect(await lastUse()).toBe(first);
    now += 1;
    await keys().check(token.reveal());
    expect(await lastUse()).toBe(now);
  });

  it('keep their limits, amounts to the last digit', async () => {
    const limits = {
      requestsPerMinute: 60,
      tokensPerDay: 100_000,
      maxMorPerDay: 10n ** 30n + 1n,
      refusedProviders: ['0xA'],
    };
    const { token, key } = await keys().create({ name: 'g', scopes: ['infer'], limits });
    expect(key.limits).toEqual(limits);
    expect((await keys().check(token.reveal()))?.limits).toEqual(limits);
    expect((await keys().list()).find(({ id }) => id === key.id)?.limits).toEqual(limits);
    const { token: free } = await keys().create({ name: 'h', scopes: ['infer'] });
    expect((await keys().check(free.reveal()))?.limits).toEqual({});
  });

  it('do not open with limits that nobody understands', async () => {
    const { token, key } = await keys().create({ name: 'i', scopes: ['infer'] });
    const change = database.sql.updateTable('api_keys').set({ limits: '{"moonPhase":1}' });
    await change.where('id', '=', key.id).execute();
    await expect(keys().check(token.reveal())).rejects.toThrow('not what was stored');
    await database.sql.updateTable('api_keys').set({ limits: '{}' }).where('id', '=', key.id).execute();
  });

  it('know their scopes', async () => {
    const wrong = keys().create({ name: 'e', scopes: ['everything' as 'infer'] });
    await expect(wrong).rejects.toMatchObject({ code: 'scope_unknown', httpStatus: 400 });
    const { token } = await keys().create({ name: 'f', scopes: ['operate', 'infer'] });
    const smaller = createApiKeys({ database, clock }, { scopes: ['infer'] as const });
    expect((await smaller.check(token.reveal()))?.scopes).toEqual(['infer']);
  });
});
