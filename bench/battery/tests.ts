/**
 * Tests of random bits, each with one p-value: Knuth, The Art of Computer Programming 2, 3.3.2; Marsaglia's birthday
 * spacings and ranks (Computer Science and Statistics 1985); L'Ecuyer and Simard, TestU01, ACM Trans. Math. Softw. 33, 2007.
 */
import { chiSquarePValue, chiSquareSurvival } from "../../packages/meanfield/src/numeric/goodness-of-fit.testing.ts";
import { logGamma } from "../../packages/meanfield/src/numeric/log-gamma.ts";
import type { Source } from "./sources.ts";

export type BitTest = (source: Source, size: number) => number;

/** Repeated spacings among 4096 birthdays in a year of 2^32 days: Poisson of mean 4 each time. */
export const birthdaySpacings: BitTest = (source, size) => {
  const repeats = 250 * size;
  const days = new Uint32Array(4096);
  let repeated = 0;
  for (let r = 0; r < repeats; r++) {
    source(days);
    days.sort();
    for (let i = days.length - 1; i > 0; i--) days[i] -= days[i - 1];
    days.sort();
    for (let i = 1; i < days.length; i++) if (days[i] === days[i - 1]) repeated++;
  }
  return poissonPValue(repeated, 4 * repeats);
};

/** Balls that fall into an occupied one of 2^32 urns, 2^18 balls at a time. */
export const collisions: BitTest = (source, size) => {
  const [repeats, urns] = [24 * size, 2 ** 32];
  const balls = new Uint32Array(2 ** 18);
  let collided = 0;
  for (let r = 0; r < repeats; r++) {
    source(balls);
    balls.sort();
    for (let i = 1; i < balls.length; i++) if (balls[i] === balls[i - 1]) collided++;
  }
  // n - k (1 - (1 - 1/k)^n), to the order that matters.
  const n = balls.length;
  return poissonPValue(collided, repeats * ((n * (n - 1)) / (2 * urns)) * (1 - (n - 2) / (3 * urns)));
};

/** Lengths of the gaps between visits to [0, 1/32). */
export const gaps: BitTest = (source, size) => {
  const [longest, p] = [150, 1 / 32];
  const counts = new Float64Array(longest + 1);
  const words = new Uint32Array(2 ** 20);
  let length = 0;
  let visits = 0;
  for (let r = 0; r < 4 * size; r++) {
    source(words);
    for (const word of words) {
      if (word >>> 27 === 0) {
        counts[Math.min(length, longest)]++;
        length = 0;
        visits++;
      } else length++;
    }
  }
  return chiSquarePValue(counts, (gap) => visits * (1 - p) ** gap * (gap === longest ? 1 : p));
};

/** Ranks over GF(2) of 32 × 32 matrices of bits: 32, 31, 30, and less. */
export const ranks: BitTest = (source, size) => {
  const matrices = 20_000 * size;
  const probability = [0.2887880951538411, 0.5775761901732051, 0.1283502644231667];
  const counts = new Float64Array(4);
  const rows = new Uint32Array(32);
  for (let r = 0; r < matrices; r++) {
    source(rows);
    counts[Math.min(3, 32 - rank(rows))]++;
  }
  const rest = 1 - probability[0] - probability[1] - probability[2];
  return chiSquarePValue(counts, (deficit) => matrices * (probability[deficit] ?? rest));
};

function rank(rows: Uint32Array): number {
  let found = 0;
  for (let bit = 31; bit >= 0 && found < 32; bit--) {
    let pivot = found;
    while (pivot < 32 && ((rows[pivot] >>> bit) & 1) === 0) pivot++;
    if (pivot === 32) continue;
    const row = rows[pivot];
    rows[pivot] = rows[found];
    rows[found] = row;
    for (let i = found + 1; i < 32; i++) if (((rows[i] >>> bit) & 1) === 1) rows[i] ^= row;
    found++;
  }
  return found;
}

/** Top 6 bits of three words in a row fill a cube of 2^18 cells evenly. */
export const triples: BitTest = (source, size) => {
  const n = 2 ** 21 * size;
  const counts = new Float64Array(2 ** 18);
  const words = new Uint32Array(3 * 2 ** 17);
  for (let r = 0; r < n / 2 ** 17; r++) {
    source(words);
    for (let i = 0; i < words.length; i += 3) {
      counts[((words[i] >>> 26) << 12) | ((words[i + 1] >>> 26) << 6) | (words[i + 2] >>> 26)]++;
    }
  }
  return chiSquarePValue(counts, () => n / counts.length);
};

