import type { BackendHealth } from './health.js';
import type { ModelEntry } from './model-entry.js';

/** A model server that speaks the OpenAI API, and how well it does. */
export interface Backend extends Omit<BackendHealth, 'stop'> {
  readonly entry: ModelEntry;
  /** True for what does not run: it is being exchanged, or could not be started. */
  readonly isResting: boolean;
  /** What it calls the model. */
  readonly modelName: string;
  /** Base URL with `/v1`; undefined while it does not run. */
  url(): string | undefined;
  /** Headers it wants, such as its API key. */
  headers(): Readonly<Record<string, string>>;
  stop(): Promise<void>;
}
