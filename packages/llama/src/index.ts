/** The parent's side only: importing this never loads llama.cpp, which lives in the child process (`worker.ts`). */
export { startLlama } from './start-llama.js';
export type { LlamaExit, RunningLlama } from './start-llama.js';
export type { LlamaOptions } from './options.js';
export type { LlamaLog } from './log.js';
export { LlamaStartError, START_ERRORS } from './start-error.js';
export type { LlamaStartErrorCode } from './start-error.js';
export { tinyTalkPath } from './tiny-talk.js';
