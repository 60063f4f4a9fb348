import { createAdam } from './adam.js';
import { createTokenizer, learnMerges } from './bpe.js';
import type { Merge } from './bpe.js';
import { CORPUS } from './corpus.js';
import { createExamples } from './dialogues.js';
import { fileTypeOf, writeGguf } from './gguf-writer.js';
import type { GgufTensor, GgufValue } from './gguf-writer.js';
import type { Parameter } from './layers.js';
import { createRandom } from './random.js';
import { createTransformer } from './transformer.js';
import { CHATML_TEMPLATE, CONTROL_TOKENS, TOKEN_TYPE } from './vocabulary.js';

/** SHA-256 of the committed `models/tiny-talk.gguf`. */
export const TINY_TALK_SHA256 = '9b6ecc40607dcd221b20dafd47caae40cb18416f53ca4d6d1319541fa3fa6068';

export const TINY_TALK_STEPS = 700;

const SEED = 7;
/** At most: the corpus has fewer pairs that repeat. */
const MERGES = 300;
const BATCH_SIZE = 8;
const SHAPE = { width: 64, layers: 2, heads: 4, feedForward: 128, positions: 512 };

type TrainOptions = {
  readonly steps?: number;
  /** Mean loss of a predicted token [nat]. */
  readonly onStep?: (progress: { readonly step: number; readonly loss: number }) => void;
};

/** Trains tiny-talk from nothing and returns its GGUF file: same steps, same bytes. */
export function trainTinyTalk({ steps = TINY_TALK_STEPS, onStep = () => {} }: TrainOptions = {}): Buffer {
  const merges = learnMerges(CORPUS.flat().join('\n'), MERGES);
  const tokenizer = createTokenizer(merges);
  const tokens = [...tokenizer.tokens, ...CONTROL_TOKENS];
  const random = createRandom(SEED);
  const transformer = createTransformer({ ...SHAPE, tokens: tokens.length }, random);
  const nextExample = createExamples(tokenizer, random);
  const improve = createAdam(transformer.parameters, { steps });

  for (let step = 1; step <= steps; step++) {
    const batch = Array.from({ length: BATCH_SIZE }, nextExample);
    const predictions = batch.reduce((total, { tokens: ids, answerFrom }) => total + ids.length - 1 - answerFrom, 0);
    let loss = 0;
    for (const example of batch) loss += transformer.learn(example, 1 / predictions);
    improve(step);
    onStep({ step, loss: loss / predictions });
  }
  return writeGguf({ metadata: describe(tokens, merges), tensors: transformer.parameters.map(tensorOf) });
}

function tensorOf({ name, inputs, outputs, weights }: Parameter): GgufTensor {
  return outputs === 1
    ? { name, dimensions: [inputs], type: 'f32', data: weights.data }
    : { name, dimensions: [inputs, outputs], type: 'f16', data: weights.data };
}

function describe(tokens: readonly string[], merges: readonly Merge[]): Record<string, GgufValue> {
  const ordinary = tokens.length - CONTROL_TOKENS.length;
  return {
    'general.architecture': { type: 'string', value: 'llama' },
    'general.name': { type: 'string', value: 'tiny-talk' },
    'general.file_type': { type: 'u32', value: fileTypeOf('f16') },
    'llama.context_length': { type: 'u32', value: SHAPE.positions },
    'llama.embedding_length': { type: 'u32', value: SHAPE.width },
    'llama.block_count': { type: 'u32', value: SHAPE.layers },
    'llama.feed_forward_length': { type: 'u32', value: SHAPE.feedForward },
    'llama.attention.head_count': { type: 'u32', value: SHAPE.heads },
    'llama.attention.layer_norm_rms_epsilon': { type: 'f32', value: 1e-5 },
    'tokenizer.ggml.model': { type: 'string', value: 'gpt2' },
    'tokenizer.ggml.pre': { type: 'string', value: 'gpt-2' },
    'tokenizer.ggml.tokens': { type: 'strings', value: tokens },
    'tokenizer.ggml.token_type': {
      type: 'i32s',
      value: tokens.map((_, id) => (id < ordinary ? TOKEN_TYPE.normal : TOKEN_TYPE.control)),
    },
    'tokenizer.ggml.merges': { type: 'strings', value: merges },
    'tokenizer.ggml.bos_token_id': { type: 'u32', value: ordinary },
    'tokenizer.ggml.eos_token_id': { type: 'u32', value: ordinary + CONTROL_TOKENS.indexOf('<|im_end|>') },
    'tokenizer.ggml.add_bos_token': { type: 'bool', value: false },
    'tokenizer.chat_template': { type: 'string', value: CHATML_TEMPLATE },
  };
}
