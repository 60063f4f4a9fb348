import { getLlama, LlamaLogLevel } from 'node-llama-cpp';
import type { Llama, LlamaEmbeddingContext, LlamaModel, Token } from 'node-llama-cpp';
import { ApiError } from './api-error.js';
import { createChatTemplate } from './chat-template.js';
import type { RenderChat } from './chat-template.js';
import { generate } from './generate.js';
import type { GenerateIo, GenerateRequest, GenerateResult } from './generate.js';
import type { LlamaLog } from './log.js';
import type { WorkerOptions } from './options.js';
import { createPool } from './pool.js';
import type { PoolState } from './pool.js';
import type { StartStage } from './worker-messages.js';

export type Embeddings = { readonly vectors: readonly Float32Array[]; readonly promptTokens: number };

export type Engine = {
  readonly modelName: string;
  /** Tokens of prompt and answer together. */
  readonly contextSize: number;
  /** The llama.cpp release, as system_fingerprint. */
  readonly fingerprint: string;
  readonly renderChat: RenderChat;
  /**
   * Special tokens in the text count as such; a beginning-of-text token is added where the model wants one.
   * Refuses a prompt that leaves no room for an answer; `param` is the request field to blame.
   */
  tokenize(text: string, param: string): readonly Token[];
  /** Waits for a slot and holds it until the answer ends, fails or is aborted. */
  generate(request: GenerateRequest, io: GenerateIo): Promise<GenerateResult>;
  /** One vector of length 1 for each text. */
  embed(texts: readonly string[], signal: AbortSignal): Promise<Embeddings>;
  slots(): PoolState;
  stop(): Promise<void>;
};

/** Beyond this a default context costs more memory than most answers need. */
const MAX_DEFAULT_CONTEXT_TOKENS = 2048;

type EngineDeps = { readonly log: LlamaLog; readonly onStage: (stage: StartStage) => void };

export async function createEngine({ log, onStage }: EngineDeps, options: WorkerOptions): Promise<Engine> {
  const llama = await loadLlama(log);
  onStage('model');
  const model = await llama.loadModel({ modelPath: options.modelPath });
  const renderChat = createChatTemplate({
    template: model.fileInfo.metadata.tokenizer.chat_template,
    bosToken: model.tokens.bosString ?? '',
    eosToken: model.tokens.eosString ?? '',
  });

  onStage('context');
  const contextSize = chooseContextSize(options.contextSize, model.trainContextSize);
  const context = await model.createContext({
    contextSize,
    sequences: options.slots,
    threads: options.threads,
    // With it on, the same answer comes out differently on other machines.
    flashAttention: false,
  });
  const sequences = Array.from({ length: options.slots }, () => context.getSequence());
  const slots = createPool(sequences, options);
  const embeddings = createEmbeddings(model, { ...options, contextSize });

  return {
    modelName: options.modelName,
    contextSize,
    fingerprint: `llamacpp-${llama.llamaCppRelease.release}`,
    renderChat,
    tokenize(text, param) {
      const tokens = withBeginning(model, model.tokenize(text, true));
      assertPromptFits(tokens.length, { contextSize, param });
      return tokens;
    },
    async generate(request, io) {
      // llama.cpp would silently forget the beginning of a conversation that outgrows its context.
      const maxTokens = Math.min(request.maxTokens, contextSize - request.prompt.length);
      const { item: sequence, release } = await slots.lease(io.signal);
      try {
        // Only after a failed clean-up; another request's text must never be part of this one.
        if (sequence.nextTokenIndex !== 0) await sequence.clearHistory();
        return await generate({ model, sequence }, { ...request, maxTokens }, io);
      } finally {
        await sequence.clearHistory().finally(release);
      }
    },
    embed: embeddings.embed,
    slots: slots.state,
    stop: () => llama.dispose(),
  };
}

function loadLlama(log: LlamaLog): Promise<Llama> {
  return getLlama({
    gpu: false,
    build: 'never',
    skipDownload: true,
    progressLogs: false,
    // 0: each context gets exactly the threads it asks for.
    maxThreads: 0,
    logLevel: LlamaLogLevel.error,
    logger: (_level, text) => log.warn({ text: text.trim() }, 'llama.cpp reported a problem'),
  });
}

function chooseContextSize(wanted: number | null, trained: number): number {
  if (wanted === null) return Math.min(trained, MAX_DEFAULT_CONTEXT_TOKENS);
  if (wanted <= trained) return wanted;
  throw new Error(`contextSize is ${wanted}, the model was trained for ${trained}`);
}

function assertPromptFits(length: number, { contextSize, param }: { contextSize: number; param: string }): void {
  if (length === 0) throw new ApiError('invalid_value', `'${param}' is empty; write something.`, { param });
  if (length < contextSize) return;
  throw new ApiError(
    'context_length_exceeded',
    `The prompt has ${length} tokens and the context holds ${contextSize}, the answer included; shorten the prompt.`,
    { param },
  );
}

function withBeginning(model: LlamaModel, tokens: readonly Token[]): readonly Token[] {
  const { bos, shouldPrependBosToken } = model.tokens;
  // An empty prompt has nothing to continue but the beginning itself.
  const wanted = shouldPrependBosToken || tokens.length === 0;
  return wanted && bos !== null && tokens[0] !== bos ? [bos, ...tokens] : tokens;
}

type EmbeddingOptions = Pick<WorkerOptions, 'threads' | 'queueLimit' | 'queueTimeoutMs'> & {
  readonly contextSize: number;
};

/** Embeddings need a context of their own, made at the first request: most providers never see one. */
function createEmbeddings(model: LlamaModel, { contextSize, threads, ...queue }: EmbeddingOptions) {
  const turns = createPool(['the only turn'], queue);
  let created: Promise<LlamaEmbeddingContext> | undefined;

  async function embed(texts: readonly string[], signal: AbortSignal): Promise<Embeddings> {
    const { release } = await turns.lease(signal);
    try {
      created ??= model.createEmbeddingContext({ contextSize, threads });
      const context = await created.catch((error: unknown) => {
        created = undefined;
        throw error;
      });
      const lengths = texts.map((text) => context.calculateInputLength(text));
      assertInputsFit(lengths, contextSize);
      const vectors: Float32Array[] = [];
      for (const text of texts) {
        signal.throwIfAborted();
        vectors.push(normalize((await context.getEmbeddingFor(text)).vector));
      }
      return { vectors, promptTokens: lengths.reduce((sum, length) => sum + length, 0) };
    } finally {
      release();
    }
  }
  return { embed };
}

function assertInputsFit(lengths: readonly number[], contextSize: number): void {
  for (const [index, length] of lengths.entries()) {
    if (length < contextSize) continue;
    throw new ApiError(
      'context_length_exceeded',
      `input[${index}] has ${length} tokens, at most ${contextSize - 1} fit; shorten or split it.`,
      { param: 'input' },
    );
  }
}

/** Scaled to length 1, as OpenAI and llama-server do. */
function normalize(vector: readonly number[]): Float32Array {
  const length = Math.hypot(...vector);
  return Float32Array.from(vector, (value) => (length === 0 ? 0 : value / length));
}
