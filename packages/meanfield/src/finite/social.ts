/**
 * What an action is worth to everybody: the derivative of the population's total reward, which a planner follows.
 *
 * λ_t(s,a) = r_t(s,a) + g_t(s,a) + Σ_{s'} P_t(s'|s,a) W_{t+1}(s') with W_t(s) = Σ_a π_t(a|s) λ_t(s,a), where g_t is what one
 * more player there does to the others: the derivative in L̃, at L̃ = L_t, of
 * Φ_t(L̃) = Σ_{s,a} L_t(s,a) (r_t(s,a,L̃) + Σ_{s'} P_t(s'|s,a,L̃) W_{t+1}(s')), summed over populations. A planner's optimum is an
 * equilibrium of players who earn r + g. R. Carmona, F. Delarue, "Probabilistic Theory of Mean Field Games", vol. I (2018),
 * section 6.2, in discrete time.
 *
 * Couplings of common forms are differentiated by formula, other functions of the laws by central differences.
 */

import { actionValues } from "./evaluation.ts";
import type { Values } from "./evaluation.ts";
import type { Field, FieldPart } from "./flow.ts";
import type { Coupling, Laws, Profile, Sees } from "./model.ts";

/** The sum over populations of what its players earn on average, along the flow that `field` holds. */
export function totalReward({ game, parts }: Field): number {
  let sum = 0;
  for (const { population, mu, pairs, here, table, tableStride } of parts) {
    const rows = population.states * population.actions;
    for (let i = 0; i < mu.length; i++) sum += mu[i] * here[i];
    for (let t = 0, i = 0; t < game.times; t++)
      for (let k = t * tableStride; k < t * tableStride + rows; k++, i++) sum += pairs[i] * table[k];
  }
  return sum;
}

/**
 * Adds g to the rewards of a field (`emptyField` with tables of its own) that holds the flow of `policy`; writes λ and W.
 *
 * After it, `respond` and `forgone` tell how much a planner could still gain, to first order.
 */
export function socialise(field: Field, policy: Profile, { Q, V }: Values): void {
  const { game, parts } = field;
  const numeric = numericDependence(field);
  for (let t = game.times - 1; t >= 0; t--) {
    parts.forEach((part, p) => addPressure(field, part, p, t));
    if (numeric !== undefined) addDifferences(field, t, V, numeric);
    parts.forEach((part, p) => {
      const { states, actions } = part.population;
      actionValues(part, game.times, t, V[p], Q[p]);
      for (let s = 0, i = t * states, j = i * actions; s < states; s++, i++) {
        let sum = 0;
        for (let a = 0; a < actions; a++, j++) if (policy[p][j] > 0) sum += policy[p][j] * Q[p][j];
        V[p][i] = sum;
      }
    });
  }
}

/** The derivatives of couplings of common forms, in μ_t(s) of population p. */
function addPressure({ parts }: Field, part: FieldPart, p: number, t: number): void {
  const { states } = part.population;
  const first = t * states;
  parts.forEach((other, q) => {
    const there = other.mu.subarray(t * other.population.states, (t + 1) * other.population.states);
    for (const coupling of other.population.declared.reward.couplings ?? [])
      addSlope(coupling, p === q, p, there, part.here, first, states);
  });
}

/** Adds Σ_{s'} ν(s') ∂c(s',μ)/∂μ^p(s), ν the law of the population that earns c. */
function addSlope(
  coupling: Coupling,
  own: boolean,
  p: number,
  nu: Float64Array,
  out: Float64Array,
  first: number,
  states: number,
): void {
  if (coupling.form === "log-density") {
    if (!own) return;
    const { weight, floor, floored } = coupling;
    for (let s = 0; s < states; s++) {
      if (floored === "added") out[first + s] -= (weight * nu[s]) / (nu[s] + floor);
      else if (nu[s] > floor) out[first + s] -= weight;
    }
  } else if (coupling.form === "local") {
    for (let s = 0; s < states; s++) out[first + s] += coupling.weights[p] * nu[s];
  } else if (coupling.population === p) {
    for (let i = 0, k = 0; i < nu.length; i++)
      for (let s = 0; s < states; s++, k++) out[first + s] += coupling.matrix[k] * nu[i];
  }
}

/** What functions of the laws that have no formula see; undefined where there are none. */
function numericDependence({ parts }: Field): Exclude<Sees, "nothing"> | undefined {
  const seen = new Set(
    parts.flatMap(({ population: { declared } }) => [
      declared.transition.sees,
      declared.reward.coupled?.sees ?? "nothing",
    ]),
  );
  if (seen.has("pairs")) return "pairs";
  return seen.has("states") ? "states" : undefined;
}

/** Of shares: the error of a difference is its square, and rounding over it. */
const step = 1e-5;

/** Adds the derivatives of Φ_t by differences: in every share of pairs, or of states where no more is seen. */
function addDifferences(field: Field, t: number, V: Values["V"], sees: "states" | "pairs"): void {
  const { parts, laws, game } = field;
  const { model, times } = game;
  const moved: Laws = {
    states: laws[t].states.map((mu) => mu.slice()),
    pairs: laws[t].pairs.map((pairs) => pairs.slice()),
    features: new Float64Array(laws[t].features.length),
  };
  const phi = (): number => {
    model.features?.read(t, moved, moved.features);
    let sum = 0;
    parts.forEach(({ population }, p) => {
      const { declared, states, actions } = population;
      const pairs = laws[t].pairs[p];
      const { coupled } = declared.reward;
      const moves = t + 1 < times && declared.transition.sees !== "nothing";
      for (let s = 0, i = 0; s < states; s++) {
        for (let a = 0; a < actions; a++, i++) {
          const share = pairs[i];
          if (share === 0) continue;
          if (coupled !== undefined) sum += share * coupled.at(t, s, a, moved);
          if (moves)
            declared.transition.successors(t, s, a, moved, (next, probability) => {
              sum += share * probability * V[p][(t + 1) * states + next];
            });
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
  parts.forEach(({ population: { states, actions, allowed }, here, table }, p) => {
    const [mu, pairs] = [moved.states[p], moved.pairs[p]];
    for (let s = 0, i = 0; s < states; s++) {
      if (sees === "states") {
        here[t * states + s] += slope((by) => (mu[s] += by), mu[s]);
        continue;
      }
      for (let a = 0; a < actions; a++, i++) {
        const k = t * states * actions + i;
        if (allowed !== undefined && allowed[k] === 0) continue;
        const shift = (by: number): void => {
          mu[s] += by;
          pairs[i] += by;
        };
        table[k] += slope(shift, pairs[i]);
      }
    }
  });
}
