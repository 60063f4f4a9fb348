import { NotFoundError } from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CORPUS } from '../training/corpus.js';
import { collect } from './testing/collect.js';
import { FIXED_NOW_MS, serve } from './testing/serve.js';
import type { Served } from './testing/serve.js';
import { tinyTalkPath } from './tiny-talk.js';

const QUESTION = [{ role: 'user' as const, content: 'What is MOR?' }];
const ANSWER = 'MOR is the token that is staked to open a session with a provider.';

let server: Served;
const model = 'tiny-talk';

beforeAll(async () => {
  server = await serve({ modelPath: tinyTalkPath, defaults: { temperature: 0 } });
});
afterAll(() => server.stop());

describe('chat completions', () => {
  it('answers with text, finish reason and usage', async () => {
    const completion = await server.client.chat.completions.create({ model, messages: QUESTION });
    expect(completion).toMatchObject({
      id: expect.stringMatching(/^chatcmpl-/),
      object: 'chat.completion',
      created: FIXED_NOW_MS / 1000,
      model,
      system_fingerprint: expect.stringMatching(/^llamacpp-.+/),
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: ANSWER, refusal: null },
          logprobs: null,
          finish_reason: 'stop',
        },
      ],
    });
    const { prompt_tokens, completion_tokens, total_tokens } = completion.usage!; // always sent
    expect(prompt_tokens).toBeGreaterThan(5);
    expect(completion_tokens).toBeGreaterThan(5);
    expect(total_tokens).toBe(prompt_tokens + completion_tokens);
  });

  it('takes system messages, text parts and a conversation', async () => {
    const completion = await server.client.chat.completions.create({
      model,
      messages: [
        { role: 'developer', content: 'You are a helpful assistant.' },
        { role: 'user', content: 'Hello' },
        { role: 'assistant', content: 'Hello! I am a tiny model. Ask me about the compute market.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is' },
            { type: 'text', text: ' MOR?' },
          ],
        },
      ],
    });
    expect(completion.choices[0]?.message.content).toBe(ANSWER);
  });

  it('answers all it has learned, several questions at a time', async () => {
    // As many at once as may wait, each on a slot of its own.
    for (const batch of [CORPUS.slice(0, 12), CORPUS.slice(12)]) {
      const answers = await Promise.all(
        batch.map(async ([question]) => {
          const messages = [{ role: 'user' as const, content: question }];
          const completion = await server.client.chat.completions.create({ model, messages });
          return completion.choices[0]?.message.content;
        }),
      );
      expect(answers).toEqual(batch.map(([, answer]) => answer));
    }
  });

  it('streams the same text: role first, finish reason last, no usage unless asked for', async () => {
    const stream = await server.client.chat.completions.create({ model, messages: QUESTION, stream: true });
    const chunks = await collect(stream);
    expect(chunks[0]?.choices[0]).toEqual({
      index: 0,
      delta: { role: 'assistant', content: '' },
      logprobs: null,
      finish_reason: null,
    });
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toBe(ANSWER);
    expect(chunks.at(-1)?.choices[0]).toMatchObject({ delta: {}, finish_reason: 'stop' });
    expect(chunks.every((chunk) => !('usage' in chunk))).toBe(true);
    expect(new Set(chunks.map((chunk) => chunk.id)).size).toBe(1);
    expect(chunks.length).toBeGreaterThan(5);
  });

  it('ends a stream with the usage when asked: null in all chunks but one without choices', async () => {
    const whole = await server.client.chat.completions.create({ model, messages: QUESTION });
    const stream = await server.client.chat.completions.create({
      model,
      messages: QUESTION,
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks = await collect(stream);
    expect(chunks.slice(0, -1).every((chunk) => chunk.usage === null)).toBe(true);
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: whole.usage });
  });

  it('sends plain data lines with [DONE] at the end', async () => {
    const response = await post('/v1/chat/completions', { model, messages: QUESTION, stream: true });
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const events = (await response.text()).split('\n\n');
    expect(events.slice(-2)).toEqual(['data: [DONE]', '']);
    expect(events.slice(0, -2).every((event) => /^data: \{[^\n]*\}$/.test(event))).toBe(true);
  });

  it.each(['max_tokens', 'max_completion_tokens'])('cuts at %s and says so', async (name) => {
    const completion = await server.client.chat.completions.create({ model, messages: QUESTION, [name]: 3 });
    expect(completion.choices[0]?.finish_reason).toBe('length');
    expect(completion.usage?.completion_tokens).toBe(3);
    expect(ANSWER.startsWith(completion.choices[0]?.message.content ?? '-')).toBe(true);
  });

  it('stops before a stop string, also one that spans tokens, in both forms', async () => {
    const stop = ['nowhere', 'staked to open'];
    const whole = await server.client.chat.completions.create({ model, messages: QUESTION, stop });
    expect(whole.choices[0]).toMatchObject({
      message: { content: 'MOR is the token that is ' },
      finish_reason: 'stop',
    });
    const stream = await server.client.chat.completions.create({ model, messages: QUESTION, stop, stream: true });
    const chunks = await collect(stream);
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toBe('MOR is the token that is ');
  });

  it('repeats itself with the same seed and differs with another', async () => {
    const sample = async (seed: number) => {
      const messages = [{ role: 'user' as const, content: 'Something it never learned' }];
      const request = { model, messages, seed, temperature: 1.5, max_tokens: 40 };
      return (await server.client.chat.completions.create(request)).choices[0]?.message.content;
    };
    expect(await sample(11)).toBe(await sample(11));
    expect(await sample(11)).not.toBe(await sample(12));
    expect(await sample(-1)).toBe(await sample(-1));
  });

  it('gives logprobs with alternatives that cover the text', async () => {
    const completion = await server.client.chat.completions.create({
      model,
      messages: QUESTION,
      logprobs: true,
      top_logprobs: 3,
    });
    const content = completion.choices[0]?.logprobs?.content ?? [];
    expect(content.map(({ token }) => token).join('')).toBe(ANSWER);
    for (const { token, logprob, bytes, top_logprobs } of content) {
      expect(logprob).toBeLessThanOrEqual(0);
      expect(bytes).toEqual([...Buffer.from(token)]);
      expect(top_logprobs).toHaveLength(3);
      // At temperature 0 the most probable token is taken.
      expect(top_logprobs[0]).toEqual({ token, logprob, bytes });
      expect(top_logprobs[1]?.logprob).toBeLessThanOrEqual(logprob);
    }
  });

  it('streams logprobs of exactly the tokens before a stop string', async () => {
    const stream = await server.client.chat.completions.create({
      model,
      messages: QUESTION,
      logprobs: true,
      stop: ' staked',
      stream: true,
    });
    const chunks = await collect(stream);
    const tokens = chunks.flatMap((chunk) => chunk.choices[0]?.logprobs?.content ?? []).map(({ token }) => token);
    expect(tokens.join('')).toBe('MOR is the token that is');
  });
});

