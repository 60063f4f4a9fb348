import type { IncomingHttpHeaders } from 'node:http';
import type { Session } from '@yellowstone/client';
import type { MessageDomain } from '@yellowstone/protocol';
import { readAuthorization } from '../carriage/request-authorization.js';
import type { ChainClock } from '../chain/chain.js';
import type { ReplayMemory } from './replay-memory.js';
import type { SessionGate } from './session-gate.js';

/** A request as it came in. */
export interface IncomingRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
}

/** Lets requests in that are signed by somebody who may use the session, once each. */
export interface Admission {
  /** For what a session is still good for after its end, such as its receipt. */
  toSession(request: IncomingRequest): Promise<Session>;
  /** For using a session. @throws session_closed, session_ended as well */
  toOpenSession(request: IncomingRequest): Promise<Session>;
}

interface Admitted {
  readonly session: Session;
  readonly now: bigint;
  readonly remember: () => Promise<void>;
}

interface AdmissionDeps {
  readonly domain: MessageDomain;
  readonly chainClock: ChainClock;
  readonly gate: SessionGate;
  readonly replay: ReplayMemory;
}

export function createAdmission({ domain, chainClock, gate, replay }: AdmissionDeps): Admission {
  const admit = async (request: IncomingRequest): Promise<Admitted> => {
    const now = await chainClock.now();
    const { authorization, requester } = readAuthorization({ domain, now }, request);
    const session = await gate.own(authorization.sessionId);
    await gate.requireRequester(session, requester);
    // Remembered last: strangers cannot fill the memory.
    return { session, now, remember: () => replay.admit(authorization) };
  };
  return {
    async toSession(request) {
      const { session, remember } = await admit(request);
      await remember();
      return session;
    },
    async toOpenSession(request) {
      const { session, now, remember } = await admit(request);
      gate.requireOpen(session, now);
      await remember();
      return session;
    },
  };
}
