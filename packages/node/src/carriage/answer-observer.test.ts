import { describe, expect, it } from 'vitest';
import { createAnswerObserver, isNothing, passedIn } from './answer-observer.js';

const delta = (content: unknown, finish: string | null = null): string =>
  JSON.stringify({ choices: [{ index: 0, delta: { content }, finish_reason: finish }] });

function observerAt(times: readonly number[]) {
  const left = [...times];
  return createAnswerObserver({ clock: { monotonic: () => left.shift() ?? 0 }, startedAt: 100 });
}

describe('createAnswerObserver', () => {
  it('counts deltas with text and takes the time of the first', () => {
    const observer = observerAt([130, 200]);
    observer.see(JSON.stringify({ choices: [{ delta: { role: 'assistant', content: '' } }] }));
    observer.see(delta('a'));
    observer.see(delta('b'));
    expect(observer.usage()).toEqual({ inputTokens: 0, outputTokens: 2 });
    expect(observer.ttftMs()).toBe(30);
    expect(observer.isComplete).toBe(false);
  });

  it("prefers the backend's usage and knows an event that carries nothing else", () => {
    const observer = observerAt([]);
    observer.see(delta('a'));
    observer.see(JSON.stringify({ choices: [], usage: { prompt_tokens: 3, completion_tokens: 9 } }));
    expect(observer.lastWasUsageOnly).toBe(true);
    expect(observer.usage()).toEqual({ inputTokens: 3, outputTokens: 9 });
    observer.see('[DONE]');
    expect(observer.lastWasUsageOnly).toBe(false);
  });

  it.each([
    ['[DONE]', '[DONE]'],
    ['a finish reason', delta(null, 'stop')],
  ])('takes an answer as whole after %s', (_, data) => {
    const observer = observerAt([]);
    observer.see(data);
    expect(observer.isComplete).toBe(true);
  });

  it('sees errors inside a stream', () => {
    const observer = observerAt([]);
    observer.see('{"error":{"message":"x"}}');
    expect(observer.hasFailed).toBe(true);
  });

  it.each([undefined, 'no json', '[]', '{"choices":7}', '{"choices":[7,null]}', '{"usage":{"prompt_tokens":-1}}'])(
    'is not disturbed by %j',
    (data) => {
      const observer = observerAt([]);
      observer.see(data);
      expect(observer.usage().outputTokens).toBe(0);
      expect(observer.hasFailed).toBe(false);
    },
  );
});

describe('what passed', () => {
  it('is pieces and characters, of a stream', () => {
    const observer = observerAt([]);
    observer.see(delta('abc'));
    observer.see(delta('de', 'stop'));
    observer.see(JSON.stringify({ choices: [], usage: { prompt_tokens: 3, completion_tokens: 900 } }));
    expect(observer.passed()).toEqual({ deltas: 2, characters: 5 });
  });

  it.each([
    ['a text', { choices: [{ index: 0, message: { role: 'assistant', content: 'hello' }, finish_reason: 'stop' }] }, 5],
    ['a completion', { choices: [{ text: 'hi' }] }, 2],
    ['a call of a tool', { choices: [{ message: { tool_calls: [{ id: 'c', function: { arguments: '{}' } }] } }] }, 2],
    ['embeddings', { data: [{ object: 'embedding', index: 0, embedding: [0.1, 0.2, 0.3] }] }, 3],
    ['nothing', { choices: [{ message: { role: 'assistant', content: '' } }] }, 0],
    ['no answer', { error: 'x' }, 0],
  ])('is the content of %s in one piece', (_, body, characters) => {
    expect(passedIn(body)).toEqual({ deltas: characters > 0 ? 1 : 0, characters });
  });
});

describe('isNothing', () => {
  it.each([
    ['no content and no token', { inputTokens: 7, outputTokens: 0 }, 0, true],
    ['no content and nothing said', undefined, 0, true],
    ['a token that is no content, such as the end', { inputTokens: 7, outputTokens: 1 }, 0, false],
    ['content that was not counted', { inputTokens: 7, outputTokens: 0 }, 3, false],
  ])('%s', (_, saying, deltas, is) => {
    expect(isNothing(saying, { deltas, characters: deltas })).toBe(is);
  });
});
