import {
  ChainError,
  type Bid,
  type Model,
  type Outcome,
  type PageRequest,
  type Provider,
  type Sent,
  type Session,
  type SettledSession,
} from '@yellowstone/client';
import {
  type Address,
  type BidId,
  type Bytes32,
  type MessageDomain,
  messageDomain,
  MOR,
  modelIdOf,
  type ModelId,
  parseAddress,
  recover,
  sessionApproval,
  type SessionId,
  sessionReceipt,
  type SessionReceipt,
} from '@yellowstone/protocol';
import { id, type Wallet } from 'ethers';
import type { Chain, ChainReads, ChainWrites } from '../chain/chain.js';
import { askedWrites } from './asked-writes.js';

/** A market in memory, for unit tests only: it knows the rules that nodes rely on, not those of money. */
export interface FakeChain {
  readonly domain: MessageDomain;
  /** The chain as one key sees it. */
  as(wallet: Wallet): Chain;
  /** Registers a provider with one model and one bid. */
  addBid(bid: FakeBid): Bid;
  /** An open session that nobody paid for. */
  addSession(bid: Bid, user: Address): Session;
  changeBid(bidId: BidId, change: Partial<Bid>): void;
  changeSession(sessionId: SessionId, change: Partial<Session>): void;
  sessions(): readonly Session[];
  balanceOf(account: Address): bigint;
  stakeOf(account: Address): bigint;
  give(account: Address, amountMor: bigint): void;
  /** Unstaked MOR that can be withdrawn. */
  letWithdraw(account: Address, amountMor: bigint): void;
  /** Vested credits of a provider. */
  credit(provider: Address, amountMor: bigint): void;
  delegate(right: { delegate: Address; account: Address; rights: string }): void;
  /** Names of the writes that were sent, in order. */
  readonly sent: string[];
  /** Receipts that closings carried. */
  readonly receipts: SessionReceipt[];
  /** Makes the next write of that name fail, before or after it was sent. */
  fail(write: keyof ChainWrites, how: { readonly code: string; readonly when: 'sending' | 'waiting' }): void;
  /** Makes the first wait for the next write of that name fail with something of this machine, such as its database. */
  interrupt(write: keyof ChainWrites, error: Error): void;
  /** Makes the first wait for the next write of that name end without an outcome. */
  delay(write: keyof ChainWrites): void;
}

export interface FakeBid {
  readonly wallet: Wallet;
  readonly endpoint: string;
  readonly name: string;
  readonly priceMor?: bigint;
  readonly modelOwner?: Address;
}

/** One MOR of stake carries this part of one MOR of cost a day. */
const STAKE_PER_COST = 10n;

