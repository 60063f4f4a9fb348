import { parseAddress, type Address } from '@yellowstone/protocol';
import { JsonRpcSigner, keccak256, Wallet, type JsonRpcProvider, type Signer } from 'ethers';
import type { Connection } from './connection.js';
import { chainError, isChainError } from '../errors.js';
import { decodeError, isAlreadyKnown, isUnanswered } from './decode-error.js';
import { pause } from './pause.js';
import { findRevertData } from './revert-data.js';

/** Who signs: a private key, or any ethers signer that knows its address. */
export type WalletSource = { readonly privateKey: string } | (Signer & { readonly address: string });

/** What is called. */
export interface Call {
  readonly to: string;
  readonly data: string;
}

/** The one way transactions leave: estimates gas, assigns the nonce, signs, sends, sends again. */
export interface Sender {
  readonly address: Address;
  /** @returns the hash of a transaction that was accepted. @throws ChainError */
  send(call: Call, doing: string): Promise<string>;
}

/** Room above the estimate, because the state may change before the transaction runs: one fifth. */
const GAS_MARGIN_DIVISOR = 5n;
const NONCE_ATTEMPTS = 3;
const BROADCAST_ATTEMPTS = 3;

export function createSender(connection: Connection, source: WalletSource): Sender {
  const { provider, pollingIntervalMs } = connection;
  const signer = signerOf(source, provider);
  const address = parseAddress(signer.address);
  const queue = connection.queues.of(address);

  async function sendNow(call: Call, doing: string): Promise<string> {
    try {
      const estimate = await provider.estimateGas({ ...call, from: address });
      const transaction = { ...call, from: address, gasLimit: estimate + estimate / GAS_MARGIN_DIVISOR };
      // A wallet such as a browser's signs and numbers by itself.
      if (signer instanceof JsonRpcSigner) return (await signer.sendTransaction(transaction)).hash;
      return await sendSigned(signer, transaction, doing);
    } catch (error) {
      throw decodeError(error, doing);
    }
  }

  async function sendSigned(key: Signer, transaction: Call & { gasLimit: bigint }, doing: string): Promise<string> {
    for (let attempt = 1; ; attempt += 1) {
      const nonce = queue.nextNonce(await provider.getTransactionCount(address, 'pending'));
      try {
        const signed = await key.signTransaction(await key.populateTransaction({ ...transaction, nonce }));
        const hash = await broadcast(provider, signed, { doing, pauseMs: pollingIntervalMs });
        queue.used(nonce);
        return hash;
      } catch (error) {
        queue.forget();
        if (attempt >= NONCE_ATTEMPTS || !isChainError(decodeError(error, doing), 'CHAIN_NONCE_CONFLICT')) throw error;
      }
    }
  }

  return { address, send: (call, doing) => queue.run(() => sendNow(call, doing)) };
}

function signerOf(source: WalletSource, provider: JsonRpcProvider): Signer & { readonly address: string } {
  if (!('privateKey' in source) || 'signTransaction' in source) {
    const signer = source as Signer & { readonly address: string };
    // `connect` returns the same kind of signer, which has an address too.
    return signer.provider === null ? (signer.connect(provider) as typeof signer) : signer;
  }
  if (!/^(0x)?[0-9a-fA-F]{64}$/.test(source.privateKey)) {
    // No cause: errors of ethers can show the value.
    throw chainError('CHAIN_INVALID_ARGUMENT', { privateKey: '[secret]' }, 'give 32 bytes of hex');
  }
  return new Wallet(source.privateKey, provider);
}

/** Sends a signed transaction; the same bytes may be sent again, because they are accepted once. */
async function broadcast(
  provider: JsonRpcProvider,
  signed: string,
  { doing, pauseMs }: { readonly doing: string; readonly pauseMs: number },
): Promise<string> {
  const hash = keccak256(signed);
  for (let attempt = 1; ; attempt += 1) {
    try {
      await provider.send('eth_sendRawTransaction', [signed]);
      return hash;
    } catch (error) {
      if (findRevertData(error) !== undefined) throw error;
      // It arrived although the answer got lost, or an earlier attempt did.
      if (isAlreadyKnown(error) || (await isKnown(provider, hash))) return hash;
      if (!isUnanswered(error)) throw error;
      if (attempt >= BROADCAST_ATTEMPTS) {
        const cause = decodeError(error, doing);
        const advice = 'it may have been sent all the same: look for its hash before trying again';
        throw chainError('CHAIN_UNREACHABLE', { ...cause.args, hash }, advice, { cause });
      }
      await pause(pauseMs);
    }
  }
}

async function isKnown(provider: JsonRpcProvider, hash: string): Promise<boolean> {
  try {
    return (await provider.getTransaction(hash)) !== null;
  } catch {
    return false;
  }
}
