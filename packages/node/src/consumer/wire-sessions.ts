import { randomUUID } from 'node:crypto';
import type { Log, SessionSpending } from '@yellowstone/service';
import { Agent } from 'undici';
import type { Caller } from '../api-access.js';
import type { ExchangeTimeouts } from '../carriage/exchange.js';
import { type Chain, createChainClock } from '../chain/chain.js';
import type { Clock } from '../clock.js';
import { checkedLookup } from './endpoints/checked-lookup.js';
import { createEndpointUrls } from './endpoints/endpoint.js';
import { type BidChooser, createBidChooser } from './market/bid-chooser.js';
import { createMarket, type Market } from './market/market.js';
import { createTrackRecords, type TrackRecords } from './market/track-records.js';
import { createProviderClient, type ProviderClient } from './provider-client.js';
import { type PolicyOverrides, type SessionPolicy, stricterOf } from './session-policy.js';
import { createBuySession, type SpendingLimits } from './sessions/buy-session.js';
import { createEndSession } from './sessions/end-session.js';
import { createOpenByHand, type OpenByHand } from './sessions/open-by-hand.js';
import { createOneAtATime } from './sessions/one-at-a-time.js';
import { createReserve } from './sessions/reserve.js';
import { createSessionKeeper, type SessionKeeper } from './sessions/session-keeper.js';
import type { Payer, Want } from './want.js';

export interface SessionDeps {
  readonly chain: Chain;
  readonly clock: Clock;
  /** Outlives the process: a restart does not begin a day anew. */
  readonly spending: SessionSpending;
  readonly log: Log;
}

export interface SessionOptions extends SpendingLimits, Partial<SessionPolicy> {
  /** [MOR-wei per second] */
  readonly maxPricePerSecondMor: bigint;
  readonly maxStakeMor: bigint;
  /** The most that sessions opened on one UTC day may cost [MOR-wei]; undefined = no such limit. */
  readonly maxMorPerDay?: bigint | undefined;
  /** A session that no request used for so long is closed [s]. */
  readonly sessionIdleSeconds?: number;
  /** Open sessions of one model at most; beyond one only while the slots of the others are all in use. */
  readonly maxSessionsPerModel?: number;
  /** How often sessions are looked after [ms]. */
  readonly sweepMs?: number;
  /** For development: providers may listen on loopback and private nets. */
  readonly allowPrivateEndpoints?: boolean;
  readonly timeouts: ExchangeTimeouts;
}

/** The market with what this node thinks of it, and the sessions it buys there. */
export interface WiredSessions {
  readonly market: Market;
  readonly chooser: BidChooser;
  readonly tracks: TrackRecords;
  readonly providers: ProviderClient;
  readonly keeper: SessionKeeper;
  readonly byHand: OpenByHand;
  readonly policy: SessionPolicy;
  readonly termsOf: (caller: Caller | undefined) => Pick<Want, 'policy' | 'payer'>;
  stop(): Promise<void>;
}

const MS_PER_SECOND = 1_000;
const OPERATOR: Payer = { keyId: undefined, maxMorPerDay: undefined };

export async function wireSessions(deps: SessionDeps, options: SessionOptions): Promise<WiredSessions> {
  const { chain, clock, spending, log } = deps;
  const { timeouts, allowPrivateEndpoints = false, sessionIdleSeconds = 900, maxSessionsPerModel, sweepMs } = options;
  const { domain, reads, writes, signer, openingsEnded } = chain;
  const policy = policyOf(options);
  const endpointPolicy = { allowPrivate: allowPrivateEndpoints };
  const connect = { timeout: timeouts.connectMs, lookup: checkedLookup(endpointPolicy) };
  const dispatcher = new Agent({ connect });
  const chainClock = createChainClock({ reads, clock });
  const urlOf = createEndpointUrls(endpointPolicy);
  const providers = createProviderClient(
    { domain, signer, reads, chainClock, dispatcher, randomUuid: randomUUID, urlOf },
    { timeouts, user: writes.address },
  );
  const market = createMarket({ reads, clock });
  const tracks = createTrackRecords({ clock });
  const { healthOf, measuredOf } = tracks;
  const isEndpointAllowed = (endpoint: string): boolean => succeeds(() => urlOf(endpoint));
  const chooser = createBidChooser({ market, isEndpointAllowed, healthOf, measuredOf });

  const { maxMorPerDay, payment, sessionSeconds, maxPayMor } = options;
  const limits: SpendingLimits = { payment, sessionSeconds, maxStakeMor: policy.maxStakeMor, maxPayMor };
  const reserve = createReserve({ spending, chainClock }, { maxMorPerDay });
  const { address, approveMor, openSession } = writes;
  const inTurn = createOneAtATime((signal) => openingsEnded({ signal }));
  const buyDeps = { domain, reads, chainClock, providers, inTurn, log };
  const keeper = await createSessionKeeper(
    {
      reads,
      openingsEnded,
      chainClock,
      clock,
      candidatesOf: chooser.candidates,
      buyFor: ({ policy: { maxStakeMor }, payer }) =>
        createBuySession(
          { ...buyDeps, writes: { address, approveMor, openSession } },
          { ...limits, maxStakeMor },
          reserve(payer, 'requests'),
        ),
      end: createEndSession({ domain, reads, writes, providers, spending, log }),
      watch: tracks,
      spending,
      log,
    },
    {
      user: address,
      idleMs: sessionIdleSeconds * MS_PER_SECOND,
      ...(maxSessionsPerModel === undefined ? {} : { maxPerModel: maxSessionsPerModel }),
      ...(sweepMs === undefined ? {} : { sweepMs }),
    },
  );
  const byHand = createOpenByHand(
    {
      chain,
      candidatesOf: chooser.candidates,
      buyByHand: (ofOrder, opening = openSession) =>
        createBuySession(
          { ...buyDeps, writes: { address, approveMor, openSession: opening } },
          ofOrder,
          reserve(OPERATOR, 'hand'),
        ),
      keep: keeper.keep,
      watch: tracks,
      log,
    },
    { limits, policy },
  );
  return {
    market,
    chooser,
    tracks,
    providers,
    keeper,
    byHand,
    policy,
    termsOf: (caller) => termsOf(policy, caller),
    async stop() {
      await keeper.stop();
      await dispatcher.destroy();
    },
  };
}

function policyOf(options: SessionOptions): SessionPolicy {
  const { maxPricePerSecondMor, maxStakeMor, preferredProviders = [], refusedProviders = [] } = options;
  return { maxPricePerSecondMor, maxStakeMor, preferredProviders, refusedProviders };
}

/** What a key may have opened, and who pays: the stricter of node and key. */
function termsOf(policy: SessionPolicy, caller: Caller | undefined): Pick<Want, 'policy' | 'payer'> {
  if (caller === undefined) return { policy, payer: OPERATOR };
  const { id, limits } = caller;
  // Addresses were checked when the key was made.
  return {
    policy: stricterOf(policy, limits as PolicyOverrides),
    payer: { keyId: id, maxMorPerDay: limits.maxMorPerDay },
  };
}

function succeeds(act: () => unknown): boolean {
  try {
    act();
    return true;
  } catch {
    return false;
  }
}
