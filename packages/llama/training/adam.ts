import type { Parameter } from './layers.js';
import { at } from './matrix.js';

const MOMENTUM = 0.9;
const SQUARES_MEMORY = 0.99;
const EPSILON = 1e-8;
const WEIGHT_DECAY = 0.01;
const PEAK_RATE = 3e-3;
const WARM_UP_STEPS = 50;

/** AdamW with a linear warm-up and a linear decay to a tenth. Each call makes one step and clears the gradients. */
export function createAdam(parameters: readonly Parameter[], { steps }: { readonly steps: number }) {
  const states = parameters.map(({ weights, gradients }) => ({
    weights: weights.data,
    gradients: gradients.data,
    mean: new Float32Array(weights.data.length),
    squares: new Float32Array(weights.data.length),
  }));
  return (step: number): void => {
    const rate = PEAK_RATE * Math.min(1, step / WARM_UP_STEPS) * (0.1 + 0.9 * (1 - step / steps));
    const meanBias = 1 - Math.pow(MOMENTUM, step);
    const squaresBias = 1 - Math.pow(SQUARES_MEMORY, step);
    for (const { weights, gradients, mean, squares } of states) {
      for (let i = 0; i < weights.length; i++) {
        const gradient = at(gradients, i);
        mean[i] = MOMENTUM * at(mean, i) + 0.1 * gradient;
        squares[i] = SQUARES_MEMORY * at(squares, i) + 0.01 * gradient * gradient;
        const direction = at(mean, i) / meanBias / (Math.sqrt(at(squares, i) / squaresBias) + EPSILON);
        weights[i] = at(weights, i) - rate * (direction + WEIGHT_DECAY * at(weights, i));
        gradients[i] = 0;
      }
    }
  };
}
