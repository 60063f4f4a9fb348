import { DevMor__factory, IYellowstone__factory, type DevMor, type IYellowstone } from '@yellowstone/contracts';
import { dayOf, DELEGATION_RULES, type Address } from '@yellowstone/protocol';
import { decodeError } from './chain/decode-error.js';
import type { Connection } from './chain/connection.js';
import { toBid } from './domain/bid.js';
import { codeOf, PAYMENTS, PURPOSES, UNITS } from './domain/codes.js';
import { toModel } from './domain/model.js';
import { pageArguments, toPage } from './domain/page.js';
import { toDay, toPool, toTreasury } from './domain/pool.js';
import { toProvider } from './domain/provider.js';
import { toSession, toSessionQuote } from './domain/session.js';
import { toStake, toUnstaking } from './domain/stake.js';
import { toStatistics } from './domain/statistics.js';
import { isChainError } from './errors.js';
import type { Reads } from './reads.js';

/** Reads of the diamond of a connection. */
export function createReads(connection: Connection): Reads {
  const { provider, diamond, mor } = connection;
  const yellowstone = IYellowstone__factory.connect(diamond, provider);
  const token = DevMor__factory.connect(mor, provider);
  const now = async (): Promise<bigint> => BigInt((await provider.getBlock('latest'))?.timestamp ?? 0);
  return decodingErrors({
    now,
    etherBalance: (account) => provider.getBalance(account),
    ...poolReads(yellowstone, now),
    ...stakeReads(yellowstone, token, diamond),
    ...marketReads(yellowstone),
    ...sessionReads(yellowstone),
  });
}

function poolReads(yellowstone: IYellowstone, now: Reads['now']): Pick<Reads, 'day' | 'pool' | 'treasury' | 'fees'> {
  return {
    async day(asked) {
      const day = asked ?? dayOf(await now());
      return toDay(day, await yellowstone.getDay(day));
    },
    pool: async () => toPool(await yellowstone.getPool()),
    treasury: async () => toTreasury(await yellowstone.getTreasury()),
    async fees() {
      const [bidFeeMor, providerMinimumMor, subnetMinimumMor, modelMinimumMor, perSecond, perToken] = await Promise.all(
        [
          yellowstone.getBidFee(),
          yellowstone.getProviderMinimumStake(),
          yellowstone.getSubnetMinimum(),
          yellowstone.getModelMinimumStake(),
          yellowstone.getMinMaxBidPricePerSecond(),
          yellowstone.getMinMaxPricePerToken(),
        ],
      );
      const pricePerSecond = Object.freeze({ minMor: perSecond[0], maxMor: perSecond[1] });
      const pricePerToken = Object.freeze({ minMor: perToken.minMor, maxMor: perToken.maxMor });
      const minimums = { providerMinimumMor, subnetMinimumMor, modelMinimumMor };
      return Object.freeze({ bidFeeMor, ...minimums, pricePerSecond, pricePerToken });
    },
  };
}

function stakeReads(
  yellowstone: IYellowstone,
  token: DevMor,
  diamond: Address,
): Pick<Reads, 'stake' | 'unstaking' | 'morBalance' | 'morAllowance'> {
  return {
    stake: async (account, purpose) => toStake(await yellowstone.getStake(account, codeOf(PURPOSES, purpose))),
    unstaking: async (account) => toUnstaking(await yellowstone.getUnstaking(account)),
    morBalance: (account) => token.balanceOf(account),
    morAllowance: (account) => token.allowance(account, diamond),
  };
}

type MarketReads = 'provider' | 'providers' | 'model' | 'models' | 'bid' | 'modelBids' | 'providerBids' | 'statistics';

function marketReads(yellowstone: IYellowstone): Pick<Reads, MarketReads> {
  return {
    async provider(provider) {
      const [record, payout, subnetMinimumMor] = await Promise.all([
        yellowstone.getProvider(provider),
        yellowstone.getPayout(provider),
        yellowstone.getSubnetMinimum(),
      ]);
      if (record.createdAt === 0n) return undefined;
      const { endpoint, stake: stakeMor, createdAt } = record;
      const isActive = !record.isDeleted;
      const isSubnet = isActive && stakeMor >= subnetMinimumMor;
      return toProvider({ provider, endpoint, stakeMor, createdAt, payout, isActive, isSubnet });
    },
    providers: async (page) => toPage(await yellowstone.getActiveProviderViews(...pageArguments(page)), toProvider),
    async model(modelId) {
      const view = await yellowstone.getModelView(modelId);
      return view.record.createdAt === 0n ? undefined : toModel(view);
    },
    models: async (page) => toPage(await yellowstone.getActiveModelViews(...pageArguments(page)), toModel),
    async bid(bidId) {
      const view = await yellowstone.getBidView(bidId);
      return view.createdAt === 0n ? undefined : toBid(view);
    },
    modelBids: async (modelId, unit, page) =>
      toPage(await yellowstone.getModelBidViews(modelId, codeOf(UNITS, unit), ...pageArguments(page)), toBid),
    providerBids: async (provider) => Object.freeze((await yellowstone.getProviderBidViews(provider)).map(toBid)),
    statistics: async (modelId, provider) => toStatistics(await yellowstone.getStatistics(modelId, provider)),
  };
}

type SessionReads =
  | 'session'
  | 'userSessions'
  | 'providerSessions'
  | 'quoteSession'
  | 'sessionCredits'
  | 'directOwed'
  | 'isApprovalUsed'
  | 'isDelegate';

function sessionReads(yellowstone: IYellowstone): Pick<Reads, SessionReads> {
  return {
    async session(sessionId) {
      try {
        return toSession(await yellowstone.getSession(sessionId));
      } catch (error) {
        if (isChainError(decodeError(error, 'session'), 'CHAIN_SessionNotFound')) return undefined;
        throw error;
      }
    },
    userSessions: async (user, page) =>
      toPage(await yellowstone.getUserSessionViews(user, ...pageArguments(page)), toSession),
    async providerSessions(provider, page) {
      const [sessionIds, total] = await yellowstone.getProviderSessions(provider, ...pageArguments(page));
      const views = await Promise.all(sessionIds.map((sessionId) => yellowstone.getSession(sessionId)));
      return toPage([views, total], toSession);
    },
    quoteSession: async ({ user, bidId, durationSeconds, payment }) =>
      toSessionQuote(await yellowstone.quoteSession(user, bidId, durationSeconds, codeOf(PAYMENTS, payment))),
    async sessionCredits(provider) {
      const { vestedMor, unvestedMor } = await yellowstone.getSessionCredits(provider);
      return Object.freeze({ vestedMor, unvestedMor });
    },
    directOwed: (provider) => yellowstone.getDirectOwed(provider),
    isApprovalUsed: (provider, nonce) => yellowstone.isApprovalUsed(provider, nonce),
    isDelegate: ({ delegate, account, rights }) =>
      yellowstone.isRightsDelegated(delegate, account, DELEGATION_RULES[rights]),
  };
}

type AsyncFunction = (...args: never[]) => Promise<unknown>;

/** The same functions, throwing `ChainError` only. */
function decodingErrors<Functions extends { readonly [Name in keyof Functions]: AsyncFunction }>(
  functions: Functions,
): Functions {
  const wrapped = Object.entries<AsyncFunction>(functions).map(([name, call]) => {
    const decoding = async (...args: never[]): Promise<unknown> => {
      try {
        return await call(...args);
      } catch (error) {
        throw decodeError(error, name);
      }
    };
    return [name, decoding] as const;
  });
  return Object.freeze(Object.fromEntries(wrapped)) as unknown as Functions;
}
