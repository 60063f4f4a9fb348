import { parseAddress, type Address } from '@yellowstone/protocol';
import { keccak256, Wallet, type JsonRpcProvider, type Signer } from 'ethers';
import { chainError } from '../errors.js';
import type { Connection } from './connection.js';
import type { TransactionDraft } from './transaction-draft.js';

/** Who signs: a private key, or any ethers signer that knows its address. */
export type WalletSource = { readonly privateKey: string } | (Signer & { readonly address: string });

/** A transaction that only waits to be broadcast. Its bytes may be sent any number of times: it is included once. */
export interface SignedTransaction {
  readonly nonce: number;
  readonly rawTransaction: string;
  readonly hash: string;
}

/** A key that signs without sending. Together with `broadcast` it leaves room to write down what is about to happen. */
export interface SigningKey {
  readonly address: Address;
  sign(draft: TransactionDraft, nonce: number): Promise<SignedTransaction>;
}

/** @throws ChainError CHAIN_INVALID_ARGUMENT if this is no key */
export function createSigningKey({ provider, chainId }: Connection, source: WalletSource): SigningKey {
  const signer = signerOf(source, provider);
  return {
    address: parseAddress(signer.address),
    async sign({ to, data, value, gasLimit, fees }, nonce) {
      const type = 'gasPrice' in fees ? 0 : 2;
      const rawTransaction = await signer.signTransaction({ to, data, value, gasLimit, ...fees, type, nonce, chainId });
      return { nonce, rawTransaction, hash: keccak256(rawTransaction) };
    },
  };
}

/** The signer behind a source, connected to the chain. */
export function signerOf(source: WalletSource, provider: JsonRpcProvider): Signer & { readonly address: string } {
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
