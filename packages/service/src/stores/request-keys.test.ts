import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../database/open-database.js';
import { DATABASES, openEmpty } from '../testing/databases.js';
import { createRequestKeys } from './request-keys.js';

describe.each(DATABASES)('request keys on %s', (kind) => {
  let database: Database;
  const clock = { now: () => 1_000 };
  beforeAll(async () => {
    database = await openEmpty(kind);
  });
  afterAll(() => database?.close());

  const refused = { code: 'intent_differs', httpStatus: 409, details: { idempotencyKey: 'k' } };

  it('stand for one request each, after a restart as well', async () => {
    await createRequestKeys({ database, clock }, 'me').claim('k', 'this');
    const keys = createRequestKeys({ database, clock }, 'me');
    await keys.claim('k', 'this');
    await expect(keys.claim('k', 'that')).rejects.toMatchObject(refused);
    await keys.claim('l', 'that');
  });

  it('belong to their owner', async () => {
    await createRequestKeys({ database, clock }, 'one').claim('k', 'this');
    await createRequestKeys({ database, clock }, 'other').claim('k', 'that');
  });

  it('go to one of many requests that come at the same time', async () => {
    const keys = createRequestKeys({ database, clock }, 'crowd');
    const claims = await Promise.allSettled(Array.from({ length: 10 }, (_, at) => keys.claim('k', `request ${at}`)));
    expect(claims.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});
