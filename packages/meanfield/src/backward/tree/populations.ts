/**
 * Where a crowd of players who are not told apart can stand: how many of them at each of the places 0 … q of a walk.
 *
 * A population is held as its tail sums t_1 ≥ … ≥ t_q, t_i the number of players at place i or above, since a player who moves from
 * place i − 1 to place i changes t_i alone. In lexicographic order of the tail sums the population has number Σ_i offset_i(t_i), where
 * offset_i(t) = C(t + q − i, q − i + 1) counts the ends (t_i, …, t_q) that begin below t (the combinatorial number system).
 */

export interface Populations {
  /** Players in all. */
  readonly crowd: number;
  /** q. */
  readonly top: number;
  /** C(crowd + q, q). */
  readonly size: number;
  /** offset_i(t) for t = 0 … crowd + 1 is `offsets[i − 1][t]`; it does not depend on the crowd. */
  readonly offsets: readonly Float64Array[];
}

export function populations(crowd: number, top: number): Populations {
  const offsets: Float64Array[] = Array.from({ length: top });
  // Sums of sums: C(t + r, r + 1) = Σ_{s < t} C(s + r, r).
  let before = new Float64Array(crowd + 2).fill(1);
  for (let i = top - 1; i >= 0; i--) {
    const offset = new Float64Array(crowd + 2);
    for (let t = 0; t <= crowd; t++) offset[t + 1] = offset[t] + before[t];
    offsets[i] = offset;
    before = offset.slice(1);
  }
  return { crowd, top, size: top === 0 ? 1 : offsets[0][crowd + 1], offsets };
}

/** C(crowd + top, top), without the tables. */
export function populationCount(crowd: number, top: number): number {
  let count = 1;
  for (let i = 1; i <= top; i++) count = (count * (crowd + i)) / i;
  return count;
}

/** Visits all populations in the order of their numbers; `tails` is reused. */
export function eachPopulation(
  { crowd, top, size }: Populations,
  visit: (number: number, tails: Int32Array) => void,
): void {
  const tails = new Int32Array(top);
  for (let number = 0; number < size; number++) {
    visit(number, tails);
    let i = top - 1;
    while (i >= 0 && tails[i] === (i === 0 ? crowd : tails[i - 1])) tails[i--] = 0;
    if (i >= 0) tails[i]++;
  }
}

/** Numbers of heads among 0 … `most` fair coins, from `first` on; improbable numbers, below 10⁻²⁰, are left out. */
export function fairCoins(most: number): readonly { readonly first: number; readonly weights: Float64Array }[] {
  const rows = [{ first: 0, weights: Float64Array.of(1) }];
  for (let coins = 1; coins <= most; coins++) {
    const { first, weights } = rows[coins - 1];
    const row = new Float64Array(weights.length + 1);
    weights.forEach((weight, heads) => {
      row[heads] += 0.5 * weight;
      row[heads + 1] += 0.5 * weight;
    });
    let [low, high] = [0, row.length];
    while (row[low] < NEGLIGIBLE) low++;
    while (row[high - 1] < NEGLIGIBLE) high--;
    rows.push({ first: first + low, weights: row.slice(low, high) });
  }
  return rows;
}

const NEGLIGIBLE = 1e-20;

/**
 * Averages over one step of everybody, each up to the next place or not with probability ½ and independently.
 *
 * One place's players move after another's, the highest first: going backward, the tail sum t_1 is averaged first. Along a tail sum
 * that is a sum of contiguous blocks.
 *
 * @param after populations after the step, on one place more
 * @param coins `fairCoins` of at least the crowd
 * @param values a number for each of them; overwritten
 * @param out a number for each population before the step
 */
export function averageOverMoves(
  after: Populations,
  coins: ReturnType<typeof fairCoins>,
  values: Float64Array,
  out: Float64Array,
): void {
  const { crowd, top, offsets } = after;
  for (let i = 0; i < top - 1; i++) {
    const offset = offsets[i];
    eachPopulation(populations(crowd, i), (_, tails) => {
      let base = 0;
      for (let j = 0; j < i; j++) base += offsets[j][tails[j]];
      const ceiling = i === 0 ? crowd : tails[i - 1];
      for (let t = 0; t <= ceiling; t++) {
        const { first, weights } = coins[ceiling - t];
        const begin = base + offset[t];
        const end = base + offset[t + 1];
        // Sources with more players above have not been overwritten yet.
        const stay = first === 0 ? weights[0] : 0;
        for (let at = begin; at < end; at++) values[at] *= stay;
        for (let u = first === 0 ? 1 : 0; u < weights.length; u++) {
          const weight = weights[u];
          const ahead = offset[t + first + u] - offset[t];
          for (let at = begin; at < end; at++) values[at] += weight * values[at + ahead];
        }
      }
    });
  }
  let begin = 0;
  eachPopulation(populations(crowd, top - 1), (number, tails) => {
    const highest = top === 1 ? crowd : tails[top - 2];
    const { first, weights } = coins[highest];
    let sum = 0;
    for (let u = 0; u < weights.length; u++) sum += weights[u] * values[begin + first + u];
    out[number] = sum;
    begin += highest + 1;
  });
}

/** The probability of every population, players standing at the places independently with the same probabilities. */
export function multinomial(of: Populations, places: ArrayLike<number>): Float64Array {
  const { crowd, top, size } = of;
  const logFactorial = new Float64Array(crowd + 1);
  for (let k = 2; k <= crowd; k++) logFactorial[k] = logFactorial[k - 1] + Math.log(k);
  const logs = Float64Array.from(places, Math.log);
  const out = new Float64Array(size);
  eachPopulation(of, (number, tails) => {
    let log = logFactorial[crowd];
    for (let k = 0; k <= top; k++) {
      const count = (k === 0 ? crowd : tails[k - 1]) - (k === top ? 0 : tails[k]);
      if (count > 0) log += count * logs[k] - logFactorial[count];
    }
    out[number] = Math.exp(log);
  });
  return out;
}
