import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerStream, answerWhole } from './answer.js';
import type { AnswerDeps, Prompted } from './answer.js';
import { createChatFormat, createCompletionFormat } from './answer-format.js';
import { ApiError } from './api-error.js';
import { parseEmbeddingRequest } from './embedding-request.js';
import { createEventStream } from './event-stream.js';
import { parseChatRequest, parseCompletionRequest } from './generation-request.js';
import type { RequestDefaults } from './generation-request.js';
import { readBody } from './read-body.js';
import { requiredString } from './request-fields.js';
import type { Fields } from './request-fields.js';

export type Exchange = {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Aborted when the client is gone or the server stops. */
  readonly signal: AbortSignal;
};

export type Route = {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  handle(exchange: Exchange): Promise<void> | void;
};

export type RouteOptions = {
  readonly defaults: RequestDefaults;
  readonly bodyLimitBytes: number;
  readonly stallTimeoutMs: number;
};

export function createRoutes(deps: AnswerDeps, { defaults, bodyLimitBytes, stallTimeoutMs }: RouteOptions): Route[] {
  const { engine, now } = deps;
  const startedAt = Math.floor(now() / 1000);

  async function readFields(request: IncomingMessage): Promise<Fields> {
    const fields = await readBody(request, bodyLimitBytes);
    const model = requiredString(fields, 'model');
    if (model === engine.modelName) return fields;
    throw new ApiError('model_not_found', `The model '${model}' does not exist here; use '${engine.modelName}'.`, {
      param: 'model',
    });
  }

  async function answer({ response, signal }: Exchange, prompted: Omit<Prompted, 'signal'>): Promise<void> {
    if (!prompted.request.stream) return sendJson(response, 200, await answerWhole(deps, { ...prompted, signal }));
    await answerStream(deps, { ...prompted, signal }, createEventStream(response, { signal, stallTimeoutMs }));
  }

  return [
    {
      method: 'GET',
      path: '/health',
      handle: ({ response }) =>
        sendJson(response, 200, { status: 'ok', context_size: engine.contextSize, slots: engine.slots() }),
    },
    {
      method: 'GET',
      path: '/v1/models',
      handle: ({ response }) =>
        sendJson(response, 200, {
          object: 'list',
          data: [{ id: engine.modelName, object: 'model', created: startedAt, owned_by: 'llama.cpp' }],
        }),
    },
    {
      method: 'POST',
      path: '/v1/chat/completions',
      async handle(exchange) {
        const request = parseChatRequest(await readFields(exchange.request), defaults);
        const prompt = engine.tokenize(engine.renderChat(request.messages), 'messages');
        await answer(exchange, {
          request,
          prompt,
          format: createChatFormat({ logprobs: request.topLogprobs !== null }),
        });
      },
    },
    {
      method: 'POST',
      path: '/v1/completions',
      async handle(exchange) {
        const request = parseCompletionRequest(await readFields(exchange.request), defaults);
        const prompt = engine.tokenize(request.prompt, 'prompt');
        const format = createCompletionFormat({ logprobs: request.topLogprobs !== null });
        await answer(exchange, { request, prompt, format });
      },
    },
    {
      method: 'POST',
      path: '/v1/embeddings',
      async handle({ request, response, signal }) {
        const { input, encoding } = parseEmbeddingRequest(await readFields(request));
        const { vectors, promptTokens } = await engine.embed(input, signal);
        const encode = (vector: Float32Array) =>
          encoding === 'base64' ? Buffer.from(vector.buffer).toString('base64') : [...vector];
        sendJson(response, 200, {
          object: 'list',
          model: engine.modelName,
          data: vectors.map((vector, index) => ({ object: 'embedding', index, embedding: encode(vector) })),
          usage: { prompt_tokens: promptTokens, total_tokens: promptTokens },
        });
      },
    },
  ];
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): void {
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': bytes.length,
    ...headers,
  });
  response.end(bytes);
}
