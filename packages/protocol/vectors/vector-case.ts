import { ProtocolError } from '../src/errors.js';

/** Anything that becomes JSON; bigint becomes a decimal string. */
export type VectorValue = bigint | string | boolean | readonly VectorValue[] | { readonly [key: string]: VectorValue };

/** One known answer: what the formula gives for the inputs, or `{ error: code }`. */
export interface VectorCase {
  readonly formula: string;
  readonly inputs: VectorValue;
  readonly expected: VectorValue;
}

/** Evaluates a formula of the reference model; a typed error is an answer too. */
export function vectorCase(formula: string, inputs: VectorValue, answer: () => VectorValue): VectorCase {
  return { formula, inputs, expected: answerOrError(answer) };
}

function answerOrError(answer: () => VectorValue): VectorValue {
  try {
    return answer();
  } catch (error) {
    if (error instanceof ProtocolError) return { error: error.code };
    throw error;
  }
}