export function createFakeChain(): FakeChain {
  const domain = messageDomain({ chainId: 31_337n, diamond: parseAddress(`0x${'11'.repeat(20)}`) });
  const models = new Map<ModelId, Model>();
  const bids = new Map<BidId, Bid>();
  const sessions = new Map<SessionId, Session>();
  const balances = new Map<Address, bigint>();
  const allowances = new Map<Address, bigint>();
  const stakes = new Map<Address, { active: bigint; used: bigint }>();
  const nonces = new Set<string>();
  const delegations = new Set<string>();
  const failures = new Map<string, { code: string; when: 'sending' | 'waiting' }>();
  const late = new Map<string, Error>();
  const openings: (() => Promise<unknown>)[] = [];
  const sent: string[] = [];
  const receipts: SessionReceipt[] = [];
  const providers = new Map<Address, { endpoint: string; stakeMor: bigint }>();
  const views = new Map<Address, Chain>();

  const credits = new Map<Address, bigint>();
  const unstaking = new Map<Address, bigint>();
  const due = new Map<Address, bigint>();

  const now = (): bigint => BigInt(Math.floor(Date.now() / 1_000));
  const stakeOf = (account: Address) => stakes.get(account) ?? { active: 0n, used: 0n };
  const revert = (code: string): ChainError => new ChainError(`CHAIN_${code}`, `The fake chain refused: ${code}.`);

  const pull = (account: Address, amountMor: bigint): void => {
    if ((allowances.get(account) ?? 0n) < amountMor) throw revert('ERC20InsufficientAllowance');
    if ((balances.get(account) ?? 0n) < amountMor) throw revert('ERC20InsufficientBalance');
    allowances.set(account, (allowances.get(account) ?? 0n) - amountMor);
    balances.set(account, (balances.get(account) ?? 0n) - amountMor);
  };
  const missing = (user: Address, costMor: bigint): bigint => {
    const { active, used } = stakeOf(user);
    const needed = (used + costMor) * STAKE_PER_COST;
    return needed > active ? needed - active : 0n;
  };
  /** Runs what a write does when it is waited for, all or nothing. */
  const write = <Facts>(name: keyof ChainWrites, act: () => Facts): Promise<Sent<Facts>> => {
    const failure = failures.get(name);
    failures.delete(name);
    if (failure?.when === 'sending') return Promise.reject(revert(failure.code));
    sent.push(name);
    const outcome = async (): Promise<Outcome<Facts>> => {
      if (failure !== undefined) throw revert(failure.code);
      return { ...act(), gasUsed: 21_000n, blockNumber: 1n };
    };
    let kept: Promise<Outcome<Facts>> | undefined;
    let interruption = late.get(name);
    late.delete(name);
    const wait = (): Promise<Outcome<Facts>> => {
      if (interruption === undefined) return (kept ??= outcome());
      const error = interruption;
      interruption = undefined;
      return Promise.reject(error);
    };
    if (name === 'openSession') openings.push(wait);
    return Promise.resolve({ hash: id(`${sent.length}`), wait });
  };

  const reads: ChainReads = {
    now: async () => now(),
    day: async (day = now() / 86_400n) => ({
      day,
      poolMor: 1_000n * MOR,
      budgetMor: 10n * MOR,
      supplyMor: 42_000_000n * MOR,
      openedAt: undefined,
    }),
    pool: async () => {
      const balanceMor = 1_000n * MOR;
      return { balanceMor, owedMor: 0n, paidMor: 0n, spentMor: 0n, receivedMor: 0n, availableMor: balanceMor / 100n };
    },
    directOwed: async () => 0n,
    etherBalance: async () => 10n ** 18n,
    sessionCredits: async (provider) => ({ vestedMor: credits.get(provider) ?? 0n, unvestedMor: 0n }),
    stake: async (account) => {
      const { active, used } = stakeOf(account);
      return { activeMor: active, countedMor: active, usedMor: used, remainingMor: 0n };
    },
    unstaking: async (account) => {
      const amountMor = unstaking.get(account) ?? 0n;
      return {
        dueMor: due.get(account) ?? 0n,
        pending: amountMor === 0n ? [] : [{ amountMor, withdrawableAt: now() + 86_400n }],
      };
    },
    bid: async (bidId) => bids.get(bidId),
    fees: async () => ({
      bidFeeMor: (3n * MOR) / 10n,
      providerMinimumMor: MOR / 5n,
      subnetMinimumMor: 10_000n * MOR,
      modelMinimumMor: MOR / 10n,
      pricePerSecond: { minMor: 1n, maxMor: MOR },
      pricePerToken: { minMor: 1n, maxMor: MOR },
    }),
    isDelegate: async ({ delegate, account, rights }) => delegations.has(`${delegate} ${account} ${rights}`),
    model: async (modelId) => models.get(modelId),
    modelBids: async (modelId, _unit, page) =>
      pageOf(
        [...bids.values()].filter((bid) => bid.modelId === modelId && bid.isActive),
        page,
      ),
    models: async (page) => pageOf([...models.values()].filter(({ isActive }) => isActive).map(withCounts), page),
    morAllowance: async (account) => allowances.get(account) ?? 0n,
    morBalance: async (account) => balances.get(account) ?? 0n,
    provider: async (provider) => providerOf(provider),
    providers: async (page) =>
      pageOf(
        [...providers.keys()].flatMap((provider) => providerOf(provider) ?? []),
        page,
      ),
    providerSessions: async (provider, page) =>
      pageOf(
        [...sessions.values()].filter((session) => session.provider === provider),
        page,
      ),
    providerBids: async (provider) => [...bids.values()].filter((bid) => bid.provider === provider),
    quoteSession: async ({ user, bidId, durationSeconds, payment }) => {
      const costMor = (bids.get(bidId)?.priceMor ?? 0n) * durationSeconds;
      return {
        costMor,
        missingStakeMor: payment === 'pool' ? missing(user, costMor) : 0n,
        activeStakeMor: stakeOf(user).active,
        remainingMor: 0n,
        withdrawableAt: now(),
      };
    },
    session: async (sessionId) => sessions.get(sessionId),
    userSessions: async (user, page) =>
      pageOf(
        [...sessions.values()].filter((session) => session.user === user),
        page,
      ),
  };
  const providerOf = (provider: Address): Provider | undefined => {
    const found = providers.get(provider);
    if (found === undefined) return undefined;
    return { provider, ...found, createdAt: 1n, payout: provider, isActive: true, isSubnet: false };
  };
  const withCounts = (model: Model): Model => ({
    ...model,
    secondBids: [...bids.values()].filter((bid) => bid.modelId === model.modelId && bid.isActive).length,
  });

  const writesOf = (address: Address): ChainWrites => ({
    address,
    approveMor: (amountMor) =>
      write('approveMor', () => {
        allowances.set(address, amountMor);
        return { amountMor };
      }),
    registerProvider: ({ amountMor, endpoint }) =>
      write('registerProvider', () => {
        pull(address, amountMor);
        const stakeMor = (providers.get(address)?.stakeMor ?? 0n) + amountMor;
        providers.set(address, { endpoint, stakeMor });
        return { provider: address, addedMor: amountMor, stakeMor, endpoint };
      }),
    registerModel: ({ baseId, ipfsCid, amountMor, name, tags }) =>
      write('registerModel', () => {
        pull(address, amountMor);
        const modelId = modelIdOf(address, baseId);
        const stakeMor = (models.get(modelId)?.stakeMor ?? 0n) + amountMor;
        models.set(modelId, { ...newModel(modelId, address, name), ipfsCid, stakeMor, tags: [...tags] });
        return { modelId, addedMor: amountMor, stakeMor };
      }),
    postModelBid: ({ modelId, pricePerSecondMor }) =>
      write('postModelBid', () => {
        const { bidFeeMor } = { bidFeeMor: (3n * MOR) / 10n };
        pull(address, bidFeeMor);
        const bid = newBid(address, modelId, providers.get(address)?.endpoint ?? '', pricePerSecondMor, bids.size);
        bids.set(bid.bidId, bid);
        return postedOf(bid, bidFeeMor);
      }),
    repriceBid: ({ bidId, newPriceMor }) =>
      write('repriceBid', () => {
        const old = bids.get(bidId);
        if (old === undefined) throw revert('MarketplaceActiveBidNotFound');
        bids.delete(bidId);
        const bid = newBid(address, old.modelId, old.endpoint, newPriceMor, bids.size + 1_000);
        bids.set(bid.bidId, bid);
        return postedOf(bid, 0n);
      }),
    openSession: ({ request, approval, signature }) =>
      write('openSession', () => {
        const bid = bids.get(request.bidId);
        if (bid === undefined || !bid.isActive) throw revert('BidNotActive');
        if (recover(signature, sessionApproval(domain, approval)) !== bid.provider) throw revert('SignatureInvalid');
        if (approval.user !== address || nonces.has(`${approval.nonce}`)) throw revert('ApprovalUsed');
        const costMor = bid.priceMor * request.durationSeconds;
        const missingMor = request.payment === 'pool' ? missing(address, costMor) : 0n;
        if (missingMor > request.maxStakeMor) throw revert('StakeMissing');
        if (request.payment === 'direct' && costMor > request.maxPayMor) throw revert('PayTooHigh');
        pull(address, request.payment === 'pool' ? missingMor : costMor);
        nonces.add(`${approval.nonce}`);
        const { active, used } = stakeOf(address);
        if (request.payment === 'pool') stakes.set(address, { active: active + missingMor, used: used + costMor });
        const session = newSession(bid, address, request.durationSeconds, request.payment, sessions.size, now());
        sessions.set(session.sessionId, session);
        return {
          sessionId: session.sessionId,
          bidId: bid.bidId,
          costMor,
          durationSeconds: request.durationSeconds,
          isDisputable: false,
          approvalNonce: approval.nonce,
        };
      }),
    closeSession: ({ sessionId, verdict = 'none', receipt, signature }) =>
      write('closeSession', () => {
        const session = sessions.get(sessionId);
        if (session === undefined) throw revert('SessionNotFound');
        if (session.isClosed) throw revert('SessionAlreadyClosed');
        if (receipt !== undefined && signature !== undefined) {
          if (recover(signature, sessionReceipt(domain, receipt)) !== session.provider)
            throw revert('SignatureInvalid');
          receipts.push(receipt);
        }
        const costMor = session.pricePerSecondMor * (session.endsAt - session.openedAt);
        const { active, used } = stakeOf(address);
        stakes.set(address, { active, used: used > costMor ? used - costMor : 0n });
        sessions.set(sessionId, { ...session, isClosed: true, verdict });
        return settledOf(session, address, verdict, costMor, receipt);
      }),
    deleteBid: (bidId) =>
      write('deleteBid', () => {
        if (!bids.delete(bidId)) throw revert('MarketplaceActiveBidNotFound');
        return { bidId };
      }),
    deregisterModel: (modelId) =>
      write('deregisterModel', () => {
        const model = models.get(modelId);
        if (model?.owner !== address) throw revert('InsufficientRightsForOperation');
        models.delete(modelId);
        return { returnedMor: model.stakeMor };
      }),
    deregisterProvider: (provider = address) =>
      write('deregisterProvider', () => {
        const found = providers.get(provider);
        if (found === undefined) throw revert('ProviderNotFound');
        if (provider !== address) throw revert('InsufficientRightsForOperation');
        providers.delete(provider);
        return { returnedMor: found.stakeMor, keptMor: 0n };
      }),
    stake: ({ amountMor }) =>
      write('stake', () => {
        pull(address, amountMor);
        const { active, used } = stakeOf(address);
        stakes.set(address, { active: active + amountMor, used });
        return { activeMor: active + amountMor };
      }),
    unstake: ({ amountMor }) =>
      write('unstake', () => {
        const { active, used } = stakeOf(address);
        if (amountMor > active) throw revert('StakeTooLow');
        stakes.set(address, { active: active - amountMor, used });
        unstaking.set(address, (unstaking.get(address) ?? 0n) + amountMor);
        return { activeMor: active - amountMor, withdrawableAt: now() + 86_400n };
      }),
    withdrawStake: () =>
      write('withdrawStake', () => {
        const amountMor = due.get(address) ?? 0n;
        if (amountMor === 0n) throw revert('NothingDue');
        due.delete(address);
        balances.set(address, (balances.get(address) ?? 0n) + amountMor);
        return { amountMor };
      }),
    claimSessionCredits: ({ provider, maxMor }) =>
      write('claimSessionCredits', () => {
        const vestedMor = credits.get(provider) ?? 0n;
        if (vestedMor === 0n) throw revert('NothingVested');
        const paidMor = maxMor !== undefined && maxMor < vestedMor ? maxMor : vestedMor;
        credits.set(provider, vestedMor - paidMor);
        return { paidMor, leftMor: vestedMor - paidMor };
      }),
    withdrawDirect: () =>
      write('withdrawDirect', () => {
        throw revert('NothingOwed');
      }),
  });

  return {
    domain,
    sent,
    receipts,
    as(wallet) {
      const address = parseAddress(wallet.address);
      const known = views.get(address);
      if (known !== undefined) return known;
      const writes = writesOf(address);
      const openingsEnded = async (): Promise<void> => {
        for (const wait of openings.splice(0)) await wait().catch(() => undefined);
      };
      const view = { domain, reads, writes, ...askedWrites(writes), openingsEnded, signer: wallet, address };
      views.set(address, view);
      return view;
    },
    addBid({ wallet, endpoint, name, priceMor = 10n ** 14n, modelOwner }) {
      const provider = parseAddress(wallet.address);
      const modelId = modelIdOf(modelOwner ?? parseAddress(`0x${'22'.repeat(20)}`), id(name) as Bytes32);
      models.set(modelId, newModel(modelId, modelOwner ?? provider, name));
      providers.set(provider, { endpoint, stakeMor: MOR });
      const first = newBid(provider, modelId, endpoint, priceMor, `of ${provider} on ${modelId}`);
      // The first one keeps its id when it is put back.
      const bid = bids.has(first.bidId) ? newBid(provider, modelId, endpoint, priceMor, bids.size) : first;
      bids.set(bid.bidId, bid);
      return bid;
    },
    addSession(bid, user) {
      const session = newSession(bid, user, 600n, 'pool', sessions.size, now());
      sessions.set(session.sessionId, session);
      return session;
    },
    changeBid(bidId, change) {
      const bid = bids.get(bidId);
      if (bid === undefined) return;
      bids.set(bidId, { ...bid, ...change });
      // An endpoint is the provider's: its bids show it.
      const { endpoint } = change;
      const provider = providers.get(bid.provider);
      if (endpoint !== undefined && provider !== undefined) providers.set(bid.provider, { ...provider, endpoint });
    },
    changeSession(sessionId, change) {
      const session = sessions.get(sessionId);
      if (session !== undefined) sessions.set(sessionId, { ...session, ...change });
    },
    sessions: () => [...sessions.values()],
    balanceOf: (account) => balances.get(account) ?? 0n,
    stakeOf: (account) => stakeOf(account).active,
    give: (account, amountMor) => void balances.set(account, (balances.get(account) ?? 0n) + amountMor),
    letWithdraw: (account, amountMor) => void due.set(account, amountMor),
    credit: (provider, amountMor) => void credits.set(provider, amountMor),
    delegate: ({ delegate, account, rights }) => void delegations.add(`${delegate} ${account} ${rights}`),
    fail: (name, how) => void failures.set(name, how),
    interrupt: (name, error) => void late.set(name, error),
    delay: (name) => void late.set(name, revert('TIMEOUT')),
  };
}

