import OpenAI, { APIError } from 'openai';
import type { Ask, ChatClient, Endpoint } from './chat-client.js';

/** The official client of OpenAI. */
export function createOpenAiClient({ baseUrl, apiKey, model: usual }: Endpoint): ChatClient {
  const client = new OpenAI({ baseURL: baseUrl, apiKey, maxRetries: 0 });
  const bodyOf = ({ question, maxTokens, stop, model = usual }: Ask) => ({
    model,
    messages: [{ role: 'user' as const, content: question }],
    temperature: 0,
    ...(maxTokens === undefined ? {} : { max_tokens: maxTokens }),
    ...(stop === undefined ? {} : { stop }),
  });
  const optionsOf = ({ signal }: Ask) => (signal === undefined ? {} : { signal });
  return {
    async ask(ask) {
      const { choices, usage } = await client.chat.completions.create(bodyOf(ask), optionsOf(ask));
      return {
        text: choices[0]?.message.content ?? '',
        finishReason: choices[0]?.finish_reason,
        inputTokens: usage?.prompt_tokens,
        outputTokens: usage?.completion_tokens,
      };
    },
    async *stream(ask) {
      const stream = await client.chat.completions.create(
        { ...bodyOf(ask), stream: true, stream_options: { include_usage: true } },
        optionsOf(ask),
      );
      let [text, finishReason, usage] = [
        '',
        undefined as string | undefined,
        undefined as OpenAI.CompletionUsage | undefined,
      ];
      for await (const chunk of stream) {
        usage = chunk.usage ?? usage;
        finishReason = chunk.choices[0]?.finish_reason ?? finishReason;
        const piece = chunk.choices[0]?.delta.content ?? '';
        text += piece;
        if (piece !== '') yield piece;
      }
      return { text, finishReason, inputTokens: usage?.prompt_tokens, outputTokens: usage?.completion_tokens };
    },
    async embed(texts) {
      const { data } = await client.embeddings.create({ model: usual, input: [...texts] });
      return data.map(({ embedding }) => embedding);
    },
    refusalOf: (error) =>
      error instanceof APIError ? { status: error.status as number | undefined, message: error.message } : undefined,
  };
}
