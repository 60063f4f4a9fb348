import {
  chainError,
  decodeError,
  estimateGas,
  isChainError,
  suggestFees,
  type ChainError,
  type Connection,
  type GasFees,
  type SigningKey,
} from '@yellowstone/client';
import type { WallClock } from '../clock.js';
import type { Log } from '../log.js';
import type { ChainIntent } from './intent.js';
import type { IntentStore } from './intent-store.js';
import { isOutage } from './outage.js';
import type { PushTransaction } from './push-transaction.js';

interface SignDeps {
  readonly store: IntentStore;
  readonly connection: Connection;
  readonly key: SigningKey;
  readonly clock: WallClock;
  readonly log: Log;
  readonly push: PushTransaction;
  /** Called when an intent has moved. */
  readonly tell: (id: bigint) => void;
}

/** Brings new intents from `intended` to `sent`. */
export type SignIntents = () => Promise<void>;

/** Signed in one go, before the receipts of earlier ones are looked at. */
const BATCH = 64;
/** An endpoint that refuses without a reason gets so many chances. */
const MAX_REFUSALS = 5;

/** What the chain says before an intent is signed. */
interface Outlook {
  readonly gasLimit: bigint;
  readonly usedNonces: number;
}

export function createSignIntents({ store, connection, key, clock, log, push, tell }: SignDeps): SignIntents {
  const { provider } = connection;
  const refusals = new Map<bigint, number>();

  return async () => {
    const intents = await withoutExpired(await store.intended(BATCH));
    if (intents.length === 0) return;
    const fees = await suggestFees(connection);
    for (const intent of intents) {
      const outlook = await lookAhead(intent, fees);
      if (outlook !== undefined) await signAndPush(intent, outlook, fees);
    }
  };

  async function withoutExpired(intents: readonly ChainIntent[]): Promise<readonly ChainIntent[]> {
    const isExpired = ({ expiresAt }: ChainIntent): boolean => expiresAt !== undefined && clock.now() >= expiresAt;
    for (const intent of intents.filter(isExpired)) {
      await fail(intent, chainError('CHAIN_TIMEOUT', { doing: intent.kind }, 'it was never sent'));
    }
    return intents.filter((intent) => !isExpired(intent));
  }

  /** Everything the chain must say before a nonce is spent. undefined if the intent cannot be signed now. */
  async function lookAhead(intent: ChainIntent, fees: GasFees): Promise<Outlook | undefined> {
    const { id, kind, to, data, value } = intent;
    try {
      // Together, so that they travel in one request.
      const [gasLimit, balance, usedNonces] = await Promise.all([
        estimateGas(connection, key.address, { to, data, value }, kind),
        ask(provider.getBalance(key.address)),
        ask(provider.getTransactionCount(key.address, 'pending')),
      ]);
      requireGasMoney(intent, { balance, needed: value + gasLimit * priceOf(fees) });
      refusals.delete(id);
      return { gasLimit, usedNonces };
    } catch (error) {
      if (!isChainError(error) || isOutage(error)) throw error;
      const refused = (refusals.get(id) ?? 0) + 1;
      refusals.set(id, refused);
      if (isChainError(error, 'CHAIN_RPC_FAILED') && refused < MAX_REFUSALS) return undefined;
      refusals.delete(id);
      await fail(intent, error);
      return undefined;
    }
  }

  /** A transaction that cannot be paid would hold up all later ones. */
  function requireGasMoney({ kind }: ChainIntent, money: { readonly balance: bigint; readonly needed: bigint }): void {
    if (money.balance >= money.needed) return;
    throw chainError('CHAIN_NO_GAS_MONEY', { doing: kind, account: key.address, ...money }, 'send ETH to it');
  }

  async function signAndPush(intent: ChainIntent, { gasLimit, usedNonces }: Outlook, fees: GasFees): Promise<void> {
    const { id, kind, to, data, value } = intent;
    const draft = { to, data, value, gasLimit, fees };
    const signed = await store.sign(id, usedNonces, (nonce) => key.sign(draft, nonce));
    if (signed === undefined) return;
    const { nonce, hash } = signed;
    log.info({ intentId: String(id), kind, nonce, hash }, 'chain intent signed');
    tell(id);
    await push({ ...intent, state: 'signed' }, signed);
  }

  async function fail(intent: ChainIntent, failure: ChainError): Promise<void> {
    await store.markFailed(intent, failure);
    log.warn({ intentId: String(intent.id), kind: intent.kind, code: failure.code }, 'chain intent refused');
    tell(intent.id);
  }
}

function priceOf(fees: GasFees): bigint {
  return 'gasPrice' in fees ? fees.gasPrice : fees.maxFeePerGas;
}

async function ask<Answer>(question: Promise<Answer>): Promise<Answer> {
  try {
    return await question;
  } catch (error) {
    throw decodeError(error, 'look ahead');
  }
}
