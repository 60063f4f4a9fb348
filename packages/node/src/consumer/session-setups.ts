import {
  type Address,
  domainSeparatorOf,
  type MessageDomain,
  type MessageSigner,
  type SessionId,
  type SessionKey,
  sessionKey as sessionKeyMessage,
  sign,
} from '@yellowstone/protocol';
import { hexBytes } from '../carriage/fixed-width.js';
import { sealSecret } from '../carriage/hpke.js';
import { newKeyPair, verifyingKeyOf } from '../carriage/raw-keys.js';
import type { ConsumerSetup } from '../carriage/sealed-request.js';
import { formatSetup, setupInfo } from '../carriage/session-setup.js';
import type { ChainClock } from '../chain/chain.js';
import type { OpenSession } from './open-session.js';
import { KEY_MARGIN_SECONDS, type ProviderKeys } from './provider-keys.js';
import { unlessAborted } from './sessions/unless-aborted.js';

/** Sets sessions up with providers' nodes: keys of this process for each, signed once, and a secret for both. */
export interface SessionSetups {
  /** Made when it is needed first, and anew before the node's keys end. @throws as `ProviderKeys` */
  of(session: OpenSession, signal: AbortSignal): Promise<ConsumerSetup>;
  /** Forgets a set-up that the node refused; keys are asked for again. */
  renew(session: OpenSession, refused: ConsumerSetup, signal: AbortSignal): Promise<ConsumerSetup>;
}

interface SetupDeps {
  readonly domain: MessageDomain;
  readonly signer: MessageSigner;
  readonly chainClock: ChainClock;
  readonly keys: ProviderKeys;
}

interface SetupOptions {
  /** Whose sessions they are; the signer is the user or a delegate. */
  readonly user: Address;
  /** Set-ups that are kept; those used longest ago are forgotten first. */
  readonly maxKept?: number;
}

interface Kept {
  readonly setup: ConsumerSetup;
  /** When it should be made anew [s]. */
  readonly renewAt: bigint;
}

/** Keys outlive their session by this, for its receipt [s]. */
const AFTER_SESSION_SECONDS = 3_600n;

export function createSessionSetups(
  { domain, signer, chainClock, keys }: SetupDeps,
  { user, maxKept = 1_000 }: SetupOptions,
): SessionSetups {
  const separator = hexBytes(domainSeparatorOf(domain));
  const kept = new Map<SessionId, Promise<Kept>>();

  const make = async ({ sessionId, endsAt, bid }: OpenSession): Promise<Kept> => {
    const node = await keys.of(bid, new AbortController().signal);
    const [signing, hpke] = [newKeyPair('Ed25519'), newKeyPair('X25519')];
    const publicKeys = { signingKey: signing.publicKey, hpkeKey: hpke.publicKey };
    const deadline = endsAt + AFTER_SESSION_SECONDS;
    const sessionKey: SessionKey = { user, sessionOrRfcId: sessionId, ...publicKeys, deadline };
    const signature = await sign(signer, sessionKeyMessage(domain, sessionKey));
    const info = setupInfo({ domain, nodeKeys: node, sessionKey });
    const { encapsulation, secret } = await sealSecret({ receiver: node.hpkeKey, sender: hpke, info });
    const setup = {
      sessionId,
      separator,
      header: formatSetup({ sessionKey, signature, nodeKey: node.hpkeKey, encapsulation }),
      secret,
      signingKey: signing.privateKey,
      nodeKey: node.hpkeKey,
      nodeVerifyingKey: verifyingKeyOf(node.signingKey),
    };
    const lastGood = node.validUntil < deadline ? node.validUntil : deadline;
    return { setup, renewAt: lastGood - KEY_MARGIN_SECONDS };
  };
  const makeShared = (session: OpenSession): Promise<Kept> => {
    const made = make(session);
    kept.set(session.sessionId, made);
    const [oldest] = kept.keys();
    if (kept.size > maxKept && oldest !== undefined) kept.delete(oldest);
    made.catch(() => {
      if (kept.get(session.sessionId) === made) kept.delete(session.sessionId);
    });
    return made;
  };
  const of = async (session: OpenSession, signal: AbortSignal): Promise<ConsumerSetup> => {
    const { sessionId } = session;
    let making = kept.get(sessionId);
    if (making !== undefined) {
      // Used last: forgotten last.
      kept.delete(sessionId);
      kept.set(sessionId, making);
      const found = await unlessAborted(making, signal);
      if ((await chainClock.now()) < found.renewAt) return found.setup;
      if (kept.get(sessionId) === making) kept.delete(sessionId);
    }
    making = kept.get(sessionId) ?? makeShared(session);
    return (await unlessAborted(making, signal)).setup;
  };
  return {
    of,
    async renew(session, refused, signal) {
      const found = await kept.get(session.sessionId);
      if (found === undefined || found.setup === refused) {
        await keys.ask(session.bid, signal);
        if ((await kept.get(session.sessionId))?.setup === refused) kept.delete(session.sessionId);
      }
      return of(session, signal);
    },
  };
}
