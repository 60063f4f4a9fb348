import {
  broadcast,
  estimateGas,
  explainRevert,
  suggestFees,
  type Connection,
  type GasFees,
  type Receipt,
  type SigningKey,
} from '@yellowstone/client';
import { Transaction } from 'ethers';
import type { WallClock } from '../clock.js';
import type { Log } from '../log.js';
import type { IntentTransaction, SignedIntent } from './intent.js';
import type { IntentStore } from './intent-store.js';
import type { PushTransaction } from './push-transaction.js';
import { raiseFees } from './raise-fees.js';

interface FollowDeps {
  readonly store: IntentStore;
  readonly connection: Connection;
  readonly key: SigningKey;
  readonly clock: WallClock;
  readonly log: Log;
  readonly push: PushTransaction;
  readonly tell: (id: bigint) => void;
}

export interface FollowOptions {
  /** Blocks that must hold a transaction, its own included. */
  readonly confirmations: number;
  /** The same bytes are sent again after this long without a receipt [ms]. */
  readonly resendMs: number;
  /** A transaction that is next in line and still in no block is priced again after this long [ms]. */
  readonly stuckMs: number;
  /** How often one nonce may be signed; beyond that only when gas has become dearer than what was offered. */
  readonly maxAttempts: number;
  /** Looks at the chain that must agree before something surprising is believed. */
  readonly looksInDoubt: number;
}

/** Brings signed intents to their end. */
export type FollowTransactions = () => Promise<void>;

/** A transaction that offered too little, and what is usual now. */
interface Outbid extends Pick<IntentTransaction, 'attempt'> {
  readonly old: Transaction;
  readonly usual: GasFees;
}

type FoundReceipt = Receipt & { readonly status: number | null };

const BATCH = 256;

