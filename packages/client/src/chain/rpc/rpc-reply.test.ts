import { describe, expect, it } from 'vitest';
import { readReply } from './rpc-reply.js';

const CALLS = [1, 2].map((id) => ({ jsonrpc: '2.0' as const, id, method: 'eth_call', params: [] }));
const answersOf = (...answers: object[]): string => JSON.stringify(answers);
const both = answersOf({ id: 2, result: '0x2' }, { id: 1, result: '0x1' });

function read(
  body: string,
  { status = 200, headers = {} }: { status?: number; headers?: Record<string, string> } = {},
) {
  return readReply(CALLS, { status, headers: new Headers(headers), body });
}

describe('readReply', () => {
  it('puts answers into the order of the calls', () => {
    const answers = [
      { id: 1, result: '0x1' },
      { id: 2, result: '0x2' },
    ];
    expect(read(both)).toEqual({ kind: 'answers', answers, isBehind: false });
    // Some endpoints say by the status that a call failed.
    expect(read(both, { status: 400 })).toMatchObject({ kind: 'answers' });
  });

  it('takes `error: null` for no error, and a refusal of a call for an answer', () => {
    const error = { code: 3, message: 'execution reverted', data: '0x12345678' };
    const body = answersOf({ id: 1, result: null, error: null }, { id: 2, error });
    expect(read(body)).toMatchObject({
      answers: [
        { id: 1, result: null },
        { id: 2, error },
      ],
    });
    expect(read(body)).not.toHaveProperty('answers.0.error');
  });

  it.each(['header not found', 'unknown block', 'missing trie node 0x12', 'Block not found'])(
    'knows "%s"',
    (message) => {
      const body = answersOf({ id: 1, result: '0x' }, { id: 2, error: { code: -32_000, message } });
      expect(read(body)).toMatchObject({ kind: 'answers', isBehind: true });
    },
  );

  it.each([
    ['HTTP 429', '', { status: 429 }, 'CHAIN_UNREACHABLE', false],
    ['HTTP 503 with a time', '', { status: 503, headers: { 'retry-after': '1' } }, 'CHAIN_UNREACHABLE', false],
    ['HTTP 401', 'no', { status: 401 }, 'CHAIN_UNREACHABLE', false],
    ['HTTP 500', both, { status: 500 }, 'CHAIN_UNREACHABLE', true],
    ['a page', '<html>', {}, 'CHAIN_RPC_FAILED', true],
    ['half an answer', both.slice(0, 30), {}, 'CHAIN_RPC_FAILED', true],
    ['nothing at all', '[]', {}, 'CHAIN_RPC_FAILED', true],
    ['one answer for two calls', answersOf({ id: 1, result: '0x1' }), {}, 'CHAIN_RPC_FAILED', true],
    ['a refused batch', '{"id":null,"error":{"code":-32600,"message":"no batches"}}', {}, 'CHAIN_RPC_FAILED', true],
    [
      'a limit in the answer',
      answersOf({ id: 1, error: { code: 429, message: 'slow down' } }, { id: 2, result: '0x' }),
      {},
      'CHAIN_UNREACHABLE',
      false,
    ],
    ['a limit in words', answersOf({ id: 1, error: { message: 'Too Many Requests' } }), {}, 'CHAIN_UNREACHABLE', false],
  ])('takes %s for a failure', (_, body, answer, code, mayHaveArrived) => {
    expect(read(body, answer)).toMatchObject({ kind: 'failed', code, mayHaveArrived });
  });

  it('does not take limits of a single query for too many requests', () => {
    const error = { code: -32_005, message: 'query returned more than 10000 results' };
    expect(read(answersOf({ id: 1, error }, { id: 2, error }))).toMatchObject({ kind: 'answers' });
  });

  it.each([
    ['2', '', 2_000],
    ['Wed, 21 Oct 2026 07:28:05 GMT', 'Wed, 21 Oct 2026 07:28:00 GMT', 5_000],
    ['999999999', '', 600_000],
    ['Wed, 21 Oct 2026 07:28:05 GMT', '', undefined],
    ['soon', '', undefined],
  ])('understands Retry-After: %s', (retryAfter, date, expected) => {
    const headers = { 'retry-after': retryAfter, ...(date === '' ? {} : { date }) };
    const reply = read('', { status: 429, headers });
    expect('retryAfterMs' in reply ? reply.retryAfterMs : undefined).toBe(expected);
  });

  it('shows no URL that an endpoint repeats', () => {
    const body = answersOf({ id: -1, error: { message: 'bad https://rpc.example/secret here' } });
    expect(read(body)).toMatchObject({ reason: 'bad [url] here' });
  });
});
