import { fileTypeOf, writeGguf } from './gguf-writer.js';
import type { GgufTensor, GgufValue } from './gguf-writer.js';
import { createRandom, randomMatrix } from './random.js';
import { byteAlphabet, CHATML_TEMPLATE, CONTROL_TOKENS, TOKEN_TYPE } from './vocabulary.js';

export type RandomModelOptions = {
  readonly seed?: number;
  readonly name?: string;
  readonly contextLength?: number;
  readonly chatTemplate?: string;
  /** Metadata to leave out, to see what llama.cpp says. */
  readonly without?: readonly string[];
};

const WIDTH = 64;
const LAYERS = 2;
const HEADS = 4;
const FEED_FORWARD = 128;

/**
 * A valid llama model of noise, one token a byte: it babbles at temperature 0 until it is stopped,
 * because the control tokens (which would end an answer) have logit 0. Good for measuring, not for talking.
 */
export function buildRandomModel({
  seed = 1,
  name = 'random',
  contextLength = 2048,
  chatTemplate = CHATML_TEMPLATE,
  without = [],
}: RandomModelOptions = {}): Buffer {
  const metadata = Object.entries(describeModel({ name, contextLength, chatTemplate }));
  return writeGguf({
    metadata: Object.fromEntries(metadata.filter(([key]) => !without.includes(key))),
    tensors: randomTensors(createRandom(seed)),
  });
}

type Description = { readonly name: string; readonly contextLength: number; readonly chatTemplate: string };

function describeModel({ name, contextLength, chatTemplate }: Description): Record<string, GgufValue> {
  const tokens = [...byteAlphabet, ...CONTROL_TOKENS];
  const types = tokens.map((_, index) => (index < byteAlphabet.length ? TOKEN_TYPE.normal : TOKEN_TYPE.control));
  return {
    'general.architecture': { type: 'string', value: 'llama' },
    'general.name': { type: 'string', value: name },
    'general.file_type': { type: 'u32', value: fileTypeOf('f16') },
    'llama.context_length': { type: 'u32', value: contextLength },
    'llama.embedding_length': { type: 'u32', value: WIDTH },
    'llama.block_count': { type: 'u32', value: LAYERS },
    'llama.feed_forward_length': { type: 'u32', value: FEED_FORWARD },
    'llama.attention.head_count': { type: 'u32', value: HEADS },
    'llama.attention.layer_norm_rms_epsilon': { type: 'f32', value: 1e-5 },
    'tokenizer.ggml.model': { type: 'string', value: 'gpt2' },
    'tokenizer.ggml.pre': { type: 'string', value: 'gpt-2' },
    'tokenizer.ggml.tokens': { type: 'strings', value: tokens },
    'tokenizer.ggml.token_type': { type: 'i32s', value: types },
    'tokenizer.ggml.merges': { type: 'strings', value: [] },
    'tokenizer.ggml.bos_token_id': { type: 'u32', value: byteAlphabet.length },
    'tokenizer.ggml.eos_token_id': { type: 'u32', value: byteAlphabet.length + 2 },
    'tokenizer.ggml.add_bos_token': { type: 'bool', value: false },
    'tokenizer.chat_template': { type: 'string', value: chatTemplate },
  };
}

function randomTensors(random: () => number): GgufTensor[] {
  const tokenCount = byteAlphabet.length + CONTROL_TOKENS.length;
  const scale = 1.7 / Math.sqrt(WIDTH);
  const matrix = (name: string, inputs: number, outputs: number, size = scale): GgufTensor => ({
    name: `${name}.weight`,
    dimensions: [inputs, outputs],
    type: 'f16',
    data: randomMatrix(random, inputs * outputs, size),
  });
  const norm = (name: string): GgufTensor => ({
    name: `${name}.weight`,
    dimensions: [WIDTH],
    type: 'f32',
    data: new Float32Array(WIDTH).fill(1),
  });
  const layer = (index: number) => {
    const prefix = `blk.${index}.`;
    return [
      norm(`${prefix}attn_norm`),
      matrix(`${prefix}attn_q`, WIDTH, WIDTH, scale * 2),
      matrix(`${prefix}attn_k`, WIDTH, WIDTH, scale * 2),
      matrix(`${prefix}attn_v`, WIDTH, WIDTH),
      matrix(`${prefix}attn_output`, WIDTH, WIDTH),
      norm(`${prefix}ffn_norm`),
      matrix(`${prefix}ffn_gate`, WIDTH, FEED_FORWARD),
      matrix(`${prefix}ffn_up`, WIDTH, FEED_FORWARD),
      matrix(`${prefix}ffn_down`, FEED_FORWARD, WIDTH, 1.7 / Math.sqrt(FEED_FORWARD)),
    ];
  };
  const output = matrix('output', WIDTH, tokenCount, 3 / Math.sqrt(WIDTH));
  output.data.fill(0, byteAlphabet.length * WIDTH);
  return [
    matrix('token_embd', WIDTH, tokenCount, 1),
    ...Array.from({ length: LAYERS }, (_, index) => layer(index)).flat(),
    norm('output_norm'),
    output,
  ];
}
