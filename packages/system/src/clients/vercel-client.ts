import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { APICallError, embedMany, generateText, streamText } from 'ai';
import type { Ask, ChatClient, Endpoint } from './chat-client.js';

/** The AI SDK of Vercel with its provider for OpenAI-compatible servers. */
export function createVercelClient({ baseUrl, apiKey, model: usual }: Endpoint): ChatClient {
  const provider = createOpenAICompatible({ name: 'yellowstone', baseURL: baseUrl, apiKey, includeUsage: true });
  const settingsOf = ({ question, maxTokens, stop, model = usual, signal }: Ask) => ({
    model: provider(model),
    prompt: question,
    temperature: 0,
    maxRetries: 0,
    ...(maxTokens === undefined ? {} : { maxOutputTokens: maxTokens }),
    ...(stop === undefined ? {} : { stopSequences: [stop] }),
    ...(signal === undefined ? {} : { abortSignal: signal }),
  });
  return {
    async ask(ask) {
      const { text, finishReason, usage } = await generateText(settingsOf(ask));
      return { text, finishReason, inputTokens: usage.inputTokens, outputTokens: usage.outputTokens };
    },
    async *stream(ask) {
      let failure: unknown;
      // Errors are parts of its stream; by default they are only printed.
      const result = streamText({ ...settingsOf(ask), onError: ({ error }) => void (failure = error) });
      let text = '';
      for await (const piece of result.textStream) {
        text += piece;
        yield piece;
      }
      if (failure !== undefined) throw failure;
      ask.signal?.throwIfAborted();
      const [finishReason, usage] = await Promise.all([result.finishReason, result.usage]);
      return { text, finishReason, inputTokens: usage.inputTokens, outputTokens: usage.outputTokens };
    },
    async embed(texts) {
      const { embeddings } = await embedMany({
        model: provider.embeddingModel(usual),
        values: [...texts],
        maxRetries: 0,
      });
      return embeddings;
    },
    refusalOf: (error) =>
      APICallError.isInstance(error) ? { status: error.statusCode, message: error.message } : undefined,
  };
}
