import { type MessageDomain, type MessageSigner, sessionReceipt, sign } from '@yellowstone/protocol';
import type { HttpServer } from '@yellowstone/service';
import type { FastifyRequest } from 'fastify';
import { formatReceipt, type ReceiptBody, receiptPath } from '../../carriage/provider-api.js';
import type { ChainClock } from '../../chain/chain.js';
import { nodeError } from '../../errors.js';
import type { Admission } from '../admission.js';
import type { AnswerMeter } from '../answer-meter.js';
import { carriedRoutes } from '../carried-routes.js';

interface ReceiptDeps {
  readonly admission: Admission;
  readonly meter: Pick<AnswerMeter, 'totals'>;
  readonly domain: MessageDomain;
  readonly signer: MessageSigner;
  readonly chainClock: ChainClock;
}

/** How long a receipt can be used [s], 1 hour. */
const RECEIPT_SECONDS = 3_600n;

/** Gives the signed totals of a session to whoever may use it, also after its end. */
export function receiptRoutes({ admission, meter, domain, signer, chainClock }: ReceiptDeps) {
  return async (server: HttpServer): Promise<void> => {
    const carry = carriedRoutes(server, { admission });
    carry({
      route: receiptPath(':id'),
      pathOf: (request) => receiptPath(idOf(request)),
      use: 'settle',
      async handle({ session, isNew, answer }, _reply, request): Promise<ReceiptBody> {
        await isNew;
        const sessionId = idOf(request);
        if (session.sessionId !== sessionId.toLowerCase()) throw nodeError('session_not_found', { sessionId });
        const deadline = (await chainClock.now()) + RECEIPT_SECONDS;
        const totals = await meter.totals(session.sessionId);
        const receipt = { sessionId: session.sessionId, ...totals, deadline };
        const body = formatReceipt(receipt, await sign(signer, sessionReceipt(domain, receipt)));
        answer.account({ inputTokens: 0, outputTokens: 0, end: 'whole', durationMs: 0, ttftMs: undefined });
        return body;
      },
    });
  };
}

function idOf({ params }: FastifyRequest): string {
  return (params as { readonly id: string }).id;
}
