/** Below this share of its own diagonal a column says nothing the columns before it do not say. */
const DEPENDENT = 1e-14;

/**
 * The lower factor L of a symmetric positive definite matrix A = L Lᵀ, all matrices row by row; only the lower half
 * of A is read.
 *
 * @returns null when a column depends on those before it
 */
export function factorCholesky(matrix: Float64Array, size: number): Float64Array | null {
  const factor = new Float64Array(size * size);
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column <= row; column += 1) {
      let sum = matrix[row * size + column] as number;
      for (let k = 0; k < column; k += 1)
        sum -= (factor[row * size + k] as number) * (factor[column * size + k] as number);
      if (row === column) {
        if (!(sum > DEPENDENT * (matrix[row * size + row] as number))) return null;
        factor[row * size + row] = Math.sqrt(sum);
      } else factor[row * size + column] = sum / (factor[column * size + column] as number);
    }
  }
  return factor;
}

/** The x of L Lᵀ x = b. */
export function solveCholesky(factor: Float64Array, right: Float64Array): Float64Array {
  const size = right.length;
  const solution = Float64Array.from(right);
  for (let row = 0; row < size; row += 1) {
    let sum = solution[row] as number;
    for (let k = 0; k < row; k += 1) sum -= (factor[row * size + k] as number) * (solution[k] as number);
    solution[row] = sum / (factor[row * size + row] as number);
  }
  for (let row = size - 1; row >= 0; row -= 1) {
    let sum = solution[row] as number;
    for (let k = row + 1; k < size; k += 1)
      sum -= (factor[k * size + row] as number) * (solution[k] as number);
    solution[row] = sum / (factor[row * size + row] as number);
  }
  return solution;
}

/** The inverse of L Lᵀ, row by row. */
export function invertCholesky(factor: Float64Array, size: number): Float64Array {
  const inverse = new Float64Array(size * size);
  for (let column = 0; column < size; column += 1) {
    const unit = new Float64Array(size);
    unit[column] = 1;
    const solution = solveCholesky(factor, unit);
    for (let row = 0; row < size; row += 1) inverse[row * size + column] = solution[row] as number;
  }
  return inverse;
}
