import type { FinishReason, Piece, TokenDetail } from './generate.js';

/** How one endpoint words an answer; all values are entries of `choices`. */
export type AnswerFormat = {
  readonly idPrefix: 'chatcmpl-' | 'cmpl-';
  readonly wholeObject: 'chat.completion' | 'text_completion';
  readonly chunkObject: 'chat.completion.chunk' | 'text_completion';
  whole(piece: Piece, finishReason: FinishReason): object;
  /** Sent before the first piece, if the endpoint has such a thing. */
  readonly opening: object | null;
  chunk(piece: Piece): object;
  closing(finishReason: FinishReason): object;
};

export function createChatFormat({ logprobs }: { readonly logprobs: boolean }): AnswerFormat {
  const logprobsOf = (tokens: readonly TokenDetail[]) =>
    logprobs ? { content: tokens.map(chatLogprob), refusal: null } : null;
  const delta = (value: object, tokens: readonly TokenDetail[], finishReason: FinishReason | null) => ({
    index: 0,
    delta: value,
    logprobs: tokens.length > 0 ? logprobsOf(tokens) : null,
    finish_reason: finishReason,
  });
  return {
    idPrefix: 'chatcmpl-',
    wholeObject: 'chat.completion',
    chunkObject: 'chat.completion.chunk',
    whole: ({ text, tokens }, finishReason) => ({
      index: 0,
      message: { role: 'assistant', content: text, refusal: null },
      logprobs: logprobsOf(tokens),
      finish_reason: finishReason,
    }),
    opening: delta({ role: 'assistant', content: '' }, [], null),
    chunk: ({ text, tokens }) => delta({ content: text }, tokens, null),
    closing: (finishReason) => delta({}, [], finishReason),
  };
}

function chatLogprob({ token, logprob, top }: TokenDetail): object {
  const entry = (value: { token: string; logprob: number }) => ({ ...value, bytes: bytesOf(value.token) });
  return { ...entry({ token, logprob }), top_logprobs: top.map(({ token, logprob }) => entry({ token, logprob })) };
}

/** Null for a token that is part of a character: llama.cpp's binding does not give its bytes. */
function bytesOf(token: string): number[] | null {
  return token.includes('\uFFFD') ? null : [...Buffer.from(token)];
}

/** Of one answer: the text offsets count on from chunk to chunk. */
export function createCompletionFormat({ logprobs }: { readonly logprobs: boolean }): AnswerFormat {
  let textOffset = 0;
  const logprobsOf = (tokens: readonly TokenDetail[]) => {
    if (!logprobs) return null;
    const offsets = tokens.map(({ token }) => {
      const offset = textOffset;
      textOffset += token.length;
      return offset;
    });
    return {
      tokens: tokens.map(({ token }) => token),
      token_logprobs: tokens.map(({ logprob }) => logprob),
      top_logprobs: tokens.map(({ top }) => Object.fromEntries(top.map(({ token, logprob }) => [token, logprob]))),
      text_offset: offsets,
    };
  };
  const choice = ({ text, tokens }: Piece, finishReason: FinishReason | null) => ({
    index: 0,
    text,
    logprobs: tokens.length > 0 ? logprobsOf(tokens) : null,
    finish_reason: finishReason,
  });
  return {
    idPrefix: 'cmpl-',
    wholeObject: 'text_completion',
    chunkObject: 'text_completion',
    whole: choice,
    opening: null,
    chunk: (piece) => choice(piece, null),
    closing: (finishReason) => choice({ text: '', tokens: [] }, finishReason),
  };
}
