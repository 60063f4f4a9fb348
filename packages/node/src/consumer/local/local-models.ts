import type { Log } from '@yellowstone/service';
import type { FastifyReply } from 'fastify';
import type { Dispatcher } from 'undici';
import { createFleet } from '../../backends/fleet.js';
import type { ModelEntry } from '../../backends/model-entry.js';
import { attemptOf, createServeRequest, type ServedRequest } from '../../backends/serve-request.js';
import type { ServedModel } from '../../backends/served-model.js';
import { startBackend } from '../../backends/start-backend.js';
import { takeTurn } from '../../backends/take-turn.js';
import type { ExchangeTimeouts } from '../../carriage/exchange.js';
import { parseJsonObject } from '../../carriage/json-body.js';
import type { CarriedPath } from '../../carriage/provider-api.js';
import { CLEAR_WRITER, signalOfReader } from '../../carriage/relay-answer.js';
import type { Clock } from '../../clock.js';
import { nodeError } from '../../errors.js';
import type { AnswerSummary } from '../answer-summary.js';

/** Models of this machine: no session, no price, nothing on chain. */
export interface LocalModels {
  list(): readonly { readonly name: string; readonly isHealthy: boolean }[];
  has(name: string): boolean;
  /** @throws backend_…, queue_full, queue_timeout, before the first byte */
  answer(request: LocalRequest, reply: FastifyReply): Promise<AnswerSummary>;
  stop(): Promise<void>;
}

export interface LocalRequest {
  readonly path: CarriedPath;
  readonly model: string;
  readonly body: Buffer;
}

interface LocalDeps {
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
  readonly log: Log;
}

interface LocalOptions {
  readonly models: readonly ModelEntry[];
  readonly timeouts: ExchangeTimeouts;
}

/** Starts their backends; one that does not start is listed and not healthy. */
export async function startLocalModels(
  { dispatcher, clock, log }: LocalDeps,
  { models, timeouts }: LocalOptions,
): Promise<LocalModels> {
  const fleet = createFleet({ log, clock, start: (entry) => startBackend({ log, clock, dispatcher }, entry) });
  await fleet.apply(models);
  const serveRequest = createServeRequest({ dispatcher, clock }, { timeouts });
  const find = (name: string): ServedModel | undefined =>
    [...fleet.models.values()].find(({ backend }) => backend.entry.name === name);

  return {
    list: () =>
      [...fleet.models.values()].map(({ backend }) => ({ name: backend.entry.name, isHealthy: backend.isHealthy() })),
    has: (name) => find(name) !== undefined,
    async answer({ path, model, body }, reply) {
      const local = find(model);
      if (local === undefined) throw nodeError('model_not_found', { model, param: 'model' });
      const signal = signalOfReader(reply);
      const ask = parseJsonObject(body);
      const turn = await takeTurn(local, { signal });
      try {
        const served = await serveRequest({ backend: turn.backend, path, ask, signal }, { reply, writer: inClear });
        turn.end(attemptOf(served));
        return summaryOf(served);
      } catch (error) {
        turn.fail(error);
        throw error;
      }
    },
    stop: fleet.stop,
  };
}

const inClear = () => CLEAR_WRITER;

function summaryOf({
  inputTokens,
  outputTokens,
  end,
  isStream,
  passed,
  ttftMs,
  durationMs,
}: ServedRequest): AnswerSummary {
  return { end, usage: { inputTokens, outputTokens }, passed, ttftMs: isStream ? ttftMs : undefined, durationMs };
}
