/** Why a start can fail: code, message, what to do. */
export const START_ERRORS = {
  LLAMA_OPTIONS_INVALID: {
    message: 'an option of startLlama is invalid',
    hint: 'Correct the option named in the message.',
  },
  LLAMA_MODEL_NOT_FOUND: {
    message: 'the model file cannot be read',
    hint: 'Check modelPath and the permissions of the file.',
  },
  LLAMA_MODEL_INVALID: {
    message: 'llama.cpp refused the model file',
    hint: 'Check that the file is a complete GGUF of a supported architecture (compare its SHA-256).',
  },
  LLAMA_CONTEXT_UNAVAILABLE: {
    message: 'llama.cpp could not create the context',
    hint: 'Use fewer slots or a smaller contextSize, or free memory.',
  },
  LLAMA_PORT_UNAVAILABLE: {
    message: 'the address cannot be listened on',
    hint: 'Choose another port, or 0 for a free one.',
  },
  LLAMA_START_TIMEOUT: {
    message: 'the server was not ready in time',
    hint: 'Raise startTimeoutMs for large models or slow disks.',
  },
  LLAMA_START_ABORTED: { message: 'the start was aborted by the caller', hint: 'Start again when wanted.' },
  LLAMA_START_FAILED: {
    message: 'the server process failed to start',
    hint: 'Read details.stderr; check that node-llama-cpp is installed with its prebuilt binary for this platform.',
  },
} as const;

export type LlamaStartErrorCode = keyof typeof START_ERRORS;

export type LlamaStartErrorInfo = {
  /** What happened this time, with the values. */
  readonly reason: string;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
};

export class LlamaStartError extends Error {
  override readonly name = 'LlamaStartError';
  readonly code: LlamaStartErrorCode;
  readonly hint: string;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: LlamaStartErrorCode, { reason, details = {}, cause }: LlamaStartErrorInfo) {
    const { message, hint } = START_ERRORS[code];
    super(`Cannot start llama.cpp: ${message}: ${reason}. ${hint}`, { cause });
    this.code = code;
    this.hint = hint;
    this.details = details;
  }
}
