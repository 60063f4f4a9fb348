import type { SessionReceiptStruct } from '@yellowstone/contracts';
import { parseAddress, parseBidId, parseSessionId, PAYMENT_CODES } from '@yellowstone/protocol';
import type { SessionApproval, SessionId, SessionReceipt } from '@yellowstone/protocol';
import type { Connection } from '../chain/connection.js';
import type { EventArgs } from '../chain/diamond-events.js';
import { receiptEvents, type ReceiptEvents } from '../chain/receipt-events.js';
import type { Receipt } from '../chain/sent.js';
import { codeOf, PAYMENTS, VERDICTS, wordOf } from '../domain/codes.js';
import type { SessionRequest } from '../domain/session.js';
import type { BookedSession, SettledSession, Writes } from '../writes.js';
import type { Diamond, Send } from './send.js';

const NO_RECEIPT = { inputTokens: 0n, outputTokens: 0n, tokensPerSecondMilli: 0n, ttftMs: 0n, deadline: 0n };

export function sessionWrites(diamond: Diamond, send: Send): Pick<Writes, 'openSession' | 'closeSession'> {
  return {
    openSession: ({ request, approval, signature }) =>
      send(
        'openSession',
        diamond.openSession.populateTransaction(requestOnChain(request), approvalOnChain(approval), signature),
        toBookedSession,
      ),
    closeSession: ({ sessionId, verdict = 'none', receipt, signature = '0x' }) =>
      send(
        'closeSession',
        diamond.closeSession.populateTransaction(
          sessionId,
          codeOf(VERDICTS, verdict),
          receiptOnChain(sessionId, receipt),
          signature,
        ),
        (events) => toSettledSession(events.one('SessionSettled')),
      ),
  };
}

function requestOnChain(request: SessionRequest): Parameters<Diamond['openSession']>[0] {
  return { ...request, payment: codeOf(PAYMENTS, request.payment) };
}

function approvalOnChain(approval: SessionApproval): Parameters<Diamond['openSession']>[1] {
  return { ...approval, payment: PAYMENT_CODES[approval.payment] };
}

function receiptOnChain(sessionId: SessionId, receipt: SessionReceipt | undefined): SessionReceiptStruct {
  return receipt === undefined ? { sessionId, ...NO_RECEIPT } : { ...receipt };
}

/** What an opening did, out of its receipt: for whoever kept the receipt. @throws CHAIN_EVENT_MISSING */
export function bookedSessionOf(connection: Connection, receipt: Receipt): BookedSession {
  return toBookedSession(receiptEvents(connection, receipt));
}

function toBookedSession(events: ReceiptEvents): BookedSession {
  const { sessionId, bidId, costMor, durationSeconds, isDisputable, approvalNonce } = events.one('SessionBooked');
  return {
    sessionId: parseSessionId(sessionId),
    bidId: parseBidId(bidId),
    costMor,
    durationSeconds,
    isDisputable,
    approvalNonce,
  };
}

function toSettledSession(args: EventArgs<'SessionSettled'>): SettledSession {
  const { usedSeconds, creditedMor, returnedMor, backToPoolMor, inputTokens, outputTokens } = args;
  return {
    sessionId: parseSessionId(args.sessionId),
    closedBy: parseAddress(args.closedBy),
    verdict: wordOf(VERDICTS, args.verdict),
    usedSeconds,
    creditedMor,
    returnedMor,
    backToPoolMor,
    inputTokens,
    outputTokens,
  };
}
