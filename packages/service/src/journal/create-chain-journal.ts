import { randomUUID } from 'node:crypto';
import {
  chainError,
  createSigningKey,
  type Connection,
  type Receipt,
  type Sender,
  type WaitOptions,
  type WalletSource,
} from '@yellowstone/client';
import type { AppError } from '../app-error.js';
import type { WallClock } from '../clock.js';
import type { Database } from '../database/open-database.js';
import { serviceError } from '../errors.js';
import type { Log } from '../log.js';
import { createFollowTransactions, type FollowOptions } from './follow-transactions.js';
import { isUnfinished } from './intent-state.js';
import { createIntentStore } from './intent-store.js';
import type { ChainIntent, IntentRequest } from './intent.js';
import { createNews } from './news.js';
import { createPassLoop } from './pass-loop.js';
import { createPushTransaction } from './push-transaction.js';
import { createSignIntents } from './sign-intents.js';

/** An intent that is written down: from here on it happens once, whatever becomes of this process. */
export interface SubmittedIntent {
  readonly id: bigint;
  /** Waits until it is signed. @throws ChainError why it was refused; CHAIN_TIMEOUT, CHAIN_ABORTED */
  hash(options?: WaitOptions): Promise<string>;
  /**
   * Waits until it is in a block.
   * @throws ChainError why it was refused or reverted; CHAIN_TIMEOUT, CHAIN_ABORTED while it may still happen
   */
  wait(options?: WaitOptions): Promise<Receipt>;
}

/** All chain writes of one key: intent first, then nonce, then hash, then receipt; each intent has exactly one effect. */
export interface ChainJournal {
  /** The account that sends. */
  readonly address: string;
  /** Takes up what an earlier process left: sends signed transactions again, byte for byte, and signs the others. */
  recover(): Promise<{ readonly unfinished: number }>;
  /** @throws AppError intent_differs, database_full; ChainError CHAIN_QUEUE_FULL */
  submit(request: IntentRequest): Promise<SubmittedIntent>;
  /**
   * For `createWrites` of the client: its writes go through the journal. A key makes the one write repeatable; without one
   * a write that cannot be signed within a minute is given up, since whoever waits for it will try again.
   */
  sender(options?: { readonly idempotencyKey?: string; readonly expiresAt?: number }): Sender;
  find(idempotencyKey: string): Promise<ChainIntent | undefined>;
  /** A handle on an intent of before. @throws AppError intent_unknown */
  resume(id: bigint): Promise<SubmittedIntent>;
  /** Everything that is on its way, oldest first. */
  unfinished(limit?: number): Promise<readonly ChainIntent[]>;
  /** Waits stop with CHAIN_ABORTED; the intents stay where they are until the next `recover`. */
  stop(): Promise<void>;
}

interface JournalDeps {
  readonly database: Database;
  readonly connection: Connection;
  /** Needs no more than to sign; a wallet that sends by itself does not fit. */
  readonly wallet: WalletSource;
  readonly clock: WallClock;
  readonly log: Log;
}

export interface JournalOptions extends Partial<FollowOptions> {
  /** More unfinished intents are refused. */
  readonly maxUnfinished?: number;
}

const DEFAULT_WAIT_MS = 120_000;
/** How often a wait looks for itself, in case another process of the same database finished the intent [ms]. */
const LOOK_MS = 2_000;
const MAX_PAUSE_MS = 30_000;
const UNSIGNED_MS = 60_000;

