import type { IncomingHttpHeaders } from 'node:http';
import type { Session } from '@yellowstone/client';
import { bindingOf } from '../carriage/message-keys.js';
import { readRequestHeaders, requireInTime } from '../carriage/request-authorization.js';
import { type AnswerSealer, createAnswerSealer } from '../carriage/sealed-answer.js';
import { openRequest } from '../carriage/sealed-request.js';
import type { ChainClock } from '../chain/chain.js';
import { nodeError } from '../errors.js';
import type { ReplayMemory } from './replay-memory.js';
import type { SessionGate } from './session-gate.js';
import type { SessionSetups } from './session-setups.js';

/** A request as it came in. */
export interface IncomingRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** What a request wants: to be served, or what a session is still good for after its end, such as its receipt. */
export type SessionUse = 'serve' | 'settle';

/** A request whose set-up was opened: its answer can be sealed, whatever becomes of it. */
export interface OpenedRequest {
  readonly answer: AnswerSealer;
  /**
   * Checks the request itself, and begins to remember it.
   * @throws session_key_expired, authorization_expired, authorization_too_far, signature_invalid, body_unreadable,
   *   session_closed, session_ended, requester_not_allowed
   */
  admit(use: SessionUse): Promise<AdmittedRequest>;
}

/** A request of somebody who may use the session. */
export interface AdmittedRequest {
  readonly session: Session;
  /**
   * Resolves when it is known that the request came for the first time; nothing of an answer may leave before.
   * Rejects with request_replayed, replay_memory_unavailable; nobody has to listen.
   */
  readonly isNew: Promise<void>;
  /** The body in clear. */
  readonly body: Buffer;
}

/** Lets requests in that are sealed and signed by somebody who may use the session, once each. */
export interface Admission {
  /** @throws before anything can be sealed: authorization_missing, authorization_malformed, and as `SessionSetups.open` */
  open(request: IncomingRequest): Promise<OpenedRequest>;
}

interface AdmissionDeps {
  readonly chainClock: ChainClock;
  readonly setups: SessionSetups;
  readonly gate: SessionGate;
  readonly replay: ReplayMemory;
}

export function createAdmission({ chainClock, setups, gate, replay }: AdmissionDeps): Admission {
  return {
    async open({ path, headers, body }) {
      const { setup: header, requestId, deadline, signature } = readRequestHeaders(headers);
      const setup = await setups.open(header);
      const { sessionId, separator, requester } = setup;
      const now = await chainClock.now();
      const binding = bindingOf({ separator, sessionId, requestId, path, deadline });
      const answer = createAnswerSealer({ setup, binding, requestId, now });
      const admit = async (use: SessionUse): Promise<AdmittedRequest> => {
        if (setup.deadline < now) throw nodeError('session_key_expired', { deadline: setup.deadline, now });
        requireInTime(deadline, now);
        const text = openRequest(setup, { binding, body, signature });
        answer.answers(text);
        const session = await gate.own(sessionId);
        await gate.requireRequester(session, requester);
        if (use === 'serve') gate.requireOpen(session, now);
        // Remembered last: strangers cannot fill the memory.
        const isNew = replay.admit({ sessionId, requestId, deadline });
        isNew.catch(() => undefined);
        return { session, isNew, body: text };
      };
      return { answer, admit };
    },
  };
}
