import type { Bid, Payment } from '@yellowstone/client';
import type { Address, MessageDomain, MessageSigner, SessionApproval, SessionReceipt } from '@yellowstone/protocol';
import type { Dispatcher } from 'undici';
import { parseRecord } from '../carriage/answer-observer.js';
import { type ExchangeTimeouts, readBody } from '../carriage/exchange.js';
import { ApprovalBody, parseApproval, parseReceipt, ReceiptBody, receiptPath } from '../carriage/provider-api.js';
import type { ChainClock, ChainReads } from '../chain/chain.js';
import { type AskProvider, createAskProvider } from './ask-provider.js';
import type { OpenSession } from './open-session.js';
import {
  createProviderExchange,
  refusalOf,
  requireShape,
  SMALL_BYTES,
  SMALL_TIMEOUT_MS,
  toProviderError,
  trusting,
} from './provider-exchange.js';
import { createProviderKeys } from './provider-keys.js';
import { createSessionSetups } from './session-setups.js';

/** What a consumer asks of a provider's node. */
export interface ProviderClient {
  /**
   * What the provider says of itself.
   * @throws provider_version_unknown, provider_keys_refused; provider_broken if another provider answers
   */
  requireCompatible(bid: Bid, signal: AbortSignal): Promise<ServedHere>;
  approval(ask: ApprovalRequest, signal: AbortSignal): Promise<{ approval: SessionApproval; signature: string }>;
  receipt(session: OpenSession, signal: AbortSignal): Promise<{ receipt: SessionReceipt; signature: string }>;
  /** Sends a request of a session, sealed; any status is an answer. */
  readonly ask: AskProvider;
}

/** How a provider serves a model. */
export interface ServedHere {
  /** Requests at the same time; undefined = it does not say. */
  readonly slots: number | undefined;
}

export interface ApprovalRequest {
  readonly bid: Bid;
  readonly user: Address;
  readonly durationSeconds: bigint;
  readonly payment: Payment;
}

interface ProviderClientDeps {
  readonly domain: MessageDomain;
  readonly signer: MessageSigner;
  readonly reads: Pick<ChainReads, 'isDelegate'>;
  readonly chainClock: ChainClock;
  readonly dispatcher: Dispatcher;
  readonly randomUuid: () => string;
  /** Base URL of an endpoint. @throws endpoint_invalid, endpoint_refused */
  readonly urlOf: (endpoint: string) => string;
}

interface ProviderClientOptions {
  readonly timeouts: ExchangeTimeouts;
  /** Whose sessions are used. */
  readonly user: Address;
}

export function createProviderClient(deps: ProviderClientDeps, options: ProviderClientOptions): ProviderClient {
  const { domain, signer, reads, chainClock, randomUuid } = deps;
  const exchange = createProviderExchange(deps, options);
  const keys = createProviderKeys({ exchange, reads, domain, chainClock });
  const setups = createSessionSetups({ domain, signer, chainClock, keys }, options);
  const ask = createAskProvider({ exchange, setups, chainClock, randomUuid });

  return {
    ask,
    async requireCompatible(bid, signal) {
      const { slots } = await keys.ask(bid, signal);
      return { slots: slots.get(bid.modelId) };
    },
    async approval({ bid, user, durationSeconds, payment }, signal) {
      const body = json({ bidId: bid.bidId, user, durationSeconds: Number(durationSeconds), payment });
      const { endpoint } = bid;
      const told = await exchange.small({ endpoint, method: 'POST', path: '/yellowstone/approvals', body }, signal);
      const answer = requireShape(ApprovalBody, told, endpoint);
      return { approval: trusting(endpoint, () => parseApproval(answer)), signature: answer.signature };
    },
    async receipt(session, signal) {
      const { endpoint } = session.bid;
      const path = receiptPath(session.sessionId);
      const limited = AbortSignal.any([signal, AbortSignal.timeout(SMALL_TIMEOUT_MS)]);
      const sealed = await ask({ session, path, body: json({}), requestId: randomUuid() }, limited);
      const bytes = await readBody(sealed.body, SMALL_BYTES).catch((error: unknown) => {
        throw toProviderError(error, endpoint, limited);
      });
      const text = bytes.toString('utf8');
      if (sealed.status >= 300) throw refusalOf(sealed, text, endpoint);
      const answer = requireShape(ReceiptBody, parseRecord(text), endpoint);
      return { receipt: trusting(endpoint, () => parseReceipt(answer)), signature: answer.signature };
    },
  };
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}
