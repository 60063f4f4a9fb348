import type { Metrics } from '@yellowstone/service';
import { Histogram } from 'prom-client';
import type { CarriedPath } from '../carriage/provider-api.js';

/** One answer to a request for inference, as it ended. */
export interface MeasuredAnswer {
  readonly path: CarriedPath;
  /** Name of the model; one of the market or of this node, never what a client made up. */
  readonly model: string;
  readonly durationMs: number;
  /** Undefined if no token came. */
  readonly ttftMs: number | undefined;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Code of the failure; undefined for a whole answer. */
  readonly error: string | undefined;
}

export interface AnswerMetrics {
  record(answer: MeasuredAnswer): void;
}

const OPERATIONS: Readonly<Record<CarriedPath, string>> = {
  '/v1/chat/completions': 'chat',
  '/v1/completions': 'text_completion',
  '/v1/embeddings': 'embeddings',
};
const MS_PER_SECOND = 1_000;

// Names, labels and bounds of OpenTelemetry's semantic conventions for generative AI, as Prometheus spells them.
const DURATION_SECONDS = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
const FIRST_TOKEN_SECONDS = [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const PER_TOKEN_SECONDS = [0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5];
const TOKENS = [1, 4, 16, 64, 256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576];

const LABELS = ['gen_ai_operation_name', 'gen_ai_provider_name', 'gen_ai_request_model'] as const;

interface Series {
  readonly duration: string;
  readonly firstToken: string;
  readonly perToken: string;
  readonly tokens: string;
}

const CLIENT: Series = {
  duration: 'gen_ai_client_operation_duration_seconds',
  firstToken: 'gen_ai_client_operation_time_to_first_chunk_seconds',
  perToken: 'gen_ai_client_operation_time_per_output_chunk_seconds',
  tokens: 'gen_ai_client_token_usage',
};
const SERVER: Series = {
  duration: 'gen_ai_server_request_duration_seconds',
  firstToken: 'gen_ai_server_time_to_first_token_seconds',
  perToken: 'gen_ai_server_time_per_output_token_seconds',
  tokens: 'gen_ai_server_token_usage',
};

/** A consumer measures as a client of providers, a provider as a server in front of its backends. */
export function createAnswerMetrics(metrics: Metrics, role: 'consumer' | 'provider'): AnswerMetrics {
  const names = role === 'consumer' ? CLIENT : SERVER;
  const registers = [metrics];
  const duration = new Histogram({
    name: names.duration,
    help: 'Duration of an answer from the request to its end',
    labelNames: [...LABELS, 'error_type'],
    buckets: DURATION_SECONDS,
    registers,
  });
  const firstToken = new Histogram({
    name: names.firstToken,
    help: 'Time to the first token of an answer',
    labelNames: LABELS,
    buckets: FIRST_TOKEN_SECONDS,
    registers,
  });
  const perToken = new Histogram({
    name: names.perToken,
    help: 'Time from one token to the next after the first one, mean of an answer',
    labelNames: LABELS,
    buckets: PER_TOKEN_SECONDS,
    registers,
  });
  const tokens = new Histogram({
    name: names.tokens,
    help: 'Tokens of an answer by kind',
    labelNames: [...LABELS, 'gen_ai_token_type'],
    buckets: TOKENS,
    registers,
  });
  return {
    record({ path, model, durationMs, ttftMs, inputTokens, outputTokens, error }) {
      const labels = {
        gen_ai_operation_name: OPERATIONS[path],
        gen_ai_provider_name: 'yellowstone',
        gen_ai_request_model: model,
      };
      duration.observe({ ...labels, error_type: error ?? '' }, durationMs / MS_PER_SECOND);
      if (ttftMs !== undefined) firstToken.observe(labels, ttftMs / MS_PER_SECOND);
      if (ttftMs !== undefined && outputTokens > 1) {
        perToken.observe(labels, (durationMs - ttftMs) / (outputTokens - 1) / MS_PER_SECOND);
      }
      tokens.observe({ ...labels, gen_ai_token_type: 'input' }, inputTokens);
      tokens.observe({ ...labels, gen_ai_token_type: 'output' }, outputTokens);
    },
  };
}
