import { parseAddress, parseBidId } from '@yellowstone/protocol';
import { type HttpServer, serviceError } from '@yellowstone/service';
import { ApprovalAsk, formatApproval } from '../../carriage/provider-api.js';
import { signalOfReader } from '../../carriage/relay-answer.js';
import type { Slots } from '../../backends/slots.js';
import type { ApproveSession, SessionAsk } from './approve-session.js';

interface ApprovalDeps {
  readonly approve: ApproveSession;
  /** Anybody may ask, so what runs at the same time is bounded. */
  readonly slots: Slots;
}

/** Signs approvals for whoever asks; opening costs the asker, not us. */
export function approvalRoutes({ approve, slots }: ApprovalDeps) {
  return async (server: HttpServer): Promise<void> => {
    server.post('/yellowstone/approvals', { schema: { body: ApprovalAsk } }, async (request, reply) => {
      const ask = parseAsk(request.body);
      const release = await slots.acquire(signalOfReader(reply));
      try {
        const { approval, signature } = await approve(ask);
        return await reply.code(201).send(formatApproval(approval, signature));
      } finally {
        release();
      }
    });
  };
}

function parseAsk({ bidId, user, durationSeconds, payment }: ApprovalAsk): SessionAsk {
  return { bidId: parseBidId(bidId), user: parseUser(user), durationSeconds: BigInt(durationSeconds), payment };
}

function parseUser(user: string): SessionAsk['user'] {
  try {
    return parseAddress(user);
  } catch (cause) {
    throw serviceError('request_invalid', { problems: 'user has a wrong checksum', param: 'user' }, { cause });
  }
}
