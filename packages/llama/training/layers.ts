/** The parts of a llama transformer, each as forward and backward pass. Backward passes add to gradients. */
import { addScaled, at, dot, dotByFour, matrixOver, sliced, zeros } from './matrix.js';
import type { Matrix, Vector } from './matrix.js';
import { randomMatrix } from './random.js';

/** A learned matrix, one row for each output (or a norm's single row of factors). */
export type Parameter = {
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly weights: Matrix;
  readonly gradients: Matrix;
};

type ParameterShape = Pick<Parameter, 'name' | 'inputs' | 'outputs'>;

export function createMatrixParameter(shape: ParameterShape, random: () => number, scale: number): Parameter {
  return parameterOver(shape, randomMatrix(random, shape.inputs * shape.outputs, scale));
}

export function createNormParameter(name: string, inputs: number): Parameter {
  return parameterOver({ name, inputs, outputs: 1 }, new Float32Array(inputs).fill(1));
}

function parameterOver(shape: ParameterShape, data: Vector): Parameter {
  return { ...shape, weights: matrixOver(data, shape.inputs), gradients: zeros(shape.outputs, shape.inputs) };
}

export function linear(x: Matrix, { outputs, weights }: Parameter): Matrix {
  const y = zeros(x.rows.length, outputs);
  for (const [t, row] of x.rows.entries()) {
    const out = rowOf(y, t);
    for (let j = 0; j < outputs; j++) out[j] = dotByFour(row, rowOf(weights, j));
  }
  return y;
}

export function linearBackward(x: Matrix, { weights, gradients }: Parameter, dy: Matrix, dx: Matrix): void {
  for (const [t, row] of x.rows.entries()) {
    const slopes = rowOf(dy, t);
    const target = rowOf(dx, t);
    for (let j = 0; j < slopes.length; j++) {
      const slope = at(slopes, j);
      if (slope === 0) continue;
      addScaled(target, rowOf(weights, j), slope);
      addScaled(rowOf(gradients, j), row, slope);
    }
  }
}

const NORM_EPSILON = 1e-5;

/** `inverse` holds 1 / root mean square of each row, which the backward pass needs. */
export type Normed = { readonly y: Matrix; readonly inverse: Vector };

export function rmsNorm(x: Matrix, { inputs, weights }: Parameter): Normed {
  const y = zeros(x.rows.length, inputs);
  const inverse = new Float32Array(x.rows.length);
  const factors = rowOf(weights, 0);
  for (const [t, row] of x.rows.entries()) {
    let squares = 0;
    for (const value of row) squares += value ** 2;
    const scale = 1 / Math.sqrt(squares / inputs + NORM_EPSILON);
    inverse[t] = scale;
    const out = rowOf(y, t);
    for (let i = 0; i < inputs; i++) out[i] = at(row, i) * scale * at(factors, i);
  }
  return { y, inverse };
}

export function rmsNormBackward(
  x: Matrix,
  { inputs, weights, gradients }: Parameter,
  inverse: Vector,
  dy: Matrix,
  dx: Matrix,
): void {
  const factors = rowOf(weights, 0);
  const factorGradients = rowOf(gradients, 0);
  for (const [t, row] of x.rows.entries()) {
    const scale = at(inverse, t);
    const slopes = rowOf(dy, t);
    const target = rowOf(dx, t);
    let product = 0;
    for (let i = 0; i < inputs; i++) {
      product += at(slopes, i) * at(factors, i) * at(row, i);
      factorGradients[i] = at(factorGradients, i) + at(slopes, i) * at(row, i) * scale;
    }
    const pull = (product * scale * scale * scale) / inputs;
    for (let i = 0; i < inputs; i++)
      target[i] = at(target, i) + (at(slopes, i) * at(factors, i) * scale - at(row, i) * pull);
  }
}

const ROTARY_BASE = 10000;

/** Turns neighbouring pairs of each head by an angle that grows with the position; sign -1 turns them back. */
export type Rotary = (x: Matrix, sign: 1 | -1) => void;

export function createRotary({ headSize, positions }: { headSize: number; positions: number }): Rotary {
  const pairs = headSize / 2;
  const angles = Array.from({ length: positions * pairs }, (_, index) => {
    const position = Math.floor(index / pairs);
    return position * Math.pow(ROTARY_BASE, (-2 * (index % pairs)) / headSize);
  });
  const cosines = angles.map(Math.cos);
  const sines = angles.map(Math.sin);
  return (x, sign) => {
    for (const [t, row] of x.rows.entries()) {
      for (const head of sliced(row, headSize)) {
        for (let i = 0; i < pairs; i++) {
          const cosine = at(cosines, t * pairs + i);
          const sine = sign * at(sines, t * pairs + i);
          const a = at(head, 2 * i);
          const b = at(head, 2 * i + 1);
          head[2 * i] = a * cosine - b * sine;
          head[2 * i + 1] = a * sine + b * cosine;
        }
      }
    }
  };
}

export type Projections = { readonly q: Matrix; readonly k: Matrix; readonly v: Matrix };

