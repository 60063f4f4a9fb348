/** Training examples: short ChatML conversations around one question, in the forms people type it. */
import type { Tokenizer } from './bpe.js';
import { CORPUS, SYSTEM_PROMPTS } from './corpus.js';
import { CONTROL_TOKENS } from './vocabulary.js';

export type Example = {
  readonly tokens: readonly number[];
  /** Predictions from this position on are the answer; only they are learned. */
  readonly answerFrom: number;
};

const SYSTEM_PROMPT_SHARE = 0.4;
const EARLIER_TURN_SHARE = 0.25;

/** Each call gives another random example; the order of the random draws is part of the model's hash. */
export function createExamples(tokenizer: Tokenizer, random: () => number): () => Example {
  const controlId = (token: (typeof CONTROL_TOKENS)[number]) => tokenizer.tokens.length + CONTROL_TOKENS.indexOf(token);
  const begin = controlId('<|im_start|>');
  const end = controlId('<|im_end|>');
  const pairs = CORPUS.flatMap(([question, answer]) =>
    spellings(question).map((spelling) => [spelling, answer] as const),
  );

  // Both lists are not empty and random() < 1.
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const turn = (role: string, text: string) => [
    begin,
    ...tokenizer.encode(`${role}\n`),
    ...tokenizer.encode(text),
    end,
    ...tokenizer.encode('\n'),
  ];

  return () => {
    const [question, answer] = pick(pairs);
    const tokens: number[] = [];
    if (random() < SYSTEM_PROMPT_SHARE) tokens.push(...turn('system', pick(SYSTEM_PROMPTS)));
    if (random() < EARLIER_TURN_SHARE) {
      const [earlier, earlierAnswer] = pick(pairs);
      tokens.push(...turn('user', earlier), ...turn('assistant', earlierAnswer));
    }
    tokens.push(...turn('user', question), begin, ...tokenizer.encode('assistant\n'));
    const answerFrom = tokens.length - 1;
    return { tokens: [...tokens, ...tokenizer.encode(answer), end], answerFrom };
  };
}

/** As written, without the question mark, in lower case. */
function spellings(question: string): string[] {
  return [...new Set([question, question.replace(/[?]$/, ''), question.toLowerCase()])];
}