/** The 120 orders of five words in a row. */
export const permutations: BitTest = (source, size) => {
  const n = 2 ** 18 * size;
  const counts = new Float64Array(120);
  const words = new Uint32Array(5 * 2 ** 14);
  for (let r = 0; r < n / 2 ** 14; r++) {
    source(words);
    for (let i = 0; i < words.length; i += 5) {
      let order = 0;
      for (let a = 0; a < 5; a++) {
        let smaller = 0;
        for (let b = a + 1; b < 5; b++) if (words[i + b] < words[i + a]) smaller++;
        order = order * (5 - a) + smaller;
      }
      counts[order]++;
    }
  }
  return chiSquarePValue(counts, () => n / 120);
};

/** Numbers of ones in neighbouring words, in nine classes each: 81 cells, independent. */
export const weights: BitTest = (source, size) => {
  const n = 2 ** 22 * size;
  const law = new Float64Array(9);
  for (let ones = 0; ones <= 32; ones++) {
    law[weightClass(ones)] += Math.exp(logGamma(33) - logGamma(ones + 1) - logGamma(33 - ones) - 32 * Math.LN2);
  }
  const counts = new Float64Array(81);
  const words = new Uint32Array(2 ** 18);
  for (let r = 0; r < (2 * n) / words.length; r++) {
    source(words);
    for (let i = 0; i < words.length; i += 2) {
      counts[9 * weightClass(population(words[i])) + weightClass(population(words[i + 1]))]++;
    }
  }
  return chiSquarePValue(counts, (cell) => n * law[Math.floor(cell / 9)] * law[cell % 9]);
};

function weightClass(ones: number): number {
  return Math.max(0, Math.min(8, ones - 12));
}

function population(word: number): number {
  let w = word - ((word >>> 1) & 0x55555555);
  w = (w & 0x33333333) + ((w >>> 2) & 0x33333333);
  return Math.imul((w + (w >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Agreement of the bits of words at distances 1, ..., 64: sixty-four standard normals, squared and added. */
export const autocorrelations: BitTest = (source, size) => {
  const n = 2 ** 18 * size;
  const words = new Uint32Array(n + 64);
  source(words);
  let statistic = 0;
  for (let lag = 1; lag <= 64; lag++) {
    let differing = 0;
    for (let i = 0; i < n; i++) differing += population(words[i] ^ words[i + lag]);
    statistic += (differing - 16 * n) ** 2 / (8 * n);
  }
  return chiSquareSurvival(statistic, 64);
};

/** Linear complexity of the lowest bits, 1000 at a time (Berlekamp and Massey; law: Rukhin et al., NIST SP 800-22, 2.10). */
export const linearComplexity: BitTest = (source, size) => {
  const [length, blocks] = [1000, 100 * size];
  const law = [0.010417, 0.03125, 0.125, 0.5, 0.25, 0.0625, 0.020833];
  const counts = new Float64Array(7);
  const words = new Uint32Array(length);
  const mean = length / 2 + (9 - 1) / 36 - (length / 3 + 2 / 9) / 2 ** length;
  for (let r = 0; r < blocks; r++) {
    source(words);
    const t = complexity(words.map((word) => word & 1)) - mean + 2 / 9;
    counts[Math.max(0, Math.min(6, Math.ceil(t + 2.5)))]++;
  }
  return chiSquarePValue(counts, (category) => blocks * law[category]);
};

/** The length of the shortest linear recurrence over GF(2) that makes these bits. */
function complexity(bits: Uint32Array): number {
  const n = bits.length;
  let [current, previous] = [new Uint8Array(n + 1), new Uint8Array(n + 1)];
  current[0] = previous[0] = 1;
  let [order, last] = [0, -1];
  for (let i = 0; i < n; i++) {
    let discrepancy = bits[i];
    for (let k = 1; k <= order; k++) discrepancy ^= current[k] & bits[i - k];
    if (discrepancy === 0) continue;
    const before = current.slice();
    for (let k = 0; k + i - last <= n; k++) current[k + i - last] ^= previous[k];
    if (2 * order <= i) {
      order = i + 1 - order;
      last = i;
      previous = before;
    }
  }
  return order;
}

/** The probability that a Poisson variable of this mean is at least `count`, half of its being equal: uniform under the law. */
function poissonPValue(count: number, mean: number): number {
  // P(N >= c) = P(chi-square with 2c degrees <= 2 mean)
  const atLeast = count === 0 ? 1 : 1 - chiSquareSurvival(2 * mean, 2 * count);
  const more = 1 - chiSquareSurvival(2 * mean, 2 * (count + 1));
  return 0.5 * (atLeast + more);
}
