import { connect, type Connection } from '@yellowstone/client';
import type { Secret } from '@yellowstone/service';

/** Which diamond on which chain. */
export interface ChainPlace {
  readonly rpcUrl: Secret;
  /** Address of the diamond. */
  readonly diamond: string;
  /** Refuse any other chain. */
  readonly chainId?: bigint | undefined;
  /** How often receipts are looked for [ms]. */
  readonly pollingMs?: number | undefined;
}

/** Finds the diamond. @throws ChainError */
export function connectChain(place: ChainPlace, signal?: AbortSignal): Promise<Connection> {
  const { rpcUrl, diamond, chainId, pollingMs } = place;
  return connect(
    {
      rpcUrl: rpcUrl.reveal(),
      diamond,
      ...(chainId === undefined ? {} : { expectedChainId: chainId }),
      ...(pollingMs === undefined ? {} : { pollingIntervalMs: pollingMs }),
    },
    signal === undefined ? {} : { signal },
  );
}
