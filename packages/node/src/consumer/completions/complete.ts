import type { BidId, ModelId } from '@yellowstone/protocol';
import { AppError, type Log } from '@yellowstone/service';
import type { FastifyReply } from 'fastify';
import type { Caller } from '../../api-access.js';
import type { CarriedPath } from '../../carriage/provider-api.js';
import { signalOfReader } from '../../carriage/relay-answer.js';
import { nodeError } from '../../errors.js';
import type { AnswerSummary } from '../answer-summary.js';
import type { OpenSession } from '../open-session.js';
import type { Want } from '../want.js';
import { type RelayRequest, SessionGoneError } from './relay-request.js';

/** Answers one request of a client, and says how that went. */
export type Complete = (request: CompletionRequest, reply: FastifyReply) => Promise<AnswerSummary>;

export interface CompletionRequest {
  readonly path: CarriedPath;
  /** What the client wrote as `model`. */
  readonly model: string;
  readonly body: Buffer;
  /** The API key it came with, if any. */
  readonly caller: Caller | undefined;
}

interface CompleteDeps {
  readonly findModel: (name: string) => Promise<{ readonly modelId: ModelId; readonly id: string } | undefined>;
  /** What a caller may have opened, and who pays. */
  readonly termsOf: (caller: Caller | undefined) => Pick<Want, 'policy' | 'payer'>;
  readonly sessions: {
    acquire(want: Want, signal: AbortSignal): Promise<OpenSession>;
    release(session: OpenSession): void;
    reportAnswer(session: OpenSession, answer: AnswerSummary): void;
    giveUp(session: OpenSession): Promise<void>;
    forget(session: OpenSession): Promise<boolean>;
  };
  readonly relay: (request: RelayRequest, reply: FastifyReply) => Promise<AnswerSummary>;
  readonly log: Log;
}

/** A request moves on to another provider this often at most, each time before its first byte. */
const MAX_ATTEMPTS = 3;
const NOBODY: ReadonlySet<never> = new Set();

/** By a session of the model's best provider. */
export function createComplete({ findModel, termsOf, sessions, relay, log }: CompleteDeps): Complete {
  return async ({ path, model, body, caller }, reply) => {
    const found = await findModel(model);
    if (found === undefined) throw nodeError('model_not_found', { model, param: 'model' });
    const signal = signalOfReader(reply);
    const tried = new Set<BidId>();
    const attempts: { readonly provider: string; readonly code: string }[] = [];

    while (attempts.length < MAX_ATTEMPTS) {
      const want = { modelId: found.modelId, name: found.id, ...termsOf(caller), tried, full: NOBODY };
      const session = await sessions.acquire(want, signal).catch((error: unknown) => {
        // The reason why nobody else is left says less than who failed before.
        const isLeftOver = error instanceof AppError && error.code === 'model_unavailable' && attempts.length > 0;
        throw isLeftOver ? nodeError('no_provider_answered', { model, attempts }) : error;
      });
      try {
        const answer = await relay({ session, path, body, signal }, reply);
        sessions.reportAnswer(session, answer);
        return answer;
      } catch (error) {
        const code = failoverCode(error);
        if (code === undefined) throw error;
        const { provider, bidId } = session.bid;
        const reqId = reply.request.id;
        log.warn({ reqId, provider, sessionId: session.sessionId, err: error }, 'trying another session');
        attempts.push({ provider, code });
        const isGone = error instanceof SessionGoneError && (await sessions.forget(session));
        if (!isGone) {
          tried.add(bidId);
          await sessions.giveUp(session);
        }
      } finally {
        sessions.release(session);
      }
    }
    throw nodeError('no_provider_answered', { model, attempts });
  };
}

/** A failure of the provider, not of the request: another one may do. */
function failoverCode(error: unknown): string | undefined {
  if (error instanceof SessionGoneError) return error.message;
  const isProviders = error instanceof AppError && /^(provider|endpoint)_/.test(error.code);
  return isProviders ? error.code : undefined;
}
