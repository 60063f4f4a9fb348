import type { Session } from '@yellowstone/client';
import type { Log } from '@yellowstone/service';
import type { FastifyReply } from 'fastify';
import type { Dispatcher } from 'undici';
import { createAnswerObserver, parseRecord, usageOf } from '../../carriage/answer-observer.js';
import { type ExchangeAnswer, type ExchangeTimeouts, readBody } from '../../carriage/exchange.js';
import type { JsonObject } from '../../carriage/json-body.js';
import type { CarriedPath } from '../../carriage/provider-api.js';
import { isEventStream, relayAnswer, signalOfReader } from '../../carriage/relay-answer.js';
import type { Clock } from '../../clock.js';
import { nodeError } from '../../errors.js';
import type { Backend } from '../../backends/backend.js';
import type { ServedModels } from '../../backends/served-model.js';
import type { MeteredAnswer, SessionMeter } from '../session-meter.js';
import { askBackend, asksUsage, toBackendError } from '../../backends/ask-backend.js';

/** Serves one request of a session and writes the answer to the reply. */
export type ServeAnswer = (request: AnswerRequest, reply: FastifyReply) => Promise<void>;

export interface AnswerRequest {
  readonly session: Session;
  readonly path: CarriedPath;
  readonly ask: JsonObject;
}

export interface ServeDeps {
  readonly models: ServedModels;
  readonly meter: SessionMeter;
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
  readonly reply: FastifyReply;
  readonly signal: AbortSignal;
  /** [ms] */
  readonly startedAt: number;
}

const MAX_ANSWER_BYTES = 32 * 1_048_576;

export function createServeAnswer(
  { models, meter, clock, dispatcher, log }: ServeDeps,
  { timeouts, maxAnswerBytes = MAX_ANSWER_BYTES }: ServeOptions,
): ServeAnswer {
  /** What was delivered counts, however it ended. */
  const stream = async (
    exchange: Exchange,
    ask: JsonObject,
    record: (answer: MeteredAnswer) => void,
  ): Promise<void> => {
    const { backend, answer, reply, signal, startedAt } = exchange;
    const observer = createAnswerObserver({ clock, startedAt });
    const truncated = () => nodeError('stream_truncated');
    const admit = asksUsage(ask) ? () => true : () => !observer.lastWasUsageOnly;
    try {
      const end = await relayAnswer({ answer, reply, observer, admit, signal, truncated });
      if (end !== 'whole')
        log.warn({ reqId: reply.request.id, model: backend.entry.name, end }, 'answer was not whole');
    } catch (error) {
      throw toBackendError(error, backend, signal);
    } finally {
      record({ ...observer.usage(), durationMs: clock.monotonic() - startedAt, ttftMs: observer.ttftMs() });
    }
  };

  const whole = async (exchange: Exchange, record: (answer: MeteredAnswer) => void): Promise<void> => {
    const { backend, answer, reply, signal, startedAt } = exchange;
    const body = await readBody(answer.body, maxAnswerBytes).catch((error: unknown) => {
      throw toBackendError(error, backend, signal);
    });
    const parsed = parseRecord(body.toString('utf8'));
    if (parsed === undefined) throw nodeError('backend_broken', { model: backend.entry.name });
    const durationMs = clock.monotonic() - startedAt;
    record({ ...(usageOf(parsed) ?? { inputTokens: 0, outputTokens: 0 }), durationMs, ttftMs: durationMs });
    await reply.code(200).type(answer.contentType).send(body);
  };

  return async ({ session, path, ask }, reply) => {
    const model = models.get(session.modelId);
    if (model === undefined) throw nodeError('model_not_served', { modelId: session.modelId });
    const { backend, slots } = model;
    const signal = signalOfReader(reply);
    const release = await slots.acquire(signal);
    const record = (answer: MeteredAnswer): void => meter.record(session.sessionId, answer);
    try {
      const startedAt = clock.monotonic();
      const answer = await askBackend(
        { dispatcher, timeouts },
        { backend, path, ask, requestId: reply.request.id, signal },
      );
      const exchange: Exchange = { backend, answer, reply, signal, startedAt };
      await (isEventStream(answer) ? stream(exchange, ask, record) : whole(exchange, record));
    } finally {
      release();
    }
  };
}
