import { MOR } from '@yellowstone/protocol';
import {
  type ApiKeys,
  createApiKeys,
  createEarnedMoney,
  createKeyUsage,
  createMetrics,
  createServedAnswers,
  type Database,
} from '@yellowstone/service';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { API_SCOPES, type ApiScope } from '../api-access.js';
import { systemClock } from '../clock.js';
import { createBidChooser } from '../consumer/market/bid-chooser.js';
import { createMarket } from '../consumer/market/market.js';
import { marketRoutes } from '../consumer/market/market-routes.js';
import { createTrackRecords } from '../consumer/market/track-records.js';
import { createEarningsReport } from '../earnings/report-earnings.js';
import { nodeError } from '../errors.js';
import { openEmptyDatabase } from '../testing/empty-database.js';
import { createFakeChain } from '../testing/fake-chain.js';
import { addressOf, otherProviderWallet, providerWallet, userWallet } from '../testing/keys.js';
import { bodyOf, createTestApi, requireDescribed, type TestApi } from '../testing/operator-api.js';
import { requestsOf } from '../testing/requests.js';

/** `OPENAPI_REQUESTS=20000` for the larger run; a failure prints the seed, `OPENAPI_SEED=…` repeats it. */
const RUNS = Number(process.env['OPENAPI_REQUESTS'] ?? 2_000);
const SEED = Number(process.env['OPENAPI_SEED'] ?? 20_261_121);
/** Failures of others that are ours to pass on. */
const PASSED_ON = [502, 503, 504];
/** What nobody is owed in this market. */
const NEVER_GOOD = ['post_blockchain_claims_direct'];

const chain = createFakeChain();
const own = addressOf(providerWallet);
let api: TestApi;
let database: Database;
let apiKeys: ApiKeys<ApiScope>;

beforeAll(async () => {
  database = await openEmptyDatabase();
  apiKeys = createApiKeys({ database, clock: Date }, { scopes: API_SCOPES });
  known[API_KEY]?.push((await apiKeys.create({ name: 'one', scopes: ['infer'] })).key.id);
  chain.give(own, 10n ** 30n);
  await (await chain.as(providerWallet).writes.approveMor(10n ** 30n)).wait();
  await (await chain.as(providerWallet).writes.stake({ purpose: 'session', amountMor: MOR })).wait();
  let openings = 0;
  const open = async () => {
    openings += 1;
    if (openings % 5 === 0) throw nodeError('no_provider_answered', { model: 'm' });
    return `0x${'51'.repeat(32)}` as never;
  };
  const { reads } = chain.as(providerWallet);
  const market = createMarket({ reads, clock: systemClock });
  const tracks = createTrackRecords({ clock: systemClock });
  const chooser = createBidChooser({ market, isEndpointAllowed: () => true, ...tracks });
  const policy = { maxPricePerSecondMor: MOR, maxStakeMor: MOR, preferredProviders: [], refusedProviders: [] };
  const served = createServedAnswers({ database, clock: Date }, 'one');
  const earned = createEarnedMoney({ database }, 'one');
  api = await createTestApi({
    chain,
    wallet: providerWallet,
    open: { onModel: open, onBid: open },
    apiKeys,
    keyUsage: createKeyUsage({ database }),
    serving: { models: new Map(), draining: () => 0 },
    measured: { metrics: createMetrics() },
    reportEarnings: createEarningsReport({ served, earned, reads }, { provider: own }),
    more: marketRoutes({ market, chooser, policyOf: () => policy }),
  });
});

afterAll(async () => {
  await api?.server.close();
  await database?.close();
});

describe(`${RUNS} requests made out of the OpenAPI document`, () => {
  it('are all answered as it says, and none fails in a way that nobody foresaw', { timeout: RUNS * 60 }, async () => {
    const good = new Map<string, number>();
    const statuses = new Map<number, number>();
    let asked = 0;
    for (const request of fc.sample(requestsOf(api.document, knownValues()), { numRuns: RUNS, seed: SEED })) {
      if (asked % 20 === 0) await restock();
      asked += 1;
      const { operationId, method, url, headers, payload } = request;
      const answer = await api.server.inject({
        method: method as 'GET',
        url,
        ...(payload === undefined
          ? { headers }
          : { headers: { ...headers, 'content-type': 'application/json' }, payload: JSON.stringify(payload) }),
      });
      const status = answer.statusCode;
      const where = `seed ${SEED}, request ${asked}: ${method} ${url} ${JSON.stringify([headers, payload])} -> ${status} ${answer.body}`;
      expect(status < 500 || PASSED_ON.includes(status), where).toBe(true);
      requireDescribed(api.document, { method, url }, { status, body: bodyOf(answer) });
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (status === 200) good.set(operationId, (good.get(operationId) ?? 0) + 1);
    }
    const operations = Object.values(api.document.paths).flatMap((path) => Object.values(path));
    const never = operations.map(({ operationId }) => operationId).filter((name) => !good.has(name));
    expect(never.sort()).toEqual([...NEVER_GOOD].sort());
    expect([...statuses.keys()]).toEqual(expect.arrayContaining([200, 400, 404, 409, 503]));
  });
});

const ID = '^0x[0-9a-fA-F]{64}$';
const ADDRESS = '^0x[0-9a-fA-F]{40}$';
const KEY = '^[\\x21-\\x7e]{1,200}$';
const API_KEY = '^[0-9a-f]{16}$';
const DAY = '^[0-9]{4}-[0-9]{2}-[0-9]{2}$';
const MODEL = '^[^\\u0000-\\u001f]{1,200}$';
const AMOUNT = '^(0|[1-9][0-9]{0,38})$';
const known: Record<string, string[]> = {
  [KEY]: ['one', 'two'],
  [API_KEY]: [],
  [ID]: [],
  [ADDRESS]: [],
  [DAY]: ['2026-11-01', '2026-11-28'],
  [MODEL]: ['m0', 'm1'],
  [AMOUNT]: ['0', '1', `${MOR / 10n}`],
};

/** Things of the market that requests can find; they are the same objects all the time, so that new ones are found. */
function knownValues(): Record<string, string[]> {
  const seeded = [0, 1, 2, 3].map((at) =>
    chain.addBid({ wallet: providerWallet, endpoint: 'own.example:1', name: `m${at}`, modelOwner: own }),
  );
  const sessions = seeded.map((bid) => chain.addSession(bid, addressOf(userWallet)));
  known[ID]?.push(
    ...seeded.flatMap(({ bidId, modelId }) => [bidId, modelId]),
    ...sessions.map(({ sessionId }) => sessionId),
  );
  known[ADDRESS]?.push(own, addressOf(otherProviderWallet), chain.domain.verifyingContract);
  return known;
}

/** What requests took off or used up is there again. */
async function restock(): Promise<void> {
  await (await chain.as(providerWallet).writes.approveMor(10n ** 30n)).wait();
  for (const at of [0, 1, 2, 3]) {
    chain.addBid({ wallet: providerWallet, endpoint: 'own.example:1', name: `m${at}`, modelOwner: own });
  }
  for (const { sessionId } of chain.sessions()) chain.changeSession(sessionId, { isClosed: false });
  chain.credit(own, MOR);
  chain.letWithdraw(own, MOR);
}
