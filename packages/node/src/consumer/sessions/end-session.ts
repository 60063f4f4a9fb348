import type { SettledSession, Verdict } from '@yellowstone/client';
import type { MessageDomain, SessionReceipt } from '@yellowstone/protocol';
import type { Log, SessionSpending } from '@yellowstone/service';
import type { ChainReads, ChainWrites } from '../../chain/chain.js';
import type { OpenSession } from '../open-session.js';
import type { ProviderClient } from '../provider-client.js';
import { isGoodReceipt } from './check-signatures.js';

/** A session that was closed, and the transaction that did it. */
export type EndedSession = SettledSession & { readonly tx: string };

/** Closes a session on chain, with the provider's receipt if it gives a good one. */
export type EndSession = (session: OpenSession, verdict: Verdict) => Promise<EndedSession>;

interface EndDeps {
  readonly domain: MessageDomain;
  readonly reads: Pick<ChainReads, 'isDelegate'>;
  readonly writes: Pick<ChainWrites, 'closeSession'>;
  readonly providers: Pick<ProviderClient, 'receipt'>;
  readonly spending: Pick<SessionSpending, 'settle'>;
  readonly log: Log;
}

const RECEIPT_TIMEOUT_MS = 5_000;

export function createEndSession({ domain, reads, writes, providers, spending, log }: EndDeps): EndSession {
  /** A provider that gives no receipt does not keep a session open. */
  const receiptOf = async (session: OpenSession): Promise<{ receipt?: SessionReceipt; signature?: string }> => {
    const { sessionId, bid } = session;
    try {
      const given = await providers.receipt(session, AbortSignal.timeout(RECEIPT_TIMEOUT_MS));
      const question = { provider: bid.provider, sessionId, ...given };
      if (await isGoodReceipt({ domain, reads }, question)) return given;
      log.warn({ sessionId }, 'receipt is not the word of the provider');
    } catch (error) {
      log.warn({ sessionId, err: error }, 'no receipt from the provider');
    }
    return {};
  };
  return async (session, verdict) => {
    const { sessionId } = session;
    // Who failed is not asked what it delivered; it would only make the next one wait.
    const receipt = verdict === 'fail' ? {} : await receiptOf(session);
    const sent = await writes.closeSession({ sessionId, verdict, ...receipt });
    const settled = await sent.wait();
    const { creditedMor, returnedMor, backToPoolMor, usedSeconds } = settled;
    // What came back can be spent again today; without this note the day only seems dearer than it was.
    await spending
      .settle(sessionId, creditedMor + backToPoolMor)
      .catch((error: unknown) => log.warn({ sessionId, err: error }, 'spending not corrected'));
    const facts = { creditedMor: `${creditedMor}`, returnedMor: `${returnedMor}`, usedSeconds: `${usedSeconds}` };
    log.info({ sessionId, verdict, ...facts }, 'session closed');
    return { ...settled, tx: sent.hash };
  };
}
