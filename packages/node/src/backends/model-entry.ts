import type { ModelId } from '@yellowstone/protocol';
import type { Secret } from '@yellowstone/service';

/** One model that a node serves. */
export interface ModelEntry {
  /** Its id on chain. */
  readonly modelId: ModelId;
  /** Its name, for people and as `model` for the backend unless `backendModel` says otherwise. */
  readonly name: string;
  readonly backend: BackendEntry;
  /** Requests served at the same time. */
  readonly slots: number;
  /** Requests that may wait for a slot. */
  readonly queue: number;
  /** Put into chat requests that name no maximum, because some backends have none [tokens]. */
  readonly maxTokens: number;
}

/** Where a model runs. */
export type BackendEntry =
  | {
      readonly kind: 'url';
      /** Base URL of an OpenAI-compatible server, usually ending in `/v1`. */
      readonly url: string;
      readonly model: string;
      readonly apiKey: Secret | undefined;
    }
  | {
      readonly kind: 'embedded';
      /** A GGUF file. */
      readonly modelPath: string;
    }
  | LlamaServerEntry;

/** A `llama-server` that the node starts and watches. */
export interface LlamaServerEntry {
  readonly kind: 'llama-server';
  /** A path, or a name that is looked for in `PATH`. */
  readonly binary: string;
  /** A GGUF file. */
  readonly modelPath: string;
  /** Beside those that the node gives: model, address, port, slots. */
  readonly args: readonly string[];
  /** What of the node's environment it gets; never its secrets. */
  readonly env: Readonly<Record<string, string>>;
  /** How long loading may take [s]. */
  readonly startTimeoutSeconds: number;
}
