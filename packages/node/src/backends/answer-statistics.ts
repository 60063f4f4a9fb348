/** What was measured of a backend since its start. */
export interface Measured {
  readonly answers: number;
  readonly failures: number;
  /** Of the latest probe that was answered well [ms]. */
  readonly probeMs: number | undefined;
  /** Middle of the latest answers: time to the first token [ms], and speed after it [tokens per second]. */
  readonly ttftMs: number | undefined;
  readonly tokensPerSecond: number | undefined;
}

/** Keeps the latest answers of a backend. */
export interface AnswerStatistics {
  probed(isWell: boolean, tookMs: number): void;
  answered(answer: MeasuredAnswer): void;
  /** Part of the latest answers that failed, 0 to 1; undefined while there are fewer than ten. */
  failedOfLast(): number | undefined;
  measured(): Measured;
}

export type MeasuredAnswer =
  | {
      readonly kind: 'answered';
      readonly ttftMs: number | undefined;
      readonly durationMs: number;
      readonly outputTokens: number;
    }
  | { readonly kind: 'failed' };

const KEPT = 64;
const LEAST_FOR_A_PART = 10;
const LATEST_FOR_A_PART = 20;
const MS_PER_SECOND = 1_000;

export function createAnswerStatistics(): AnswerStatistics {
  const kept: MeasuredAnswer[] = [];
  let answers = 0;
  let failures = 0;
  let probeMs: number | undefined;
  return {
    probed(isWell, tookMs) {
      if (isWell) probeMs = tookMs;
    },
    answered(answer) {
      if (answer.kind === 'failed') failures += 1;
      else answers += 1;
      kept.push(answer);
      if (kept.length > KEPT) kept.shift();
    },
    failedOfLast() {
      const latest = kept.slice(-LATEST_FOR_A_PART);
      if (latest.length < LEAST_FOR_A_PART) return undefined;
      return latest.filter(({ kind }) => kind === 'failed').length / latest.length;
    },
    measured: () => ({
      answers,
      failures,
      probeMs,
      ttftMs: middleOf(kept.flatMap((answer) => (answer.kind === 'answered' ? (answer.ttftMs ?? []) : []))),
      tokensPerSecond: middleOf(kept.flatMap((answer) => speedOf(answer) ?? [])),
    }),
  };
}

/** Undefined for answers that are too short to tell. */
function speedOf(answer: MeasuredAnswer): number | undefined {
  if (answer.kind === 'failed' || answer.ttftMs === undefined) return undefined;
  const afterFirstMs = answer.durationMs - answer.ttftMs;
  if (answer.outputTokens < 2 || afterFirstMs <= 0) return undefined;
  return ((answer.outputTokens - 1) * MS_PER_SECOND) / afterFirstMs;
}

function middleOf(values: readonly number[]): number | undefined {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}
