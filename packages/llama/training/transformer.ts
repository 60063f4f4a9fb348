import type { Example } from './dialogues.js';
import {
  attention,
  attentionBackward,
  createMatrixParameter,
  createNormParameter,
  createRotary,
  gated,
  gatedBackward,
  linear,
  linearBackward,
  rmsNorm,
  rmsNormBackward,
} from './layers.js';
import type { Attention, Gated, Normed, Parameter, Projections, Rotary } from './layers.js';
import { addScaled, at, sum, zeros } from './matrix.js';
import type { Matrix, Vector } from './matrix.js';

export type TransformerShape = {
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  readonly feedForward: number;
  readonly tokens: number;
  readonly positions: number;
};

export type Transformer = {
  /** In the order of their random draws and of the file. */
  readonly parameters: readonly Parameter[];
  /** Adds the example's gradients, each prediction weighing `weight`; returns the sum of its losses. */
  learn(example: Example, weight: number): number;
};

type Layer = Readonly<
  Record<
    'attnNorm' | 'attnQ' | 'attnK' | 'attnV' | 'attnOutput' | 'ffnNorm' | 'ffnGate' | 'ffnUp' | 'ffnDown',
    Parameter
  >
>;

/** What one layer computed, for its backward pass. */
type LayerTrace = {
  readonly x: Matrix;
  readonly attnNormed: Normed;
  readonly projections: Projections;
  readonly attended: Attention;
  readonly middle: Matrix;
  readonly ffnNormed: Normed;
  readonly gate: Matrix;
  readonly up: Matrix;
  readonly activated: Gated;
};

/** A llama with trainable weights, small enough for plain loops. */
export function createTransformer(shape: TransformerShape, random: () => number): Transformer {
  const { width, tokens, heads, positions } = shape;
  const scale = Math.sqrt(3 / width);
  const embedding = createMatrixParameter(
    { name: 'token_embd.weight', inputs: width, outputs: tokens },
    random,
    0.1, // small, so that the first norm decides the size
  );
  const layers = Array.from({ length: shape.layers }, (_, index) => createLayer(index, shape, random));
  const outputNorm = createNormParameter('output_norm.weight', width);
  const output = createMatrixParameter({ name: 'output.weight', inputs: width, outputs: tokens }, random, scale);
  const rotary = createRotary({ headSize: width / heads, positions });

  function learn({ tokens: ids, answerFrom }: Example, weight: number): number {
    const inputs = ids.slice(0, -1);
    let x = zeros(inputs.length, width);
    for (const [t, id] of inputs.entries()) x.rows[t]?.set(embedding.weights.rows[id] as Vector); // ids < tokens
    const traces: LayerTrace[] = [];
    for (const layer of layers) {
      const trace = traceLayer(layer, x, { heads, rotary });
      traces.push(trace);
      x = sum(trace.middle, linear(trace.activated.y, layer.ffnDown));
    }
    const normed = rmsNorm(x, outputNorm);
    const { loss, slopes } = crossEntropy(linear(normed.y, output), { ids, answerFrom, weight });

    const dNormed = zeros(inputs.length, width);
    linearBackward(normed.y, output, slopes, dNormed);
    const dx = zeros(inputs.length, width);
    rmsNormBackward(x, outputNorm, normed.inverse, dNormed, dx);
    for (const [index, layer] of [...layers.entries()].reverse()) {
      layerBackward(layer, traces[index] as LayerTrace, dx, rotary); // one trace for each layer
    }
    for (const [t, id] of inputs.entries()) addScaled(embedding.gradients.rows[id] as Vector, dx.rows[t] as Vector, 1);
    return loss;
  }

  const parameters = [embedding, ...layers.flatMap((layer) => Object.values(layer)), outputNorm, output];
  return { parameters, learn };
}