export function createChainJournal(deps: JournalDeps, options: JournalOptions = {}): ChainJournal {
  const { database, connection, wallet, clock, log } = deps;
  const { maxUnfinished = 1_000, confirmations = 1, looksInDoubt = 5 } = options;
  const { resendMs = 15_000, stuckMs = 60_000, maxAttempts = 8 } = options;
  const { chainId, diamond, provider, pollingIntervalMs } = connection;
  const key = createSigningKey(connection, wallet);
  const store = createIntentStore({ sql: database.sql, clock }, { chainId, address: key.address, diamond });
  const { tell, of: newsOf } = createNews();
  const push = createPushTransaction({ store, connection, log, tell });
  const parts = { store, connection, key, clock, log, push, tell };
  const signIntents = createSignIntents(parts);
  const follow = createFollowTransactions(parts, { confirmations, resendMs, stuckMs, maxAttempts, looksInDoubt });
  const stopping = new AbortController();
  let isSameChain = false;
  let mismatch: AppError | undefined;

  const loop = createPassLoop({ log }, pass, { intervalMs: pollingIntervalMs, maxPauseMs: MAX_PAUSE_MS });

  async function pass(): Promise<'again' | 'rest'> {
    if (!isSameChain) await requireSameChain();
    if (mismatch !== undefined) return 'rest';
    await signIntents();
    await follow();
    return (await store.countUnfinished()) === 0 ? 'rest' : 'again';
  }

  /** A chain that was started anew would get the old transactions: they fit it, but nobody meant them for it. */
  async function requireSameChain(): Promise<void> {
    const found = (await provider.getBlock(0))?.hash ?? 'unknown';
    const expected = await store.rememberGenesis(found);
    isSameChain = found === expected;
    if (isSameChain) return;
    mismatch = serviceError('chain_replaced', { chainId, found, expected });
    log.error({ err: mismatch }, 'chain journal stopped');
  }

  async function waitUntil(
    { id, kind }: Pick<ChainIntent, 'id' | 'kind'>,
    isReached: (intent: ChainIntent) => boolean,
    { signal, timeoutMs = DEFAULT_WAIT_MS }: WaitOptions,
  ): Promise<ChainIntent> {
    const timeout = AbortSignal.timeout(timeoutMs);
    const stop = AbortSignal.any([timeout, stopping.signal, ...(signal === undefined ? [] : [signal])]);
    for (;;) {
      if (mismatch !== undefined) throw mismatch;
      const news = newsOf(id);
      const intent = await store.find(id);
      if (intent === undefined) throw serviceError('intent_unknown', { id });
      if (intent.failure !== undefined) throw intent.failure;
      if (isReached(intent)) return intent;
      if (stop.aborted) {
        const code = timeout.aborted ? 'CHAIN_TIMEOUT' : 'CHAIN_ABORTED';
        throw chainError(code, { doing: kind, intent: id, state: intent.state }, 'the journal goes on with it');
      }
      await firstOf(news, stop);
    }
  }

  function handleOf(intent: Pick<ChainIntent, 'id' | 'kind'>): SubmittedIntent {
    return {
      id: intent.id,
      async hash(waiting = {}) {
        const reached = await waitUntil(intent, ({ state }) => state !== 'intended', waiting);
        const signed = await store.withTransactions(reached);
        // A state after `intended` comes with a transaction.
        return reached.receipt?.hash ?? signed!.transactions.at(-1)!.hash;
      },
      async wait(waiting = {}) {
        const { receipt } = await waitUntil(intent, ({ state }) => !isUnfinished(state), waiting);
        return receipt!; // the table refuses `mined` without it
      },
    };
  }

  async function submit({ idempotencyKey = randomUUID(), ...request }: IntentRequest): Promise<SubmittedIntent> {
    database.requireRoom();
    if (mismatch !== undefined) throw mismatch;
    const waiting = await store.countUnfinished();
    if (waiting >= maxUnfinished) {
      throw chainError('CHAIN_QUEUE_FULL', { account: key.address, waiting }, 'let earlier ones finish');
    }
    const intent = await store.add({ ...request, idempotencyKey });
    log.debug({ intentId: String(intent.id), kind: intent.kind }, 'chain intent written down');
    if (isUnfinished(intent.state)) loop.wake();
    return handleOf(intent);
  }

  return {
    address: key.address,
    submit,
    find: store.findByKey,
    unfinished: (limit = 100) => store.unfinished(limit),

    async recover() {
      const unfinished = await store.countUnfinished();
      if (unfinished > 0) log.info({ unfinished }, 'chain journal takes up unfinished intents');
      await loop.pass();
      if (mismatch !== undefined) throw mismatch;
      return { unfinished };
    },

    async resume(id) {
      const intent = await store.find(id);
      if (intent === undefined) throw serviceError('intent_unknown', { id });
      return handleOf(intent);
    },

    sender: (extras = {}) => ({
      address: key.address,
      async send(call, doing) {
        const patience = extras.idempotencyKey === undefined ? { expiresAt: clock.now() + UNSIGNED_MS } : {};
        const submitted = await submit({ ...call, ...patience, ...extras, kind: doing });
        return { hash: await submitted.hash(), receipt: (waiting) => submitted.wait(waiting) };
      },
    }),

    async stop() {
      stopping.abort();
      await loop.stop();
    },
  };
}

/** Resolves with the news, when it is time to look anyway, or when waiting ends. */
function firstOf(news: Promise<void>, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      stop.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, LOOK_MS);
    stop.addEventListener('abort', done, { once: true });
    void news.then(done);
  });
}
