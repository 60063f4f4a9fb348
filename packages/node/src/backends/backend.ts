import type { ModelEntry } from './model-entry.js';

/** A running model server that speaks the OpenAI API. */
export interface Backend {
  readonly entry: ModelEntry;
  /** What it calls the model. */
  readonly modelName: string;
  /** Base URL with `/v1`; undefined while it does not run. */
  url(): string | undefined;
  /** Headers it wants, such as its API key. */
  headers(): Readonly<Record<string, string>>;
  /** What the last measurement said. */
  isHealthy(): boolean;
  /** Tells that a request failed, so that nobody waits for the next measurement. */
  reportFailure(): void;
  stop(): Promise<void>;
}
