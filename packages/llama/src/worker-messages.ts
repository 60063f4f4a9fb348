import type { LogLevel } from './log.js';
import type { WorkerOptions } from './options.js';
import type { LlamaStartErrorCode } from './start-error.js';

/** Where a start stands; a child that dies without a word is judged by its last stage. */
export type StartStage = 'process' | 'model' | 'context' | 'listen';

export type MessageToWorker = { readonly type: 'start'; readonly options: WorkerOptions };

export type MessageFromWorker =
  | { readonly type: 'stage'; readonly stage: StartStage }
  | { readonly type: 'ready'; readonly port: number }
  | { readonly type: 'failed'; readonly code: LlamaStartErrorCode; readonly reason: string }
  | {
      readonly type: 'log';
      readonly level: LogLevel;
      readonly data: Readonly<Record<string, unknown>>;
      readonly message: string;
    };

/** The code of a start that broke off in this stage. */
export const FAILURE_OF_STAGE = {
  process: 'LLAMA_START_FAILED',
  model: 'LLAMA_MODEL_INVALID',
  context: 'LLAMA_CONTEXT_UNAVAILABLE',
  listen: 'LLAMA_PORT_UNAVAILABLE',
} as const satisfies Record<StartStage, LlamaStartErrorCode>;
