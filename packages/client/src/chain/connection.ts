import { IYellowstone__factory } from '@yellowstone/contracts';
import { parseAddress, type Address } from '@yellowstone/protocol';
import type { JsonRpcProvider } from 'ethers';
import { decodeError } from './decode-error.js';
import { createKeyQueues, type KeyQueues } from './key-queues.js';
import { openProvider } from './rpc-provider.js';
import { chainError } from '../errors.js';

export interface ConnectOptions {
  /** HTTP(S) JSON-RPC endpoint. */
  readonly rpcUrl: string;
  /** Address of the diamond; see `deploymentOf` of @yellowstone/contracts. */
  readonly diamond: string;
  /** Refuse any other chain. */
  readonly expectedChainId?: bigint | number;
  /** How often receipts and new blocks are looked for [ms]; 1,000 by default. */
  readonly pollingIntervalMs?: number;
  /** Time that one call has [ms]; 15,000 by default. */
  readonly requestTimeoutMs?: number;
}

/** A diamond that was found where it should be. Close it when done. */
export interface Connection {
  readonly provider: JsonRpcProvider;
  readonly chainId: bigint;
  readonly diamond: Address;
  readonly mor: Address;
  readonly pollingIntervalMs: number;
  /** One queue of transactions per key, shared by all `createWrites` of this connection. */
  readonly queues: KeyQueues;
  close(): void;
}

/**
 * Finds the chain and the diamond on it.
 * @throws ChainError CHAIN_UNREACHABLE, CHAIN_TIMEOUT, CHAIN_ABORTED, CHAIN_WRONG_CHAIN, CHAIN_NO_CODE,
 *   CHAIN_NOT_A_DIAMOND, CHAIN_INVALID_ARGUMENT
 */
export async function connect(
  { rpcUrl, diamond, expectedChainId, pollingIntervalMs = 1_000, requestTimeoutMs = 15_000 }: ConnectOptions,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<Connection> {
  const address = parseDiamond(diamond);
  const provider = await openProvider({ rpcUrl, pollingIntervalMs, requestTimeoutMs }, signal);
  try {
    const { chainId } = await provider.getNetwork();
    if (expectedChainId !== undefined && chainId !== BigInt(expectedChainId)) {
      throw chainError('CHAIN_WRONG_CHAIN', { chainId, expectedChainId }, 'check the RPC endpoint');
    }
    const mor = await findMor(provider, address);
    if (signal?.aborted) throw chainError('CHAIN_ABORTED', { doing: 'connect' });
    const close = (): void => provider.destroy();
    return Object.freeze({
      provider,
      chainId,
      diamond: address,
      mor,
      pollingIntervalMs,
      queues: createKeyQueues(),
      close,
    });
  } catch (error) {
    provider.destroy();
    throw decodeError(error, 'connect');
  }
}

function parseDiamond(diamond: string): Address {
  try {
    return parseAddress(diamond);
  } catch (cause) {
    throw chainError('CHAIN_INVALID_ARGUMENT', { diamond }, 'give the address of the diamond', { cause });
  }
}

async function findMor(provider: JsonRpcProvider, diamond: Address): Promise<Address> {
  if ((await provider.getCode(diamond)) === '0x') {
    throw chainError('CHAIN_NO_CODE', { diamond }, 'check address and chain');
  }
  try {
    return parseAddress(await IYellowstone__factory.connect(diamond, provider).getToken());
  } catch (error) {
    const cause = decodeError(error, 'getToken');
    if (cause.code !== 'CHAIN_REVERTED' && cause.code !== 'CHAIN_FunctionNotFound') throw cause;
    throw chainError('CHAIN_NOT_A_DIAMOND', { diamond }, 'check address and chain', { cause });
  }
}
