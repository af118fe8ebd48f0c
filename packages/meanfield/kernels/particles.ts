// One step of many particles, each driven by its own normal draw: x <- factor * x + shift + noise * xi.
//
// Both the Euler-Maruyama step of a linear mean-field diffusion and the exact transition of an Ornstein-Uhlenbeck process
// are of this form; the coefficients, with the mean field and the common noise in `shift`, are the caller's.
//
// Particle p draws number firstIndex + p whatever block it is in, and sums are kept per block: positions and sums are the
// same bits however the blocks are shared out among threads.
import { NORMAL, WEYL } from "./hash";
import { Ziggurat } from "./ziggurat";

/** Steps the particles from `x` to `end` and returns the sum of where they are now. */
function stepRange(x: usize, end: usize, z: u64, key1: u64, factor: f64, shift: f64, noise: f64): f64 {
  // Four sums, because one alone would make every particle wait for the addition before it.
  let sum0: f64 = 0;
  let sum1: f64 = 0;
  let sum2: f64 = 0;
  let sum3: f64 = 0;
  for (; x + 32 <= end; x += 32) {
    const a = load<f64>(x) * factor + shift + noise * Ziggurat.normal(z, key1);
    store<f64>(x, a);
    sum0 += a;
    const b = load<f64>(x, 8) * factor + shift + noise * Ziggurat.normal(z + WEYL, key1);
    store<f64>(x, b, 8);
    sum1 += b;
    const c = load<f64>(x, 16) * factor + shift + noise * Ziggurat.normal(z + 2 * WEYL, key1);
    store<f64>(x, c, 16);
    sum2 += c;
    const d = load<f64>(x, 24) * factor + shift + noise * Ziggurat.normal(z + 3 * WEYL, key1);
    store<f64>(x, d, 24);
    sum3 += d;
    z += 4 * WEYL;
  }
  for (; x < end; x += 8) {
    const a = load<f64>(x) * factor + shift + noise * Ziggurat.normal(z, key1);
    store<f64>(x, a);
    sum0 += a;
    z += WEYL;
  }
  return sum0 + sum1 + (sum2 + sum3);
}

/**
 * Steps the particles of blocks first, ..., last - 1 and stores each block's sum.
 *
 * Arguments, as 64-bit floats from `at` on: address of the positions, their count, particles per block, address of the
 * sums (one per block), address of the stream's keys, firstIndex, factor, shift, noise.
 */
export function particleStep(at: usize, first: i32, last: i32): void {
  const positions = <usize>load<f64>(at);
  const count = <i32>load<f64>(at, 8);
  const perBlock = <i32>load<f64>(at, 16);
  const sums = <usize>load<f64>(at, 24);
  const keys = <usize>load<f64>(at, 32);
  const key1 = load<u64>(keys, 8) ^ NORMAL;
  const origin = load<u64>(keys) + <u64>load<f64>(at, 40) * WEYL;
  const factor = load<f64>(at, 48);
  const shift = load<f64>(at, 56);
  const noise = load<f64>(at, 64);
  for (let block = first; block < last; block++) {
    const begin = block * perBlock;
    const end = min(begin + perBlock, count);
    const x = positions + ((<usize>begin) << 3);
    const sum = stepRange(x, positions + ((<usize>end) << 3), origin + <u64>begin * WEYL, key1, factor, shift, noise);
    store<f64>(sums + ((<usize>block) << 3), sum);
  }
}
