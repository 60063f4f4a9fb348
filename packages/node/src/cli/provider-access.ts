import { randomUUID } from 'node:crypto';
import { loadConfig } from '@yellowstone/service';
import { Agent } from 'undici';
import { DEFAULT_TIMEOUTS } from '../carriage/exchange.js';
import { checkedLookup } from '../consumer/endpoints/checked-lookup.js';
import { endpointUrl } from '../consumer/endpoints/endpoint.js';
import { createProviderClient, type ProviderClient } from '../consumer/provider-client.js';
import type { ChainHands } from './chain-access.js';
import type { CommandContext } from './command.js';
import { limitSettings } from './settings.js';

/** Providers' nodes, for a command. */
export interface ProviderAccess {
  readonly providers: ProviderClient;
  readonly isEndpointAllowed: (endpoint: string) => boolean;
}

/** Talks to providers' nodes under the same rules as a consumer node. */
export async function withProviders(
  { env }: CommandContext,
  { domain, signer, reads, chainClock, account }: ChainHands,
  act: (access: ProviderAccess) => Promise<void>,
): Promise<void> {
  const policy = { allowPrivate: loadConfig(limitSettings, env).allowPrivateEndpoints };
  const connect = { timeout: DEFAULT_TIMEOUTS.connectMs, lookup: checkedLookup(policy) };
  const dispatcher = new Agent({ connect });
  const urlOf = (endpoint: string): string => endpointUrl(endpoint, policy);
  const isEndpointAllowed = (endpoint: string): boolean => {
    try {
      return urlOf(endpoint) !== '';
    } catch {
      return false;
    }
  };
  const deps = { domain, signer, reads, chainClock, dispatcher, randomUuid: randomUUID, urlOf };
  const options = { timeouts: DEFAULT_TIMEOUTS, user: account };
  try {
    await act({ providers: createProviderClient(deps, options), isEndpointAllowed });
  } finally {
    await dispatcher.destroy();
  }
}