export function createFollowTransactions(deps: FollowDeps, options: FollowOptions): FollowTransactions {
  const { store, connection, key, clock, log, push, tell } = deps;
  const { provider } = connection;
  const { confirmations, resendMs, stuckMs, maxAttempts, looksInDoubt } = options;
  const doubts = new Map<bigint, number>();

  return async () => {
    const intents = await store.signed(BATCH);
    // Asked after the intents were read, so that it covers all of them.
    const usedNonces = await provider.getTransactionCount(key.address, 'latest');
    const used = intents.filter(({ nonce }) => nonce < usedNonces);
    await Promise.all(used.map(settle));
    for (const intent of intents.filter(({ nonce }) => nonce >= usedNonces)) {
      if (!(await keepGoing(intent, intent.nonce === usedNonces))) break;
    }
    if (intents[0] !== undefined && intents[0].nonce > usedNonces) await fillGap(intents[0], usedNonces);
    await reopenLost(usedNonces);
  };

  /**
   * Another program's transaction below ours was dropped: nothing of ours can be included before its nonce is used.
   * A transfer of nothing to ourselves uses it up. Nobody has to remember it: it has no effect, and it can be made again.
   */
  async function fillGap({ transactions }: SignedIntent, nonce: number): Promise<void> {
    const { signedAt } = transactions.at(-1)!; // signing keeps one before it sets the state
    if (clock.now() - signedAt < stuckMs) return;
    if ((await provider.getTransactionCount(key.address, 'pending')) !== nonce) return;
    const nothing = { to: key.address, data: '0x', value: 0n };
    const gasLimit = await estimateGas(connection, key.address, nothing, 'fillGap');
    const signed = await key.sign({ ...nothing, gasLimit, fees: await suggestFees(connection) }, nonce);
    log.warn({ nonce, hash: signed.hash }, 'filling a gap in the nonces that another program left');
    await broadcast(connection, signed.rawTransaction, { doing: 'fillGap', attempts: 1 });
  }

  /** Its nonce is used: by one of its transactions, or by somebody else's. */
  async function settle(intent: SignedIntent): Promise<void> {
    const receipt = await findReceipt(intent);
    if (receipt === undefined) {
      // Endpoints can have a transaction long before its receipt, or lose receipts altogether.
      if (await isInBlock(intent)) return void doubts.delete(intent.id);
      if (!isCertain(intent.id)) return;
      await store.takeNonceAway(intent);
      log.warn({ ...idsOf(intent) }, 'another program used the nonce of a chain intent, it gets a new one');
      return tell(intent.id);
    }
    doubts.delete(intent.id);
    if (!(await isBuried(receipt))) return;
    const { hash, blockNumber } = receipt;
    if (receipt.status === 0) {
      const failure = await explainRevert(connection, { ...pendingOf(intent), hash }, receipt);
      await store.markFailed(intent, failure, receipt);
      log.warn({ ...idsOf(intent), hash, blockNumber, code: failure.code }, 'chain intent reverted');
    } else {
      await store.markMined(intent, receipt);
      log.info({ ...idsOf(intent), hash, blockNumber }, 'chain intent mined');
    }
    tell(intent.id);
  }

  /** Any of the hashes may have made it. */
  async function findReceipt({ transactions }: SignedIntent): Promise<FoundReceipt | undefined> {
    for (const { hash } of [...transactions].reverse()) {
      const receipt = await provider.getTransactionReceipt(hash);
      if (receipt !== null) return receipt;
    }
    return undefined;
  }

  async function isInBlock({ transactions }: SignedIntent): Promise<boolean> {
    const found = await Promise.all(transactions.map(({ hash }) => provider.getTransaction(hash)));
    return found.some((transaction) => typeof transaction?.blockNumber === 'number');
  }

  async function isBuried({ blockNumber }: Receipt): Promise<boolean> {
    return confirmations <= 1 || (await provider.getBlockNumber()) >= blockNumber + confirmations - 1;
  }

  /** @returns whether later nonces are worth a try */
  async function keepGoing(intent: SignedIntent, isNext: boolean): Promise<boolean> {
    doubts.delete(intent.id);
    const newest = intent.transactions.at(-1)!; // signing keeps one before it sets the state
    const now = clock.now();
    if (isNext && now - newest.signedAt >= stuckMs) {
      const [old, usual] = [Transaction.from(newest.rawTransaction), await suggestFees(connection)];
      // Every later write of the key waits for this one: it follows the price of gas as far as that goes.
      const mayReplace = newest.attempt < maxAttempts || priceOf(usual) > priceOf(feesOf(old));
      if (mayReplace) return replace(intent, { old, attempt: newest.attempt, usual });
    }
    if (intent.state === 'sent' && newest.sentAt !== undefined && now - newest.sentAt < resendMs) return true;
    return push(intent, newest);
  }

  /** Same nonce, same call, more for gas: whichever transaction is included, the effect is one. */
  async function replace(intent: SignedIntent, { old, attempt, usual }: Outbid): Promise<boolean> {
    const { to, data, value } = intent;
    const fees = raiseFees(feesOf(old), usual);
    const signed = await key.sign({ to, data, value, gasLimit: old.gasLimit, fees }, intent.nonce);
    if (!(await store.addAttempt(intent, signed))) return true;
    log.warn({ ...idsOf(intent), hash: signed.hash, attempt: attempt + 1 }, 'stuck chain intent priced again');
    return push(intent, signed);
  }

  /** What was in a block and is not any more was moved out by a re-organisation; it goes on where it stood. */
  async function reopenLost(usedNonces: number): Promise<void> {
    for (const intent of await store.finishedFrom(usedNonces)) {
      if (!isCertain(intent.id)) continue;
      await store.reopen(intent);
      log.warn({ ...idsOf(intent) }, 'the block of a chain intent is gone, following it again');
    }
  }

  /** One endpoint of several may lag: a surprise counts when it stays. */
  function isCertain(id: bigint): boolean {
    const looks = (doubts.get(id) ?? 0) + 1;
    doubts.set(id, looks);
    if (looks < looksInDoubt) return false;
    doubts.delete(id);
    return true;
  }

  function pendingOf({ kind, to, data, value }: SignedIntent) {
    return { from: key.address, to, data, value, doing: kind };
  }
}

function idsOf({ id, kind, nonce }: { id: bigint; kind: string; nonce: number | undefined }) {
  return { intentId: String(id), kind, nonce };
}

/** The most that is paid for gas [wei]. */
function priceOf(fees: GasFees): bigint {
  return 'gasPrice' in fees ? fees.gasPrice : fees.maxFeePerGas;
}

function feesOf({ type, gasPrice, maxFeePerGas, maxPriorityFeePerGas }: Transaction): GasFees {
  if (type === 0) return { gasPrice: gasPrice ?? 0n };
  return { maxFeePerGas: maxFeePerGas ?? 0n, maxPriorityFeePerGas: maxPriorityFeePerGas ?? 0n };
}
