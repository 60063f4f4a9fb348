// The enumerations of the diamond as words, in the order of their numbers on chain.

/** What a price is for. */
export const UNITS = ['second', 'token'] as const;
export type Unit = (typeof UNITS)[number];

/** Who pays a session: the pool by allowance, or the user through escrow. */
export const PAYMENTS = ['pool', 'direct'] as const;
export type Payment = (typeof PAYMENTS)[number];

/** What the user says of a session when closing it. */
export const VERDICTS = ['none', 'pass', 'fail'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** What a stake serves. */
export const PURPOSES = ['session', 'access'] as const;
export type Purpose = (typeof PURPOSES)[number];

/** Number on chain of a word. */
export function codeOf<Word extends string>(words: readonly Word[], word: Word): bigint {
  return BigInt(words.indexOf(word));
}

/** Word of a number on chain; a number this version does not know is a newer contract. */
export function wordOf<Word extends string>(words: readonly Word[], code: bigint): Word {
  const word = words[Number(code)];
  if (word === undefined) throw new RangeError(`${code} is none of ${words.join(', ')}; update @yellowstone/client.`);
  return word;
}
