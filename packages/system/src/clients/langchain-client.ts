import type { AIMessageChunk } from '@langchain/core/messages';
import { ChatOpenAI, OpenAIEmbeddings } from '@langchain/openai';
import type { Answer, Ask, ChatClient, Endpoint } from './chat-client.js';

/** LangChain's provider for OpenAI. */
export function createLangChainClient({ baseUrl, apiKey, model: usual }: Endpoint): ChatClient {
  const shared = { apiKey, maxRetries: 0, configuration: { baseURL: baseUrl } };
  const chatOf = ({ model = usual, maxTokens }: Ask): ChatOpenAI =>
    new ChatOpenAI({
      ...shared,
      model,
      temperature: 0,
      streamUsage: true,
      ...(maxTokens === undefined ? {} : { maxTokens }),
    });
  const optionsOf = ({ stop, signal }: Ask) => ({
    ...(stop === undefined ? {} : { stop: [stop] }),
    ...(signal === undefined ? {} : { signal }),
  });
  return {
    ask: async (ask) => answerOf(await chatOf(ask).invoke(ask.question, optionsOf(ask))),
    async *stream(ask) {
      let whole: AIMessageChunk | undefined;
      for await (const chunk of await chatOf(ask).stream(ask.question, optionsOf(ask))) {
        whole = whole === undefined ? chunk : whole.concat(chunk);
        if (chunk.text !== '') yield chunk.text;
      }
      if (whole === undefined) throw new Error('the stream was empty');
      return answerOf(whole);
    },
    embed: (texts) => new OpenAIEmbeddings({ ...shared, model: usual }).embedDocuments([...texts]),
    refusalOf(error) {
      if (!(error instanceof Error)) return undefined;
      const status = 'status' in error && typeof error.status === 'number' ? error.status : undefined;
      return { status, message: error.message };
    },
  };
}

/** What is read of LangChain's messages, whose types depend on the parts that a program declares. */
interface Message {
  readonly text: string;
  readonly response_metadata: Readonly<Record<string, unknown>>;
  readonly usage_metadata?: { readonly input_tokens: number; readonly output_tokens: number } | undefined;
}

function answerOf({ text, response_metadata, usage_metadata }: Message): Answer {
  const finishReason = response_metadata['finish_reason'];
  return {
    text,
    finishReason: typeof finishReason === 'string' ? finishReason : undefined,
    inputTokens: usage_metadata?.input_tokens,
    outputTokens: usage_metadata?.output_tokens,
  };
}
