/** Byte-pair encoding as GPT-2 does it and llama.cpp repeats it (`tokenizer.ggml.pre` = gpt-2). */
import { byteAlphabet } from './vocabulary.js';

/** Merges never cross these pieces: words with their leading space, numbers, punctuation, white space. */
const PIECES = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu;

const piecesOf = (text: string): readonly string[] => text.match(PIECES) ?? [];

const symbolsOf = (piece: string): string[] =>
  // A byte always has its letter in an alphabet of 256.
  Array.from(Buffer.from(piece, 'utf8'), (byte) => byteAlphabet[byte] as string);

/** Two symbols that become one, written as GGUF wants them: with a space between. */
export type Merge = string;

/** The most frequent pair becomes a token, again and again; of equally frequent pairs the alphabetically first. */
export function learnMerges(text: string, count: number): Merge[] {
  const frequency = new Map<string, number>();
  for (const piece of piecesOf(text)) frequency.set(piece, (frequency.get(piece) ?? 0) + 1);
  const words = Array.from(frequency, ([piece, times]) => ({ symbols: symbolsOf(piece), times }));
  const merges: Merge[] = [];
  while (merges.length < count) {
    const merge = mostFrequentPair(words);
    if (merge === undefined) break;
    merges.push(merge);
    for (const word of words) word.symbols = applyMerge(word.symbols, merge);
  }
  return merges;
}

type Word = { symbols: string[]; readonly times: number };

function mostFrequentPair(words: readonly Word[]): Merge | undefined {
  const counts = new Map<Merge, number>();
  for (const { symbols, times } of words) {
    for (const pair of pairsOf(symbols)) counts.set(pair, (counts.get(pair) ?? 0) + times);
  }
  let best: Merge | undefined;
  let bestCount = 1; // a pair seen once is not worth a token
  for (const [pair, count] of counts) {
    if (count > bestCount || (count === bestCount && best !== undefined && pair < best)) {
      best = pair;
      bestCount = count;
    }
  }
  return best;
}

const pairsOf = (symbols: readonly string[]): Merge[] =>
  symbols.slice(1).map((symbol, index) => `${symbols[index]} ${symbol}`);

function applyMerge(symbols: readonly string[], merge: Merge): string[] {
  const merged: string[] = [];
  for (let i = 0; i < symbols.length; i++) {
    if (`${symbols[i]} ${symbols[i + 1]}` === merge) {
      merged.push(tokenOf(merge));
      i++;
    } else merged.push(symbols[i] as string); // i < length
  }
  return merged;
}

const tokenOf = (merge: Merge): string => merge.replace(' ', '');

export type Tokenizer = {
  /** Texts of the ordinary tokens, in the order of their ids. */
  readonly tokens: readonly string[];
  encode(text: string): number[];
};

export function createTokenizer(merges: readonly Merge[]): Tokenizer {
  const tokens = [...byteAlphabet, ...merges.map(tokenOf)];
  const ids = new Map(tokens.map((token, id) => [token, id]));
  const ranks = new Map(merges.map((merge, rank) => [merge, rank]));

  function encodePiece(piece: string): number[] {
    const symbols = symbolsOf(piece);
    for (;;) {
      const at = earliestMerge(symbols, ranks);
      if (at === -1) break;
      symbols.splice(at, 2, `${symbols[at]}${symbols[at + 1]}`);
    }
    // Every symbol is a byte or the result of a merge, so it has an id.
    return symbols.map((symbol) => ids.get(symbol) as number);
  }

  return { tokens, encode: (text) => piecesOf(text).flatMap(encodePiece) };
}

/** Where the pair stands that was learned first, or -1. */
function earliestMerge(symbols: readonly string[], ranks: ReadonlyMap<Merge, number>): number {
  let best = -1;
  let bestRank = Infinity;
  for (const [index, pair] of pairsOf(symbols).entries()) {
    const rank = ranks.get(pair) ?? Infinity;
    if (rank < bestRank) {
      best = index;
      bestRank = rank;
    }
  }
  return best;
}
