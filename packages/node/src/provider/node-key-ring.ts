import {
  type Address,
  type Bytes32,
  type MessageDomain,
  type MessageSigner,
  type NodeKeys,
  nodeKeys,
  sign,
} from '@yellowstone/protocol';
import type { Log, NodeKeyStore, StoredNodeKeys } from '@yellowstone/service';
import { id } from 'ethers';
import { keyPairFrom, newKeyPair, privateBytesOf, type RawKeyPair } from '../carriage/raw-keys.js';
import type { ChainClock, ChainReads } from '../chain/chain.js';
import type { Clock } from '../clock.js';

/** The keys of this node for a while, and the provider's word on them. */
export interface NodeKeyPairs {
  readonly keys: NodeKeys;
  readonly signature: string;
  readonly hpke: RawKeyPair;
  readonly signing: RawKeyPair;
}

/** Keys of a provider's node: new ones every day, the old ones kept for another day, then gone for good. */
export interface NodeKeyRing {
  /** Those that are told to who asks now; made if there are none. */
  current(): Promise<NodeKeyPairs>;
  /** Keys that have not ended, also of another process. */
  find(hpkeKey: Bytes32): Promise<NodeKeyPairs | undefined>;
  stop(): void;
}

interface RingDeps {
  readonly store: NodeKeyStore;
  readonly signer: MessageSigner;
  readonly domain: MessageDomain;
  readonly reads: Pick<ChainReads, 'provider'>;
  readonly chainClock: ChainClock;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly log: Log;
}

interface RingOptions {
  readonly provider: Address;
  /** New keys are made this often [s]; keys last until the end of the period after theirs. */
  readonly periodSeconds?: bigint;
  /** How often ended keys are deleted [ms]. */
  readonly sweepMs?: number;
}

const DAY_SECONDS = 86_400n;
/** How long the endpoint on chain is believed [ms]. */
const ENDPOINT_CACHE_MS = 2_000;
/** Unknown keys are looked for in the database this often at most [ms]. */
const LOOK_MS = 1_000;

export function createNodeKeyRing(deps: RingDeps, options: RingOptions): NodeKeyRing {
  const { store, signer, domain, chainClock, clock, log } = deps;
  const { provider, periodSeconds = DAY_SECONDS, sweepMs = 600_000 } = options;
  const endpointHashOf = createEndpointHash(deps, provider);
  const known = new Map<Bytes32, NodeKeyPairs>();
  const making = new Map<string, Promise<NodeKeyPairs>>();
  let lookedAt = Number.NEGATIVE_INFINITY;

  const take = async (stored: StoredNodeKeys): Promise<NodeKeyPairs> => {
    const found = known.get(stored.publicKey as Bytes32);
    if (found !== undefined) return found;
    const hpke = keyPairFrom('X25519', stored.privateBytes.subarray(0, 32));
    const signing = keyPairFrom('Ed25519', stored.privateBytes.subarray(32));
    // What was stored was given to `add` as a hash.
    const endpointHash = stored.endpointHash as Bytes32;
    const publicKeys = { hpkeKey: hpke.publicKey, signingKey: signing.publicKey };
    const keys: NodeKeys = { provider, ...publicKeys, endpointHash, validUntil: stored.validUntil };
    const pairs = { keys, signature: await sign(signer, nodeKeys(domain, keys)), hpke, signing };
    known.set(hpke.publicKey, pairs);
    return pairs;
  };
  const make = async (endpointHash: Bytes32, period: bigint): Promise<NodeKeyPairs> => {
    const [hpke, signing] = [newKeyPair('X25519'), newKeyPair('Ed25519')];
    const privateBytes = Buffer.concat([privateBytesOf(hpke.privateKey), privateBytesOf(signing.privateKey)]);
    const validUntil = (period + 2n) * periodSeconds;
    // Another process may have been first: then its keys are everybody's.
    const stored = await store.add({ endpointHash, period, publicKey: hpke.publicKey, privateBytes, validUntil });
    log.info({ hpkeKey: stored.publicKey, validUntil: Number(stored.validUntil) }, 'node keys of this period');
    return take(stored);
  };
  const current = async (): Promise<NodeKeyPairs> => {
    const [now, endpointHash] = [await chainClock.now(), await endpointHashOf()];
    const period = now / periodSeconds;
    const place = `${endpointHash} ${period}`;
    const running = making.get(place);
    if (running !== undefined) return running;
    const made = make(endpointHash, period);
    making.clear();
    making.set(place, made);
    made.catch(() => making.delete(place));
    return made;
  };
  const sweep = async (): Promise<void> => {
    const now = await chainClock.now();
    for (const [hpkeKey, { keys }] of known) if (keys.validUntil < now) known.delete(hpkeKey);
    const ended = await store.prune(now);
    if (ended > 0) log.info({ ended }, 'ended node keys deleted');
    await current();
  };
  const timer = setInterval(() => {
    sweep().catch((error: unknown) => log.warn({ err: error }, 'node keys could not be renewed'));
  }, sweepMs);
  return {
    current,
    async find(hpkeKey) {
      const now = await chainClock.now();
      if (!known.has(hpkeKey) && clock.monotonic() - lookedAt >= LOOK_MS) {
        lookedAt = clock.monotonic();
        for (const stored of await store.list(now)) await take(stored);
      }
      const found = known.get(hpkeKey);
      return found !== undefined && found.keys.validUntil >= now ? found : undefined;
    },
    stop: () => clearInterval(timer),
  };
}

function createEndpointHash(
  { reads, clock }: Pick<RingDeps, 'reads' | 'clock'>,
  provider: Address,
): () => Promise<Bytes32> {
  let hash: Promise<Bytes32> | undefined;
  let readAt = Number.NEGATIVE_INFINITY;
  return () => {
    if (hash !== undefined && clock.monotonic() - readAt < ENDPOINT_CACHE_MS) return hash;
    readAt = clock.monotonic();
    // keccak256 of the text as it stands on chain; of nothing while the provider is not registered.
    const reading = reads.provider(provider).then((registered) => id(registered?.endpoint ?? '') as Bytes32);
    reading.catch(() => (hash = undefined));
    return (hash = reading);
  };
}
