import { AppError } from '@yellowstone/service';
import type { Clock } from '../../clock.js';
import type { AnswerMetrics } from '../../metrics/answer-metrics.js';
import type { Complete } from './complete.js';

interface MeasuredDeps {
  readonly answers: AnswerMetrics;
  readonly clock: Pick<Clock, 'monotonic'>;
}

/** Measures every answer. What asks for a model that there is not makes no series: clients write what they like. */
export function measured({ answers, clock }: MeasuredDeps, answer: Complete): Complete {
  return async (request, reply) => {
    const { path } = request;
    // An id on chain has several spellings.
    const model = request.model.startsWith('0x') ? request.model.toLowerCase() : request.model;
    const startedAt = clock.monotonic();
    try {
      const summary = await answer(request, reply);
      const { end, usage, ttftMs, durationMs } = summary;
      const error = end === 'whole' || end === 'left' ? undefined : end;
      answers.record({ path, model, ...usage, ttftMs, durationMs, error });
      return summary;
    } catch (cause) {
      const error = cause instanceof AppError ? cause.code : 'internal_error';
      const durationMs = clock.monotonic() - startedAt;
      if (error !== 'model_not_found') {
        answers.record({ path, model, inputTokens: 0, outputTokens: 0, ttftMs: undefined, durationMs, error });
      }
      throw cause;
    }
  };
}
