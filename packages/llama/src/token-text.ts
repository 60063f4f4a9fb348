import type { LlamaModel, Token } from 'node-llama-cpp';

const REPLACEMENT_CHARACTER = '\uFFFD';
/** A UTF-8 character has at most four bytes, so a longer unfinished run is not text. */
const MAX_UNFINISHED_TOKENS = 16;
const CONTEXT_TOKENS = 4;

export type TokenText = {
  /** Text that is complete with this token; empty while a character is cut in the middle. */
  push(token: Token): string;
  /** What is left when no more tokens come; a cut character shows as U+FFFD. */
  flush(): string;
};

/** Turns tokens into text without ever cutting a character in two. */
export function createTokenText(model: Pick<LlamaModel, 'detokenize'>, prompt: readonly Token[]): TokenText {
  let before = prompt.slice(-CONTEXT_TOKENS);
  let unfinished: Token[] = [];
  let given = 0;

  function take(text: string): string {
    before = [...before, ...unfinished].slice(-CONTEXT_TOKENS);
    const rest = text.slice(given);
    unfinished = [];
    given = 0;
    return rest;
  }

  return {
    push(token) {
      unfinished.push(token);
      const text = model.detokenize(unfinished, false, before);
      // The decoder shows an unfinished character at the end as exactly one U+FFFD; what is before it cannot change.
      if (!text.endsWith(REPLACEMENT_CHARACTER) || unfinished.length >= MAX_UNFINISHED_TOKENS) return take(text);
      const stable = text.slice(given, -1);
      given += stable.length;
      return stable;
    },
    flush: () => (unfinished.length === 0 ? '' : take(model.detokenize(unfinished, false, before))),
  };
}
