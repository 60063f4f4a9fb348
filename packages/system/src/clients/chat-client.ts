/** What a person asks for. */
export interface Ask {
  readonly question: string;
  readonly maxTokens?: number;
  readonly stop?: string;
  readonly model?: string;
  readonly signal?: AbortSignal;
}

export interface Answer {
  readonly text: string;
  readonly finishReason: string | undefined;
  readonly inputTokens: number | undefined;
  readonly outputTokens: number | undefined;
}

/** A stream gives its pieces as they come, then the whole. */
export type StreamedAnswer = AsyncGenerator<string, Answer>;

/** A refusal as the client reports it. */
export interface Refusal {
  readonly status: number | undefined;
  readonly message: string;
}

/** One client library in front of a node, unmodified, seen through what all of them can do. */
export interface ChatClient {
  ask(ask: Ask): Promise<Answer>;
  stream(ask: Ask): StreamedAnswer;
  embed(texts: readonly string[]): Promise<readonly (readonly number[])[]>;
  /** What the library throws for a refusal; undefined if it is something else. */
  refusalOf(error: unknown): Refusal | undefined;
}

export interface Endpoint {
  /** With `/v1`. */
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly model: string;
}
