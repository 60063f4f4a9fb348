import type { Bid } from '@yellowstone/client';
import { type MessageDomain, type NodeKeys, nodeKeys, recover } from '@yellowstone/protocol';
import { id } from 'ethers';
import { InfoBody, type NodeKeysBody, parseNodeKeys, PROTOCOL_VERSION } from '../carriage/provider-api.js';
import type { ChainClock, ChainReads } from '../chain/chain.js';
import { nodeError } from '../errors.js';
import { type ProviderExchange, requireShape, trusting } from './provider-exchange.js';
import { unlessAborted } from './sessions/unless-aborted.js';

/** Keys of providers' nodes, each checked to be the word of the provider on chain. */
export interface ProviderKeys {
  /** Keys with time left, asked for when none are known. @throws as `ask` */
  of(bid: Bid, signal: AbortSignal): Promise<NodeKeys>;
  /**
   * Asks the node again.
   * @throws provider_version_unknown, provider_broken if another provider answers, provider_keys_refused
   */
  ask(bid: Bid, signal: AbortSignal): Promise<AskedNode>;
}

/** What a provider's node says of itself. */
export interface AskedNode {
  readonly keys: NodeKeys;
  /** Requests at the same time, by model. */
  readonly slots: ReadonlyMap<string, number>;
}

interface KeysDeps {
  readonly exchange: Pick<ProviderExchange, 'small'>;
  readonly reads: Pick<ChainReads, 'isDelegate'>;
  readonly domain: MessageDomain;
  readonly chainClock: ChainClock;
}

/** Keys this close to their end are not used for something new [s]. */
export const KEY_MARGIN_SECONDS = 60n;
const MAX_KNOWN = 1_000;
const ASK_TIMEOUT_MS = 15_000;

export function createProviderKeys({ exchange, reads, domain, chainClock }: KeysDeps): ProviderKeys {
  const known = new Map<string, NodeKeys>();
  const asking = new Map<string, Promise<AskedNode>>();

  const fetchKeys = async (bid: Bid): Promise<AskedNode> => {
    const { endpoint, provider } = bid;
    const ask = { endpoint, method: 'GET', path: '/yellowstone/info' } as const;
    const told = await exchange.small(ask, AbortSignal.timeout(ASK_TIMEOUT_MS));
    requireVersion(told['protocolVersion'], endpoint);
    const info = requireShape(InfoBody, told, endpoint);
    if (info.provider !== provider) throw nodeError('provider_broken', { endpoint, provider, told: info.provider });
    const keys = trusting(endpoint, () => parseNodeKeys(info.keys));
    const reason = await flawOf(keys, info.keys, bid);
    if (reason !== undefined) throw nodeError('provider_keys_refused', { endpoint, provider, reason });
    known.delete(endpoint);
    known.set(endpoint, keys);
    const [oldest] = known.keys();
    if (known.size > MAX_KNOWN && oldest !== undefined) known.delete(oldest);
    return { keys, slots: new Map(info.models.map(({ modelId, slots }) => [modelId.toLowerCase(), slots])) };
  };
  /** Why keys cannot be used; undefined if they can. */
  const flawOf = async (keys: NodeKeys, body: NodeKeysBody, bid: Bid): Promise<string | undefined> => {
    const { endpoint, provider } = bid;
    if (keys.provider !== provider) return `they are of ${keys.provider}`;
    if (keys.endpointHash !== id(endpoint)) return 'they are for another endpoint';
    const now = await chainClock.now();
    if (keys.validUntil < now + KEY_MARGIN_SECONDS) return `they end at ${keys.validUntil}, now it is ${now}`;
    const signer = trusting(endpoint, () => recover(body.signature, nodeKeys(domain, keys)));
    if (signer === provider) return undefined;
    const question = { delegate: signer, account: provider, rights: 'provider' } as const;
    return (await reads.isDelegate(question)) ? undefined : `${signer} signed them`;
  };
  const ask = (bid: Bid, signal: AbortSignal): Promise<AskedNode> => {
    const place = `${bid.provider} ${bid.endpoint}`;
    const running = asking.get(place) ?? fetchKeys(bid).finally(() => asking.delete(place));
    asking.set(place, running);
    return unlessAborted(running, signal);
  };
  return {
    ask,
    async of(bid, signal) {
      const found = known.get(bid.endpoint);
      const isGood = found !== undefined && found.provider === bid.provider;
      if (isGood && found.validUntil >= (await chainClock.now()) + KEY_MARGIN_SECONDS) return found;
      return (await ask(bid, signal)).keys;
    },
  };
}

/** Checked before anything else: another version may have another form. */
function requireVersion(version: unknown, endpoint: string): void {
  if (typeof version !== 'string') throw nodeError('provider_broken', { endpoint });
  if (majorOf(version) === majorOf(PROTOCOL_VERSION)) return;
  throw nodeError('provider_version_unknown', { endpoint, version: version.slice(0, 20), ours: PROTOCOL_VERSION });
}

function majorOf(version: string): string {
  return version.split('.', 1)[0] ?? '';
}
