import { type MessageDomain, type MessageSigner, sessionReceipt, sign } from '@yellowstone/protocol';
import type { HttpServer } from '@yellowstone/service';
import { formatReceipt, type ReceiptBody, receiptPath } from '../../carriage/provider-api.js';
import { takeRawBodies } from '../../carriage/raw-bodies.js';
import type { ChainClock } from '../../chain/chain.js';
import { nodeError } from '../../errors.js';
import type { Admission } from '../admission.js';
import type { AnswerMeter } from '../answer-meter.js';

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
    takeRawBodies(server);
    server.post<{ Params: { id: string }; Body: Buffer }>(
      receiptPath(':id'),
      async ({ params, headers, body }): Promise<ReceiptBody> => {
        const session = await admission.toSession({ path: receiptPath(params.id), headers, body });
        if (session.sessionId !== params.id.toLowerCase()) {
          throw nodeError('session_not_found', { sessionId: params.id });
        }
        const deadline = (await chainClock.now()) + RECEIPT_SECONDS;
        const totals = await meter.totals(session.sessionId);
        const receipt = { sessionId: session.sessionId, ...totals, deadline };
        return formatReceipt(receipt, await sign(signer, sessionReceipt(domain, receipt)));
      },
    );
  };
}
