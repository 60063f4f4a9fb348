import { connect, createReads, createWrites } from '@yellowstone/client';
import { messageDomain } from '@yellowstone/protocol';
import type { Secret } from '@yellowstone/service';
import { Wallet } from 'ethers';
import type { Chain } from './chain.js';

export interface ChainOptions {
  readonly rpcUrl: Secret;
  /** Address of the diamond. */
  readonly diamond: string;
  /** Refuse any other chain. */
  readonly chainId?: bigint | undefined;
  readonly privateKey: Secret;
  /** How often receipts are looked for [ms]. */
  readonly pollingMs?: number | undefined;
}

/** A chain that must be closed when done. */
export interface ConnectedChain extends Chain {
  close(): void;
}

/** Finds the diamond and takes up the key. @throws ChainError */
export async function connectChain(options: ChainOptions, signal?: AbortSignal): Promise<ConnectedChain> {
  const { rpcUrl, diamond, chainId, privateKey, pollingMs } = options;
  const connection = await connect(
    {
      rpcUrl: rpcUrl.reveal(),
      diamond,
      ...(chainId === undefined ? {} : { expectedChainId: chainId }),
      ...(pollingMs === undefined ? {} : { pollingIntervalMs: pollingMs }),
    },
    signal === undefined ? {} : { signal },
  );
  const wallet = new Wallet(privateKey.reveal());
  const writes = createWrites(connection, wallet);
  return {
    domain: messageDomain({ chainId: connection.chainId, diamond: connection.diamond }),
    reads: createReads(connection),
    writes,
    signer: wallet,
    address: writes.address,
    close: () => connection.close(),
  };
}