describe('completions', () => {
  const prompt = '<|im_start|>user\nWhat is MOR?<|im_end|>\n<|im_start|>assistant\n';

  it('continues a prompt, 16 tokens unless told otherwise', async () => {
    const short = await server.client.completions.create({ model, prompt: 'What', temperature: 2, seed: 3 });
    expect(short).toMatchObject({ object: 'text_completion', usage: { completion_tokens: 16 } });
    expect(short.choices[0]?.finish_reason).toBe('length');
    const long = await server.client.completions.create({ model, prompt: [prompt], max_tokens: 100 });
    expect(long.choices[0]).toEqual({ index: 0, text: ANSWER, logprobs: null, finish_reason: 'stop' });
  });

  it('streams', async () => {
    const stream = await server.client.completions.create({ model, prompt, max_tokens: 100, stream: true });
    const chunks = await collect(stream);
    expect(chunks.map((chunk) => chunk.choices[0]?.text).join('')).toBe(ANSWER);
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('stop');
  });

  it('gives logprobs in the older form', async () => {
    const completion = await server.client.completions.create({ model, prompt, max_tokens: 100, logprobs: 2 });
    const { tokens, token_logprobs, top_logprobs, text_offset } = completion.choices[0]!.logprobs!; // asked for
    expect(tokens?.join('')).toBe(ANSWER);
    expect(token_logprobs).toHaveLength(tokens!.length); // just used
    expect(top_logprobs?.every((top) => Object.keys(top).length === 2)).toBe(true);
    expect(text_offset?.map((offset, index) => ANSWER.startsWith(tokens![index]!, offset))).not.toContain(false);
  });
});

describe('embeddings', () => {
  it('are vectors of length 1, the same as floats and as base64', async () => {
    const input = ['What is MOR?', 'Tell me a joke'];
    const floats = await server.client.embeddings.create({ model, input, encoding_format: 'float' });
    // Without a format the client asks for base64 and decodes it.
    const decoded = await server.client.embeddings.create({ model, input });
    expect(decoded.data.map(({ embedding }) => [...embedding])).toEqual(floats.data.map(({ embedding }) => embedding));
    for (const { embedding } of floats.data) {
      expect(embedding).toHaveLength(64);
      expect(Math.hypot(...embedding)).toBeCloseTo(1, 5);
    }
    expect(floats.data[0]?.embedding).not.toEqual(floats.data[1]?.embedding);
    expect(floats.usage.prompt_tokens).toBeGreaterThan(2);
    expect(floats.usage.total_tokens).toBe(floats.usage.prompt_tokens);
  });

  it('refuses a text beyond the context', async () => {
    const input = 'word '.repeat(2_000);
    await expect(server.client.embeddings.create({ model, input })).rejects.toMatchObject({
      status: 400,
      code: 'context_length_exceeded',
      param: 'input',
    });
  });
});

describe('models', () => {
  it('lists the one model', async () => {
    const { data } = await server.client.models.list();
    expect(data).toEqual([{ id: model, object: 'model', created: FIXED_NOW_MS / 1000, owned_by: 'llama.cpp' }]);
  });

  it('refuses another model as the official client expects it', async () => {
    const request = server.client.chat.completions.create({ model: 'gpt-4o', messages: QUESTION });
    await expect(request).rejects.toBeInstanceOf(NotFoundError);
    await expect(request).rejects.toMatchObject({ code: 'model_not_found', param: 'model' });
  });
});

describe('the context', () => {
  it('refuses a prompt that fills it, streamed or not, before anything is sent', async () => {
    const messages = [{ role: 'user' as const, content: 'word '.repeat(600) }];
    for (const stream of [false, true]) {
      await expect(server.client.chat.completions.create({ model, messages, stream })).rejects.toMatchObject({
        status: 400,
        code: 'context_length_exceeded',
        param: 'messages',
        message: expect.stringMatching(/has \d+ tokens and the context holds 512/),
      });
    }
  });

  it('ends an answer that reaches its end with length', async () => {
    const prompt = 'word '.repeat(100);
    const completion = await server.client.completions.create({ model, prompt, max_tokens: 10_000, temperature: 2 });
    const { finish_reason } = completion.choices[0]!; // one choice always
    const total = completion.usage?.total_tokens ?? 0;
    expect(finish_reason === 'length' ? total === 512 : total < 512).toBe(true);
  });
});

function post(path: string, body: unknown): Promise<Response> {
  return fetch(server.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}
