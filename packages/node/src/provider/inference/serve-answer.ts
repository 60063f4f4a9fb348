import type { Session } from '@yellowstone/client';
import { AppError, type Log } from '@yellowstone/service';
import type { FastifyReply } from 'fastify';
import type { Dispatcher } from 'undici';
import type { Backend } from '../../backends/backend.js';
import { countTokens, isRunaway, tokenLimitOf } from '../../backends/count-tokens.js';
import type { ServedModels } from '../../backends/served-model.js';
import { takeTurn } from '../../backends/take-turn.js';
import { createAnswerObserver, isNothing, parseRecord, passedIn, usageOf } from '../../carriage/answer-observer.js';
import { type ExchangeAnswer, type ExchangeTimeouts, readBody } from '../../carriage/exchange.js';
import type { JsonObject } from '../../carriage/json-body.js';
import type { CarriedPath } from '../../carriage/provider-api.js';
import { isEventStream, relayAnswer, signalOfReader } from '../../carriage/relay-answer.js';
import type { AnswerSealer } from '../../carriage/sealed-answer.js';
import { sealedWriter } from '../../carriage/sealed-writer.js';
import type { Clock } from '../../clock.js';
import { nodeError } from '../../errors.js';
import { askBackend, asksUsage, toBackendError } from '../../backends/ask-backend.js';
import type { AnswerMetrics } from '../../metrics/answer-metrics.js';
import type { AnswerMeter, ServedAnswer } from '../answer-meter.js';

/** Serves one request of a session and writes the answer to the reply. */
export type ServeAnswer = (request: AnswerRequest, reply: FastifyReply) => Promise<void>;

export interface AnswerRequest {
  readonly session: Session;
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

interface Exchange {
  readonly backend: Backend;
  readonly answer: ExchangeAnswer;
  readonly sealer: AnswerSealer;
  readonly reply: FastifyReply;
  readonly signal: AbortSignal;
  readonly ask: JsonObject;
  readonly path: CarriedPath;
  /** [ms] */
  readonly startedAt: number;
}

const MAX_ANSWER_BYTES = 32 * 1_048_576;

export function createServeAnswer(
  { models, meter, answers, clock, dispatcher, log }: ServeDeps,
  { timeouts, maxAnswerBytes = MAX_ANSWER_BYTES }: ServeOptions,
): ServeAnswer {
  /** What was delivered counts, however it ended. */
  const stream = async (exchange: Exchange): Promise<ServedAnswer> => {
    const { backend, answer, sealer, reply, signal, ask, startedAt } = exchange;
    const observer = createAnswerObserver({ clock, startedAt });
    const limit = tokenLimitOf(ask, backend.entry);
    const truncated = () => nodeError('stream_truncated');
    const admit = (): boolean => {
      if (isRunaway(observer.passed(), limit)) throw truncated();
      return asksUsage(ask) || !observer.lastWasUsageOnly;
    };
    const counted = () => countTokens({ told: observer.told(), passed: observer.passed(), limit });
    const delivered = () => ({
      ...counted().usage,
      durationMs: clock.monotonic() - startedAt,
      ttftMs: observer.ttftMs(),
    });
    const writer = sealedWriter(sealer, delivered);
    const end = await relayAnswer({ answer, reply, writer, observer, admit, signal, truncated }).catch(
      (error: unknown) => {
        throw toBackendError(error, backend, signal);
      },
    );
    const isFailed = end === 'failed' || end === 'truncated';
    const { flags } = counted();
    const facts = { reqId: reply.request.id, model: backend.entry.name, end, flags };
    if (end !== 'whole') log.warn(facts, 'answer was not whole');
    else if (flags.length > 0) log.warn(facts, 'tokens were miscounted');
    return { ...delivered(), end, isFailed };
  };

  const whole = async (exchange: Exchange): Promise<ServedAnswer> => {
    const { backend, answer, sealer, reply, signal, ask, path, startedAt } = exchange;
    const body = await readBody(answer.body, maxAnswerBytes).catch((error: unknown) => {
      throw toBackendError(error, backend, signal);
    });
    const parsed = parseRecord(body.toString('utf8'));
    const told = parsed === undefined ? undefined : usageOf(parsed);
    const passed = passedIn(parsed ?? {});
    if (isNothing(told, passed)) throw nodeError('backend_broken', { model: backend.entry.name });
    const durationMs = clock.monotonic() - startedAt;
    const isText = path !== '/v1/embeddings';
    const { usage, flags } = countTokens({ told, passed, limit: isText ? tokenLimitOf(ask, backend.entry) : 0 });
    if (isText && flags.length > 0) {
      log.warn({ reqId: reply.request.id, model: backend.entry.name, flags }, 'tokens were miscounted');
    }
    sealer.account({ ...usage, end: 'whole', durationMs, ttftMs: undefined });
    await reply.code(200).type(answer.contentType).send(body);
    return { ...usage, durationMs, ttftMs: isText ? durationMs : undefined, end: 'whole', isFailed: false };
  };

  return async ({ session, path, ask, sealer }, reply) => {
    const model = models.get(session.modelId);
    if (model === undefined) throw nodeError('model_not_served', { modelId: session.modelId });
    const signal = signalOfReader(reply);
    const turn = await takeTurn(model, { signal });
    const { backend } = turn;
    const startedAt = clock.monotonic();
    const measure = ({ end: _end, isFailed: _isFailed, ...served }: ServedAnswer, error: string | undefined): void =>
      answers.record({ path, model: backend.entry.name, ...served, error });
    try {
      const requestId = reply.request.id;
      const answer = await askBackend({ dispatcher, timeouts }, { backend, path, ask, requestId, signal });
      const exchange: Exchange = { backend, answer, sealer, reply, signal, ask, path, startedAt };
      const served = await (isEventStream(answer) ? stream(exchange) : whole(exchange));
      turn.end(attemptOf(served));
      meter.record(session, served);
      measure(served, served.isFailed ? served.end : undefined);
    } catch (error) {
      const nothing = nothingServed(clock.monotonic() - startedAt);
      if (turn.fail(error)) meter.record(session, nothing);
      if (!signal.aborted) measure(nothing, error instanceof AppError ? error.code : 'internal_error');
      throw error;
    }
  };
}

/** What an answer says about its backend: a reader who left says nothing. */
function attemptOf({ isFailed, end, ...measured }: ServedAnswer) {
  if (end === 'left') return { kind: 'dropped' } as const;
  return isFailed ? ({ kind: 'failed' } as const) : ({ kind: 'answered', ...measured } as const);
}

function nothingServed(durationMs: number): ServedAnswer {
  return { inputTokens: 0, outputTokens: 0, durationMs, ttftMs: undefined, end: 'failed', isFailed: true };
}
