import type { Session } from '@yellowstone/client';
import { AppError, type Log } from '@yellowstone/service';
import type { FastifyReply } from 'fastify';
import type { Dispatcher } from 'undici';
import { attemptOf, createServeRequest, type Delivered, type ServedRequest } from '../../backends/serve-request.js';
import type { ServedModels } from '../../backends/served-model.js';
import { takeTurn } from '../../backends/take-turn.js';
import type { ExchangeTimeouts } from '../../carriage/exchange.js';
import type { JsonObject } from '../../carriage/json-body.js';
import type { CarriedPath } from '../../carriage/provider-api.js';
import { signalOfReader } from '../../carriage/relay-answer.js';
import type { AnswerSealer } from '../../carriage/sealed-answer.js';
import { sealedWriter } from '../../carriage/sealed-writer.js';
import type { Clock } from '../../clock.js';
import { nodeError } from '../../errors.js';
import type { AnswerMetrics } from '../../metrics/answer-metrics.js';
import type { AnswerMeter, ServedAnswer } from '../answer-meter.js';

/** Serves one request of a session and writes the answer to the reply. */
export type ServeAnswer = (request: AnswerRequest, reply: FastifyReply) => Promise<void>;

export interface AnswerRequest {
  readonly session: Session;
  /** Resolves when the answer may leave; the backend works in the meantime, and stops when it may not. */
  readonly isNew: Promise<void>;
  readonly path: CarriedPath;
  readonly ask: JsonObject;
  /** Seals the answer. */
  readonly sealer: AnswerSealer;
}

export interface ServeDeps {
  readonly models: ServedModels;
  readonly meter: Pick<AnswerMeter, 'record'>;
  readonly answers: AnswerMetrics;
  readonly clock: Clock;
  readonly dispatcher: Dispatcher;
  readonly log: Log;
}

interface ServeOptions {
  readonly timeouts: ExchangeTimeouts;
  readonly maxAnswerBytes?: number;
}

export function createServeAnswer(
  { models, meter, answers, clock, dispatcher, log }: ServeDeps,
  options: ServeOptions,
): ServeAnswer {
  const serveRequest = createServeRequest({ dispatcher, clock }, options);

  const logOddities = ({ end, flags }: ServedRequest, request: { readonly reqId: string; readonly model: string }) => {
    const facts = { ...request, end, flags };
    if (end !== 'whole') log.warn(facts, 'answer was not whole');
    else if (flags.length > 0) log.warn(facts, 'tokens were miscounted');
  };

  return async ({ session, isNew, path, ask, sealer }, reply) => {
    const model = models.get(session.modelId);
    if (model === undefined) throw nodeError('model_not_served', { modelId: session.modelId });
    const leaving = new AbortController();
    isNew.catch((error: unknown) => leaving.abort(error));
    const signal = signalOfReader(reply, leaving);
    const turn = await takeTurn(model, { signal });
    const { backend } = turn;
    const startedAt = clock.monotonic();
    const measure = ({ end: _end, isFailed: _isFailed, ...served }: ServedAnswer, error: string | undefined): void =>
      answers.record({ path, model: backend.entry.name, ...served, error });
    const delivery = {
      reply,
      mayBegin: isNew,
      writer: (delivered: () => Delivered) => sealedWriter(sealer, delivered),
      beforeWhole: (delivered: Delivered) => sealer.account({ ...delivered, end: 'whole', ttftMs: undefined }),
    };
    try {
      const served = await serveRequest({ backend, path, ask, signal }, delivery);
      logOddities(served, { reqId: reply.request.id, model: backend.entry.name });
      turn.end(attemptOf(served));
      const answer = answerOf(served);
      meter.record(session, answer);
      measure(answer, answer.isFailed ? answer.end : undefined);
    } catch (error) {
      const nothing = nothingServed(clock.monotonic() - startedAt);
      if (turn.fail(error)) meter.record(session, nothing);
      if (!signal.aborted) measure(nothing, error instanceof AppError ? error.code : 'internal_error');
      throw error;
    }
  };
}

function answerOf({ inputTokens, outputTokens, durationMs, ttftMs, end }: ServedRequest): ServedAnswer {
  const isFailed = end === 'failed' || end === 'truncated';
  return { inputTokens, outputTokens, durationMs, ttftMs, end, isFailed };
}

function nothingServed(durationMs: number): ServedAnswer {
  return { inputTokens: 0, outputTokens: 0, durationMs, ttftMs: undefined, end: 'failed', isFailed: true };
}
