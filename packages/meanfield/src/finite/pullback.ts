/**
 * How rewards and transitions at one time change with the laws: the derivative in L̃, at L̃ = L_t, of
 * Φ(L̃) = Σ_{s,a} (w(s,a) r_t(s,a,L̃) + Σ_{s'} u(s,a,s') P_t(s'|s,a,L̃)), summed over populations.
 *
 * Couplings of common forms are differentiated by formula, other functions of the laws by central differences.
 */

import type { Field } from "./flow.ts";
import type { Coupling, Laws, Sees } from "./model.ts";

export interface Weights {
  /** w(s,a) at s·|A| + a, one array a population. */
  readonly reward: readonly Float64Array[];
  /** u: of the pair numbered i = s·|A| + a of population p. */
  readonly move: (p: number, i: number, next: number) => number;
}

/** Takes the derivatives: in μ^p(s), which is that in every L^p(s,a), and in L^p(s,a) alone. */
export interface Slopes {
  readonly state: (p: number, s: number, slope: number) => void;
  readonly pair: (p: number, i: number, slope: number) => void;
}

/** The derivative of Φ at time t of a field. */
export function pullback(field: Field, t: number, weights: Weights, slopes: Slopes): void {
  field.parts.forEach(({ population: { declared, states, actions } }, q) => {
    const { couplings } = declared.reward;
    if (couplings === undefined) return;
    const nu = new Float64Array(states);
    weights.reward[q].forEach((weight, i) => (nu[Math.floor(i / actions)] += weight));
    for (const coupling of couplings) addCoupling(field, t, coupling, q, nu, slopes);
  });
  const sees = dependence(field);
  if (sees !== "nothing") addDifferences(field, t, weights, sees, slopes);
}

/** Σ_{s'} ν(s') ∂c(s',μ), c what population q earns by a coupling. */
function addCoupling(field: Field, t: number, coupling: Coupling, q: number, nu: Float64Array, slopes: Slopes): void {
  const { states } = field.laws[t];
  if (coupling.form === "log-density") {
    const { weight, floor, floored } = coupling;
    for (let s = 0; s < nu.length; s++) {
      const mu = states[q][s];
      if (floored === "added") slopes.state(q, s, (-weight * nu[s]) / (mu + floor));
      else if (mu > floor) slopes.state(q, s, (-weight * nu[s]) / mu);
    }
  } else if (coupling.form === "local") {
    coupling.weights.forEach((weight, p) => {
      if (weight !== 0) for (let s = 0; s < nu.length; s++) slopes.state(p, s, weight * nu[s]);
    });
  } else {
    const { population, matrix } = coupling;
    const width = states[population].length;
    for (let s = 0; s < width; s++) {
      let sum = 0;
      for (let y = 0; y < nu.length; y++) sum += matrix[y * width + s] * nu[y];
      slopes.state(population, s, sum);
    }
  }
}

/** What functions of the laws that have no formula see. */
function dependence({ parts }: Field): Sees {
  const seen = new Set(
    parts.flatMap(({ population: { declared } }) => [
      declared.transition.sees,
      declared.reward.coupled?.sees ?? "nothing",
    ]),
  );
  if (seen.has("pairs")) return "pairs";
  return seen.has("states") ? "states" : "nothing";
}

/** Of shares: the error of a difference is its square, and rounding over it. */
const step = 1e-5;

/** Differences in every share of pairs, or of states where no more is seen. */
function addDifferences(field: Field, t: number, weights: Weights, sees: Sees, slopes: Slopes): void {
  const { parts, laws, game } = field;
  const { model, times } = game;
  const moved: Laws = {
    states: laws[t].states.map((mu) => mu.slice()),
    pairs: laws[t].pairs.map((pairs) => pairs.slice()),
    features: new Float64Array(laws[t].features.length),
  };
  const phi = (): number => {
    model.features?.read(t, moved, moved.features, laws);
    let sum = 0;
    parts.forEach(({ population: { declared, states, actions, allowed } }, p) => {
      const { coupled } = declared.reward;
      const { sees: seen, successors } = declared.transition;
      const moves = t + 1 < times && seen !== "nothing";
      const first = t * states * actions;
      for (let s = 0, i = 0; s < states; s++) {
        for (let a = 0; a < actions; a++, i++) {
          if (allowed !== undefined && allowed[first + i] === 0) continue;
          const weight = weights.reward[p][i];
          if (coupled !== undefined && weight !== 0) sum += weight * coupled.at(t, s, a, moved);
          if (moves) successors(t, s, a, moved, (next, share) => (sum += share * weights.move(p, i, next)));
        }
      }
    });
    return sum;
  };
  const slope = (shift: (by: number) => void, share: number): number => {
    // Shares are not negative.
    const back = Math.min(step, share);
    shift(step);
    const high = phi();
    shift(-step - back);
    const low = phi();
    shift(back);
    return (high - low) / (step + back);
  };
  parts.forEach(({ population: { states, actions, allowed } }, p) => {
    const [mu, pairs] = [moved.states[p], moved.pairs[p]];
    for (let s = 0, i = 0; s < states; s++) {
      if (sees === "states") {
        const shift = (by: number): void => void (mu[s] += by);
        slopes.state(p, s, slope(shift, mu[s]));
        continue;
      }
      for (let a = 0; a < actions; a++, i++) {
        if (allowed !== undefined && allowed[t * states * actions + i] === 0) continue;
        const shift = (by: number): void => {
          mu[s] += by;
          pairs[i] += by;
        };
        slopes.pair(p, i, slope(shift, pairs[i]));
      }
    }
  });
}
