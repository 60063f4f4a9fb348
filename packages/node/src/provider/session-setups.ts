import {
  type Address,
  domainSeparatorOf,
  type MessageDomain,
  parseSessionId,
  recover,
  sessionKey as sessionKeyMessage,
} from '@yellowstone/protocol';
import type { Slots } from '../backends/slots.js';
import { hexBytes } from '../carriage/fixed-width.js';
import { openSecret } from '../carriage/hpke.js';
import { verifyingKeyOf } from '../carriage/raw-keys.js';
import type { ProviderSetup } from '../carriage/sealed-request.js';
import { parseSetup, type SessionSetup, setupInfo } from '../carriage/session-setup.js';
import type { ChainClock } from '../chain/chain.js';
import { CARRIAGE_HEADERS } from '../carriage/request-authorization.js';
import { nodeError } from '../errors.js';
import type { NodeKeyPairs, NodeKeyRing } from './node-key-ring.js';
import type { SessionGate } from './session-gate.js';

/** Opens what consumers' nodes set up with this one. */
export interface SessionSetups {
  /**
   * The expensive part is done once per set-up and process; nothing has to be kept for it, since every request brings it.
   * @throws authorization_malformed, node_key_unknown, session_not_found, session_of_another_provider,
   *   signature_invalid, requester_not_allowed
   */
  open(header: string): Promise<ProviderSetup>;
}

interface SetupDeps {
  readonly domain: MessageDomain;
  readonly gate: SessionGate;
  readonly ring: Pick<NodeKeyRing, 'find'>;
  readonly chainClock: ChainClock;
  /** Strangers may send set-ups too, so what runs at the same time is bounded. */
  readonly slots: Slots;
}

interface SetupOptions {
  /** Set-ups that are kept opened; those used longest ago are forgotten first. */
  readonly maxKept?: number;
}

interface Kept {
  readonly setup: ProviderSetup;
  /** Last second of the node's keys [s]. */
  readonly validUntil: bigint;
}

const OPENING_TIMEOUT_MS = 10_000;

export function createSessionSetups(deps: SetupDeps, { maxKept = 10_000 }: SetupOptions = {}): SessionSetups {
  const { domain, gate, ring, chainClock, slots } = deps;
  const separator = hexBytes(domainSeparatorOf(domain));
  const kept = new Map<string, Promise<Kept>>();

  const openNew = async (header: string): Promise<Kept> => {
    const parsed = parse(header);
    const { sessionKey, nodeKey, encapsulation } = parsed;
    const pairs = await requireNodeKey(ring, parsed);
    const sessionId = parseSessionId(sessionKey.sessionOrRfcId);
    const session = await gate.own(sessionId);
    const requester = signerOf(domain, parsed);
    if (sessionKey.user !== session.user) throw nodeError('requester_not_allowed', { requester: sessionKey.user });
    await gate.requireRequester(session, requester);
    const info = setupInfo({ domain, nodeKeys: pairs.keys, sessionKey });
    const secret = await openSecret({ receiver: pairs.hpke, sender: sessionKey.hpkeKey, encapsulation, info }).catch(
      (cause: unknown) => {
        throw nodeError('authorization_malformed', { header: CARRIAGE_HEADERS.setup, nodeKey }, { cause });
      },
    );
    const setup = {
      sessionId,
      separator,
      secret,
      requester,
      verifyingKey: verifyingKeyOf(sessionKey.signingKey),
      deadline: sessionKey.deadline,
      nodeSigningKey: pairs.signing.privateKey,
    };
    return { setup, validUntil: pairs.keys.validUntil };
  };
  const openInTurn = async (header: string): Promise<Kept> => {
    const release = await slots.acquire(AbortSignal.timeout(OPENING_TIMEOUT_MS));
    return openNew(header).finally(release);
  };
  const remember = (header: string, opening: Promise<Kept>): void => {
    kept.set(header, opening);
    const [oldest] = kept.keys();
    if (kept.size > maxKept && oldest !== undefined) kept.delete(oldest);
  };
  return {
    async open(header) {
      let opening = kept.get(header);
      kept.delete(header);
      if (opening === undefined) {
        opening = openInTurn(header);
        const started = opening;
        started.catch(() => {
          if (kept.get(header) === started) kept.delete(header);
        });
      }
      remember(header, opening);
      const { setup, validUntil } = await opening;
      if (validUntil >= (await chainClock.now())) return setup;
      kept.delete(header);
      throw nodeError('node_key_unknown', { nodeKey: parse(header).nodeKey });
    },
  };
}

function parse(header: string): SessionSetup {
  try {
    return parseSetup(header);
  } catch (cause) {
    throw nodeError('authorization_malformed', { header: CARRIAGE_HEADERS.setup }, { cause });
  }
}

async function requireNodeKey(ring: Pick<NodeKeyRing, 'find'>, { nodeKey }: SessionSetup): Promise<NodeKeyPairs> {
  const pairs = await ring.find(nodeKey);
  if (pairs === undefined) throw nodeError('node_key_unknown', { nodeKey });
  return pairs;
}

function signerOf(domain: MessageDomain, { sessionKey, signature }: SessionSetup): Address {
  try {
    return recover(signature, sessionKeyMessage(domain, sessionKey));
  } catch (cause) {
    throw nodeError('signature_invalid', {}, { cause });
  }
}
