import { connect, type Connection } from '@yellowstone/client';
import type { Log, Secret } from '@yellowstone/service';
import { logRpcEvents } from './log-rpc-events.js';

/** Which diamond on which chain. */
export interface ChainPlace {
  /** Endpoints, separated by commas, the preferred one first. */
  readonly rpcUrl: Secret;
  /** Address of the diamond. */
  readonly diamond: string;
  /** Refuse any other chain. */
  readonly chainId?: bigint | undefined;
  /** How often receipts are looked for [ms]. */
  readonly pollingMs?: number | undefined;
}

interface ConnectChainOptions {
  /** Is told what happens to endpoints. */
  readonly log?: Log;
  /** How long to go on trying while no endpoint answers [ms]; by default the usual few attempts. */
  readonly patienceMs?: number;
}

/** Finds the diamond. @throws ChainError */
export function connectChain(
  place: ChainPlace,
  signal?: AbortSignal,
  { log, patienceMs = 0 }: ConnectChainOptions = {},
): Promise<Connection> {
  const { rpcUrl, diamond, chainId, pollingMs } = place;
  return connect(
    {
      rpcUrls: rpcUrl.reveal().split(','),
      diamond,
      startPatienceMs: patienceMs,
      ...(log === undefined ? {} : { onRpcEvent: logRpcEvents(log) }),
      ...(chainId === undefined ? {} : { expectedChainId: chainId }),
      ...(pollingMs === undefined ? {} : { pollingIntervalMs: pollingMs }),
    },
    signal === undefined ? {} : { signal },
  );
}
