/**
 * Matrices of 32-bit floats and the few loops that everything is made of. The order of the additions decides the last
 * bits, and with them the hash of the model: do not reorder.
 */

export type Vector = Float32Array;

/** Row views over one block of numbers. */
export type Matrix = { readonly data: Vector; readonly rows: readonly Vector[] };

export function zeros(rowCount: number, columns: number): Matrix {
  return matrixOver(new Float32Array(rowCount * columns), columns);
}

export function matrixOver(data: Vector, columns: number): Matrix {
  return { data, rows: sliced(data, columns) };
}

/** Views of equal length, one after the other. */
export function sliced(data: Vector, length: number): Vector[] {
  return Array.from({ length: data.length / length }, (_, index) =>
    data.subarray(index * length, (index + 1) * length),
  );
}

export function sum(a: Matrix, b: Matrix): Matrix {
  const columns = a.data.length / a.rows.length;
  return matrixOver(
    a.data.map((value, index) => value + at(b.data, index)),
    columns,
  );
}

/** Callers stay within the length, so there is always a number. */
export const at = (vector: ArrayLike<number>, index: number): number => vector[index] as number;

export function dot(a: Vector, b: Vector): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += (a[i] as number) * (b[i] as number);
  return total;
}

/** Four sums side by side, which is faster; the length must be a multiple of 4. */
export function dotByFour(a: Vector, b: Vector): number {
  let first = 0;
  let second = 0;
  let third = 0;
  let fourth = 0;
  for (let i = 0; i < a.length; i += 4) {
    first += (a[i] as number) * (b[i] as number);
    second += (a[i + 1] as number) * (b[i + 1] as number);
    third += (a[i + 2] as number) * (b[i + 2] as number);
    fourth += (a[i + 3] as number) * (b[i + 3] as number);
  }
  return first + second + third + fourth;
}

export function addScaled(target: Vector, source: Vector, factor: number): void {
  for (let i = 0; i < target.length; i++) target[i] = (target[i] as number) + factor * (source[i] as number);
}