function pageOf<Item>(items: readonly Item[], { offset = 0, limit = 50 }: PageRequest = {}) {
  return { items: items.slice(offset, offset + limit), total: items.length };
}

function newModel(modelId: ModelId, owner: Address, name: string): Model {
  return {
    modelId,
    owner,
    name,
    tags: [],
    ipfsCid: id(name) as Bytes32,
    feeMor: 0n,
    stakeMor: MOR / 10n,
    createdAt: 1n,
    isActive: true,
    version: 1n,
    pending: undefined,
    secondBids: 0,
    tokenBids: 0,
  };
}

function newBid(provider: Address, modelId: ModelId, endpoint: string, priceMor: bigint, index: number | string): Bid {
  return {
    bidId: id(`bid ${index}`) as BidId,
    modelId,
    provider,
    unit: 'second',
    priceMor,
    createdAt: 1n,
    deletedAt: undefined,
    isActive: true,
    endpoint,
    providerStakeMor: MOR,
    statistics: {
      sessions: 0n,
      passes: 0n,
      fails: 0n,
      tokensPerSecondMilli: 0n,
      ttftMs: 0n,
      receipts: 0n,
      tokens: 0n,
      earnedMor: 0n,
      failedMor: 0n,
    },
  };
}

function newSession(
  bid: Bid,
  user: Address,
  durationSeconds: bigint,
  payment: Session['payment'],
  index: number,
  openedAt: bigint,
): Session {
  return {
    sessionId: id(`session ${index}`) as SessionId,
    user,
    provider: bid.provider,
    bidId: bid.bidId,
    modelId: bid.modelId,
    pricePerSecondMor: bid.priceMor,
    openedAt,
    endsAt: openedAt + durationSeconds,
    usedSeconds: 0n,
    payment,
    isDisputable: false,
    isClosed: false,
    verdict: 'none',
  };
}

function postedOf(bid: Bid, feeMor: bigint) {
  const { bidId, provider, modelId, unit, priceMor } = bid;
  return { bidId, provider, modelId, unit, priceMor, nonce: 0n, modelVersion: 1n, feeMor };
}

function settledOf(
  { sessionId }: Session,
  closedBy: Address,
  verdict: Session['verdict'],
  returnedMor: bigint,
  receipt: SessionReceipt | undefined,
): SettledSession {
  return {
    sessionId,
    closedBy,
    verdict,
    usedSeconds: 0n,
    creditedMor: 0n,
    returnedMor,
    backToPoolMor: 0n,
    inputTokens: receipt?.inputTokens ?? 0n,
    outputTokens: receipt?.outputTokens ?? 0n,
  };
}