function createLayer(index: number, { width, feedForward }: TransformerShape, random: () => number): Layer {
  const scale = Math.sqrt(3 / width);
  const name = (part: string) => `blk.${index}.${part}.weight`;
  const matrix = (part: string, inputs: number, outputs: number, size = scale) =>
    createMatrixParameter({ name: name(part), inputs, outputs }, random, size);
  // What is added to the stream starts at half size, which keeps the first steps calm.
  return {
    attnNorm: createNormParameter(name('attn_norm'), width),
    attnQ: matrix('attn_q', width, width),
    attnK: matrix('attn_k', width, width),
    attnV: matrix('attn_v', width, width),
    attnOutput: matrix('attn_output', width, width, scale * 0.5),
    ffnNorm: createNormParameter(name('ffn_norm'), width),
    ffnGate: matrix('ffn_gate', width, feedForward),
    ffnUp: matrix('ffn_up', width, feedForward),
    ffnDown: matrix('ffn_down', feedForward, width, Math.sqrt(3 / feedForward) * 0.5),
  };
}

function traceLayer(layer: Layer, x: Matrix, { heads, rotary }: { heads: number; rotary: Rotary }): LayerTrace {
  const attnNormed = rmsNorm(x, layer.attnNorm);
  const q = linear(attnNormed.y, layer.attnQ);
  const k = linear(attnNormed.y, layer.attnK);
  const v = linear(attnNormed.y, layer.attnV);
  rotary(q, 1);
  rotary(k, 1);
  const attended = attention({ q, k, v }, { heads });
  const middle = sum(x, linear(attended.y, layer.attnOutput));
  const ffnNormed = rmsNorm(middle, layer.ffnNorm);
  const gate = linear(ffnNormed.y, layer.ffnGate);
  const up = linear(ffnNormed.y, layer.ffnUp);
  return { x, attnNormed, projections: { q, k, v }, attended, middle, ffnNormed, gate, up, activated: gated(gate, up) };
}

/** Turns the gradient behind the layer (`dx`) into the one before it, in place. */
function layerBackward(layer: Layer, trace: LayerTrace, dx: Matrix, rotary: Rotary): void {
  const same = (matrix: Matrix) => zeros(matrix.rows.length, matrix.data.length / matrix.rows.length);

  const dActivated = same(trace.activated.y);
  linearBackward(trace.activated.y, layer.ffnDown, dx, dActivated);
  const { dGate, dUp } = gatedBackward(trace.gate, trace.up, trace.activated.sigmoid, dActivated);
  const dFfnNormed = same(dx);
  linearBackward(trace.ffnNormed.y, layer.ffnGate, dGate, dFfnNormed);
  linearBackward(trace.ffnNormed.y, layer.ffnUp, dUp, dFfnNormed);
  rmsNormBackward(trace.middle, layer.ffnNorm, trace.ffnNormed.inverse, dFfnNormed, dx);

  const dAttended = same(dx);
  linearBackward(trace.attended.y, layer.attnOutput, dx, dAttended);
  const slopes = attentionBackward(trace.projections, trace.attended.weights, dAttended);
  rotary(slopes.q, -1);
  rotary(slopes.k, -1);
  const dAttnNormed = same(dx);
  linearBackward(trace.attnNormed.y, layer.attnQ, slopes.q, dAttnNormed);
  linearBackward(trace.attnNormed.y, layer.attnK, slopes.k, dAttnNormed);
  linearBackward(trace.attnNormed.y, layer.attnV, slopes.v, dAttnNormed);
  rmsNormBackward(trace.x, layer.attnNorm, trace.attnNormed.inverse, dAttnNormed, dx);
}

type Target = { readonly ids: readonly number[]; readonly answerFrom: number; readonly weight: number };

/** How surprised the model is by the answer, and how to be less so. */
function crossEntropy(logits: Matrix, { ids, answerFrom, weight }: Target): { loss: number; slopes: Matrix } {
  const slopes = zeros(logits.rows.length, logits.data.length / logits.rows.length);
  let loss = 0;
  for (const [t, row] of logits.rows.entries()) {
    if (t < answerFrom) continue;
    const out = slopes.rows[t] as Vector; // as many rows as logits
    const highest = row.reduce((a, b) => Math.max(a, b), -1e30);
    let total = 0;
    for (let j = 0; j < row.length; j++) {
      const power = Math.exp(at(row, j) - highest);
      out[j] = power;
      total += power;
    }
    const expected = ids[t + 1] as number; // one token more than predictions
    loss -= Math.log(at(out, expected) / total);
    for (let j = 0; j < out.length; j++) out[j] = at(out, j) * (weight / total);
    out[expected] = at(out, expected) - weight;
  }
  return { loss, slopes };
}
