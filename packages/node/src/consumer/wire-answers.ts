import type { KeyUsage, Log, Metrics } from '@yellowstone/service';
import { Agent } from 'undici';
import type { ModelEntry } from '../backends/model-entry.js';
import type { ExchangeTimeouts } from '../carriage/exchange.js';
import type { Clock } from '../clock.js';
import { type Complete, createComplete } from './completions/complete.js';
import { createAnswerMetrics } from '../metrics/answer-metrics.js';
import { measured } from './completions/measured.js';
import { metered } from './completions/metered.js';
import { relayRequest } from './completions/relay-request.js';
import { createKeyGate } from './keys/key-gate.js';
import { type LocalModels, startLocalModels } from './local/local-models.js';
import type { WiredSessions } from './wire-sessions.js';

interface AnswerDeps {
  readonly sessions: Pick<WiredSessions, 'keeper' | 'market' | 'providers' | 'termsOf'>;
  readonly keyUsage: KeyUsage;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly log: Log;
}

interface AnswerOptions {
  readonly localModels: readonly ModelEntry[];
  readonly timeouts: ExchangeTimeouts;
}

/** What answers requests for models: those of this machine first, then those of the market, within the limits of keys. */
export interface WiredAnswers {
  readonly local: LocalModels;
  readonly complete: Complete;
  stop(): Promise<void>;
}

export async function wireAnswers(
  { sessions, keyUsage, metrics, clock, log }: AnswerDeps,
  { localModels, timeouts }: AnswerOptions,
): Promise<WiredAnswers> {
  const { keeper, market, providers, termsOf } = sessions;
  // Models of this machine may be where providers may not.
  const dispatcher = new Agent({ connect: { timeout: timeouts.connectMs } });
  const local = await startLocalModels({ dispatcher, clock, log }, { models: localModels, timeouts });
  const gate = createKeyGate({ usage: keyUsage, clock, log });
  const fromMarket = createComplete({
    async findModel(name) {
      const found = await market.find(name);
      return found === undefined ? undefined : { id: found.id, modelId: found.model.modelId };
    },
    termsOf,
    sessions: keeper,
    relay: (request, reply) => relayRequest({ providers, clock }, request, reply),
    log,
  });
  const fromAnywhere: Complete = (request, reply) =>
    local.has(request.model) ? local.answer(request, reply) : fromMarket(request, reply);
  const answers = createAnswerMetrics(metrics, 'consumer');
  return {
    local,
    complete: metered(gate, measured({ answers, clock }, fromAnywhere)),
    async stop() {
      await Promise.all([local.stop(), gate.settled()]);
      await dispatcher.destroy();
    },
  };
}
