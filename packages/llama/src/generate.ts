import type { LlamaContextSequence, LlamaModel, Token } from 'node-llama-cpp';
import { createStopStrings } from './stop-strings.js';
import { createTokenText } from './token-text.js';

export type GenerateRequest = {
  readonly prompt: readonly Token[];
  readonly maxTokens: number;
  readonly temperature: number;
  readonly topP: number;
  readonly seed: number;
  readonly stop: readonly string[];
  /** Alternatives to report for each token; null: no probabilities at all. */
  readonly topLogprobs: number | null;
};

export type TokenLogprob = { readonly token: string; readonly logprob: number };
export type TokenDetail = TokenLogprob & { readonly top: readonly TokenLogprob[] };

/** A run of text and the tokens that are fully in it (none without logprobs). */
export type Piece = { readonly text: string; readonly tokens: readonly TokenDetail[] };

export type FinishReason = 'stop' | 'length';

export type GenerateResult = {
  readonly finishReason: FinishReason;
  /** Sampled tokens, the end-of-turn token included, as llama-server counts. */
  readonly completionTokens: number;
};

export type GenerateIo = {
  readonly signal: AbortSignal;
  /** Called in order and awaited, so a slow reader slows the model. */
  readonly onPiece: (piece: Piece) => Promise<void> | void;
};

/** Prompt tokens evaluated between two looks at the signal. */
const PREFILL_TOKENS = 256;
/** What OpenAI reports for a token that was practically impossible; JSON has no -Infinity. */
const LOWEST_LOGPROB = -9999;

/** One answer on one sequence, which must be empty. Throws the signal's reason when aborted. */
export async function generate(
  { model, sequence }: { readonly model: LlamaModel; readonly sequence: LlamaContextSequence },
  request: GenerateRequest,
  { signal, onPiece }: GenerateIo,
): Promise<GenerateResult> {
  const tokenText = createTokenText(model, request.prompt);
  const stopStrings = createStopStrings(request.stop);
  const details = createDetailQueue();
  let decodedLength = 0;
  let completionTokens = 0;

  async function give(text: string, tokens: readonly TokenDetail[]) {
    if (text !== '' || tokens.length > 0) await onPiece({ text, tokens });
  }

  for await (const sampled of sample({ model, sequence }, request, signal)) {
    signal.throwIfAborted();
    completionTokens++;
    const ended = model.isEogToken(sampled.token);
    const last = ended || completionTokens >= request.maxTokens;

    let decoded = '';
    if (!ended) {
      if (request.topLogprobs !== null) details.add(describe(model, sampled, request.topLogprobs), decodedLength);
      decoded = tokenText.push(sampled.token);
    }
    if (last) decoded += tokenText.flush();
    decodedLength += decoded.length;

    const { text, stopped } = stopStrings.push(decoded);
    if (stopped) {
      await give(text, details.takeWithin(text.length));
      return { finishReason: 'stop', completionTokens };
    }
    if (last) {
      await give(text + stopStrings.flush(), details.takeAll());
      return { finishReason: ended ? 'stop' : 'length', completionTokens };
    }
    if (text !== '') await give(text, details.takeWithin(text.length));
  }
  throw new Error('llama.cpp ended without an end-of-generation token');
}

type Sampled = { readonly token: Token; readonly confidence?: number; readonly probabilities?: Map<Token, number> };

async function* sample(
  { sequence }: { readonly model: LlamaModel; readonly sequence: LlamaContextSequence },
  { prompt, temperature, topP, seed, topLogprobs }: GenerateRequest,
  signal: AbortSignal,
): AsyncGenerator<Sampled> {
  let from = 0;
  for (; prompt.length - from > PREFILL_TOKENS; from += PREFILL_TOKENS) {
    await sequence.evaluateWithoutGeneratingNewTokens(prompt.slice(from, from + PREFILL_TOKENS));
    signal.throwIfAborted();
  }
  yield* sequence.evaluateWithMetadata(
    prompt.slice(from),
    { confidence: topLogprobs !== null, probabilities: topLogprobs !== null && topLogprobs > 0 },
    // topK 0 switches llama.cpp's default of 40 off: OpenAI has no such limit.
    { temperature, topP, topK: 0, seed, yieldEogToken: true },
  ) as AsyncGenerator<Sampled>;
}

function describe(model: LlamaModel, { token, confidence = 0, probabilities }: Sampled, count: number): TokenDetail {
  const top: TokenLogprob[] = [];
  for (const [candidate, probability] of probabilities ?? []) {
    if (top.length >= count) break;
    top.push(logprobOf(model, candidate, probability));
  }
  return { ...logprobOf(model, token, confidence), top };
}

function logprobOf(model: LlamaModel, token: Token, probability: number): TokenLogprob {
  return { token: model.detokenize([token], true), logprob: Math.max(Math.log(probability), LOWEST_LOGPROB) };
}

/** Keeps the details of tokens whose text is held back, in the order of their places in the answer (in characters). */
function createDetailQueue() {
  let givenLength = 0;
  const queue: { readonly detail: TokenDetail; readonly startsAt: number }[] = [];
  return {
    add: (detail: TokenDetail, startsAt: number) => void queue.push({ detail, startsAt }),
    /** Details of the tokens that begin within the next `length` characters. */
    takeWithin(length: number): TokenDetail[] {
      givenLength += length;
      const kept = queue.findIndex(({ startsAt }) => startsAt >= givenLength);
      return queue.splice(0, kept === -1 ? queue.length : kept).map(({ detail }) => detail);
    },
    takeAll: (): TokenDetail[] => queue.splice(0).map(({ detail }) => detail),
  };
}
