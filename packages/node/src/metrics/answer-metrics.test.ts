import { createMetrics } from '@yellowstone/service';
import { describe, expect, it } from 'vitest';
import { createAnswerMetrics, type MeasuredAnswer } from './answer-metrics.js';

const answer: MeasuredAnswer = {
  path: '/v1/chat/completions',
  model: 'tiny',
  durationMs: 1_100,
  ttftMs: 100,
  inputTokens: 7,
  outputTokens: 11,
  error: undefined,
};
const labels = 'gen_ai_operation_name="chat",gen_ai_provider_name="yellowstone",gen_ai_request_model="tiny"';

describe('answer metrics', () => {
  it.each([
    ['provider', 'gen_ai_server_request_duration_seconds', 'gen_ai_server_time_per_output_token_seconds'],
    ['consumer', 'gen_ai_client_operation_duration_seconds', 'gen_ai_client_operation_time_per_output_chunk_seconds'],
  ] as const)('of a %s bear the names of OpenTelemetry', async (role, duration, perToken) => {
    const metrics = createMetrics();
    createAnswerMetrics(metrics, role).record(answer);
    const told = await metrics.metrics();
    expect(told).toContain(`${duration}_sum{${labels},error_type=""} 1.1`);
    expect(told).toContain(`${perToken}_sum{${labels}} 0.1`);
    expect(told).toMatch(/token_usage_sum\{.*gen_ai_token_type="output"\} 11/);
  });

  it('name the failure, and measure no time to a token that did not come', async () => {
    const metrics = createMetrics();
    const failed = { ...answer, ttftMs: undefined, outputTokens: 0, error: 'backend_timeout' };
    createAnswerMetrics(metrics, 'provider').record(failed);
    const told = await metrics.metrics();
    expect(told).toContain('error_type="backend_timeout"} 1.1');
    expect(told).not.toContain('time_to_first_token_seconds_count{');
  });
});
