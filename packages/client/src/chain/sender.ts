import type { Address } from '@yellowstone/protocol';
import { JsonRpcSigner } from 'ethers';
import type { Connection } from './connection.js';
import { isChainError } from '../errors.js';
import { broadcast } from './broadcast.js';
import { decodeError } from './decode-error.js';
import { waitForReceipt } from './receipt.js';
import type { SentCall } from './sent.js';
import { createSigningKey, signerOf, type WalletSource } from './signing-key.js';
import { estimateGas, suggestFees, type Call } from './transaction-draft.js';

/** A way in which transactions of one account leave. `createWrites` takes any, such as one with a journal. */
export interface Sender {
  readonly address: Address;
  /** @returns a transaction that was accepted. @throws ChainError */
  send(call: Call, doing: string): Promise<SentCall>;
}

const NONCE_ATTEMPTS = 3;

/** The plain way: estimates gas, assigns the nonce, signs, sends, sends again. It forgets everything with the process. */
export function createSender(connection: Connection, source: WalletSource): Sender {
  const { provider } = connection;
  const signer = signerOf(source, provider);
  const key = createSigningKey(connection, signer);
  const { address } = key;
  const queue = connection.queues.of(address);

  async function sendNow(call: Call, doing: string): Promise<string> {
    try {
      const gasLimit = await estimateGas(connection, address, call, doing);
      // A wallet such as a browser's signs and numbers by itself.
      if (signer instanceof JsonRpcSigner)
        return (await signer.sendTransaction({ ...call, from: address, gasLimit })).hash;
      return await sendSigned(call, gasLimit, doing);
    } catch (error) {
      throw decodeError(error, doing);
    }
  }

  async function sendSigned({ to, data, value = 0n }: Call, gasLimit: bigint, doing: string): Promise<string> {
    for (let attempt = 1; ; attempt += 1) {
      const nonce = queue.nextNonce(await provider.getTransactionCount(address, 'pending'));
      try {
        const fees = await suggestFees(connection);
        const { rawTransaction } = await key.sign({ to, data, value, gasLimit, fees }, nonce);
        const hash = await broadcast(connection, rawTransaction, { doing });
        queue.used(nonce);
        return hash;
      } catch (error) {
        queue.forget();
        if (attempt >= NONCE_ATTEMPTS || !isChainError(decodeError(error, doing), 'CHAIN_NONCE_CONFLICT')) throw error;
      }
    }
  }

  return {
    address,
    async send(call, doing) {
      const hash = await queue.run(() => sendNow(call, doing));
      const transaction = { ...call, hash, from: address, doing };
      return { hash, receipt: (options) => waitForReceipt(connection, transaction, options) };
    },
  };
}
