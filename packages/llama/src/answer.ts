import type { Token } from 'node-llama-cpp';
import type { AnswerFormat } from './answer-format.js';
import type { Engine } from './engine.js';
import type { EventStream } from './event-stream.js';
import type { TokenDetail } from './generate.js';
import type { GenerationRequest } from './generation-request.js';

export type AnswerDeps = {
  readonly engine: Engine;
  readonly now: () => number;
  /** Random, for ids. */
  readonly newId: () => string;
};

export type Prompted = {
  readonly request: GenerationRequest;
  readonly prompt: readonly Token[];
  readonly format: AnswerFormat;
  readonly signal: AbortSignal;
};

/** The whole answer as one JSON body. */
export async function answerWhole(deps: AnswerDeps, { request, prompt, format, signal }: Prompted): Promise<object> {
  let text = '';
  const tokens: TokenDetail[] = [];
  const { finishReason, completionTokens } = await deps.engine.generate(
    { ...request, prompt },
    {
      signal,
      onPiece(piece) {
        text += piece.text;
        tokens.push(...piece.tokens);
      },
    },
  );
  return {
    ...envelope(deps, format.idPrefix, format.wholeObject),
    choices: [format.whole({ text, tokens }, finishReason)],
    usage: usage(prompt.length, completionTokens),
  };
}

/** The answer as events. Nothing is sent before the first piece, so that a refused request has its true status. */
export async function answerStream(
  deps: AnswerDeps,
  { request, prompt, format, signal }: Prompted,
  stream: EventStream,
): Promise<void> {
  const base = envelope(deps, format.idPrefix, format.chunkObject);
  const noUsageYet = request.includeUsage ? { usage: null } : {};
  const sendChoice = (choice: object) => stream.send({ ...base, choices: [choice], ...noUsageYet });
  let opened = false;

  async function open() {
    if (opened) return;
    opened = true;
    if (format.opening) await sendChoice(format.opening);
  }

  const { finishReason, completionTokens } = await deps.engine.generate(
    { ...request, prompt },
    {
      signal,
      async onPiece(piece) {
        await open();
        await sendChoice(format.chunk(piece));
      },
    },
  );
  await open();
  await sendChoice(format.closing(finishReason));
  if (request.includeUsage) await stream.send({ ...base, choices: [], usage: usage(prompt.length, completionTokens) });
  await stream.send('[DONE]');
  stream.end();
}

function envelope({ engine, now, newId }: AnswerDeps, idPrefix: string, object: string): object {
  return {
    id: idPrefix + newId(),
    object,
    created: Math.floor(now() / 1000),
    model: engine.modelName,
    system_fingerprint: engine.fingerprint,
  };
}

function usage(promptTokens: number, completionTokens: number): object {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
  };
}