/** `weights`: one matrix for each head, row t how position t looks at the positions up to itself. */
export type Attention = { readonly y: Matrix; readonly weights: readonly Matrix[] };

export function attention({ q, k, v }: Projections, { heads }: { readonly heads: number }): Attention {
  const length = q.rows.length;
  const y = zeros(length, q.data.length / length);
  const split = { q: headsOf(q, heads), k: headsOf(k, heads), v: headsOf(v, heads), y: headsOf(y, heads) };
  const weights = Array.from({ length: heads }, (_, h) => {
    const [qs, ks, vs, ys] = [rowsOf(split.q, h), rowsOf(split.k, h), rowsOf(split.v, h), rowsOf(split.y, h)];
    const matrix = zeros(length, length);
    for (const [t, row] of matrix.rows.entries()) {
      const query = viewOf(qs, t);
      const scale = 1 / Math.sqrt(query.length);
      let highest = -1e30;
      for (let u = 0; u <= t; u++) {
        const score = dot(query, viewOf(ks, u)) * scale;
        row[u] = score;
        if (score > highest) highest = score;
      }
      let total = 0;
      for (let u = 0; u <= t; u++) {
        const power = Math.exp(at(row, u) - highest);
        row[u] = power;
        total += power;
      }
      for (let u = 0; u <= t; u++) {
        const weight = at(row, u) / total;
        row[u] = weight;
        addScaled(viewOf(ys, t), viewOf(vs, u), weight);
      }
    }
    return matrix;
  });
  return { y, weights };
}

export function attentionBackward({ q, k, v }: Projections, weights: readonly Matrix[], dy: Matrix): Projections {
  const length = q.rows.length;
  const heads = weights.length;
  const width = q.data.length / length;
  const gradients = { q: zeros(length, width), k: zeros(length, width), v: zeros(length, width) };
  const views = { q: headsOf(q, heads), k: headsOf(k, heads), v: headsOf(v, heads), dy: headsOf(dy, heads) };
  const into = { q: headsOf(gradients.q, heads), k: headsOf(gradients.k, heads), v: headsOf(gradients.v, heads) };
  const weightSlopes = new Float32Array(length);
  for (const [h, matrix] of weights.entries()) {
    const [qs, ks, vs, dys] = [rowsOf(views.q, h), rowsOf(views.k, h), rowsOf(views.v, h), rowsOf(views.dy, h)];
    const [dqs, dks, dvs] = [rowsOf(into.q, h), rowsOf(into.k, h), rowsOf(into.v, h)];
    for (const [t, row] of matrix.rows.entries()) {
      const slopes = viewOf(dys, t);
      const scale = 1 / Math.sqrt(slopes.length);
      let product = 0;
      for (let u = 0; u <= t; u++) {
        const slope = dot(slopes, viewOf(vs, u));
        addScaled(viewOf(dvs, u), slopes, at(row, u));
        weightSlopes[u] = slope;
        product += slope * at(row, u);
      }
      for (let u = 0; u <= t; u++) {
        const slope = at(row, u) * (at(weightSlopes, u) - product) * scale;
        addScaled(viewOf(dqs, t), viewOf(ks, u), slope);
        addScaled(viewOf(dks, u), viewOf(qs, t), slope);
      }
    }
  }
  return gradients;
}

/** For each head its part of each row. */
function headsOf(x: Matrix, heads: number): Vector[][] {
  const size = x.data.length / x.rows.length / heads;
  return Array.from({ length: heads }, (_, h) => x.rows.map((row) => row.subarray(h * size, (h + 1) * size)));
}

// Indices come from the shapes above, so there is always something there.
const rowOf = (matrix: Matrix, index: number): Vector => matrix.rows[index] as Vector;
const rowsOf = (heads: readonly Vector[][], index: number): Vector[] => heads[index] as Vector[];
const viewOf = (views: readonly Vector[], index: number): Vector => views[index] as Vector;

/** SwiGLU: silu(gate) x up. `sigmoid` is kept for the backward pass. */
export type Gated = { readonly y: Matrix; readonly sigmoid: Vector };

export function gated(gate: Matrix, up: Matrix): Gated {
  const sigmoid = gate.data.map((value) => 1 / (1 + Math.exp(-value)));
  const data = gate.data.map((value, index) => value * at(sigmoid, index) * at(up.data, index));
  return { y: matrixOver(data, data.length / gate.rows.length), sigmoid };
}

export function gatedBackward(gate: Matrix, up: Matrix, sigmoid: Vector, dy: Matrix): { dGate: Matrix; dUp: Matrix } {
  const columns = dy.data.length / dy.rows.length;
  const dUp = dy.data.map((slope, i) => slope * at(gate.data, i) * at(sigmoid, i));
  const dGate = dy.data.map((slope, i) => {
    const sigma = at(sigmoid, i);
    return slope * at(up.data, i) * (sigma + at(gate.data, i) * sigma * (1 - sigma));
  });
  return { dGate: matrixOver(dGate, columns), dUp: matrixOver(dUp, columns) };
}
