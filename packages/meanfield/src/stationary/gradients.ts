/**
 * Exact policy gradients: at a frozen field (for equilibria) and with the field that follows the policy (for the optimum).
 *
 * J. Subramanian, A. Mahajan, AAMAS 2019: ∂J/∂θ of a local equilibrium (LSMFE) and dJ/dθ of a local optimum (LSMF-SO).
 * The policy-gradient theorem gives ∂J/∂θ = Σ d(x) ∂π(a|x)/∂θ Q(x,a), d = ξ₀ᵀ(I − γP_π)⁻¹. The field's part is taken by its
 * adjoint: with g = ∂J/∂z and h = (I − K + 1zᵀ)⁻¹ g, (∂J/∂z)(dz/dθ) = Σ z(x) ∂π(a|x)/∂θ Σ_y P(y|x,a) h(y), one linear
 * solve for any number of parameters.
 */

import { luDecompose } from "../numeric/lu.ts";
import { evaluate, expectedNext, occupancy } from "./evaluation.ts";
import { fieldOf } from "./exploitability.ts";
import { featuresAt } from "./finite-model.ts";
import type { FiniteStationaryModel } from "./model.ts";
import type { PolicyClass, TablePolicy } from "./policy-class.ts";
import { fieldSensitivity, tangentSystem } from "./stationary-field.ts";
import { tablesAt } from "./tables.ts";

/** Derivatives of J with respect to the probabilities π(a|x) themselves, at x·|A| + a. */
export interface ProbabilityGradients {
  readonly J: number;
  /** The stationary field at which all is taken. */
  readonly field: Float64Array;
  /** d(x). */
  readonly visits: Float64Array;
  /** d(x) Q(x,a): the field frozen. */
  readonly partial: Float64Array;
  /** The same plus z(x) Σ_y P(y|x,a) h(y): the field follows. */
  readonly total: Float64Array;
}

export interface ParameterGradients {
  readonly J: number;
  readonly field: Float64Array;
  /** ∂J/∂θ. */
  readonly partial: Float64Array;
  /** dJ/dθ. */
  readonly total: Float64Array;
}

/** With respect to probabilities; only differences between the actions of one state mean anything. */
export function probabilityGradients(
  model: FiniteStationaryModel,
  policy: Float64Array,
  field: Float64Array = fieldOf(model, policy),
): ProbabilityGradients {
  const phi = featuresAt(model, field);
  const tables = tablesAt(model, phi);
  const { V, Q, J } = evaluate(model, tables, policy);
  const visits = occupancy(model, tables.P, policy);
  const sensitivity = fieldSensitivity(model, policy, phi, visits, V);
  const h = luDecompose(tangentSystem(model, policy, field)).solve(sensitivity);
  const follow = expectedNext(model, tables.P, h);
  const partial = Q.map((q, i) => visits[Math.floor(i / model.actions)] * q);
  const total = partial.map((g, i) => g + field[Math.floor(i / model.actions)] * follow[i]);
  return { J, field, visits, partial, total };
}

/** With respect to the parameters of a class that has derivatives: ∂π/∂θ = π ∂log π/∂θ. */
export function parameterGradients(
  model: FiniteStationaryModel,
  family: PolicyClass,
  theta: Float64Array,
  field?: Float64Array,
): ParameterGradients {
  const { addScore } = family;
  if (addScore === undefined) throw new RangeError(`the class ${family.name} has no derivative`);
  const { probabilities } = family.play(theta) as TablePolicy;
  const direct = probabilityGradients(model, probabilities, field);
  const chain = (along: Float64Array): Float64Array => {
    const out = new Float64Array(family.dimension);
    for (let i = 0; i < along.length; i++) {
      addScore(theta, Math.floor(i / model.actions), i % model.actions, probabilities[i] * along[i], out);
    }
    return out;
  };
  return { J: direct.J, field: direct.field, partial: chain(direct.partial), total: chain(direct.total) };
}

/**
 * Σ_x of the largest feasible first-order gain: Σ_a π(a|x) (max_b g(x,b) − g(x,a)), zero at a local optimum.
 *
 * A sum of terms that are not negative: an average taken from the largest g would leave rounding of either sign.
 */
export function simplexGap({ states, actions }: FiniteStationaryModel, policy: Float64Array, g: Float64Array): number {
  let sum = 0;
  for (let x = 0; x < states; x++) {
    let top = -Infinity;
    for (let a = 0; a < actions; a++) top = Math.max(top, g[x * actions + a]);
    for (let a = 0; a < actions; a++) sum += policy[x * actions + a] * (top - g[x * actions + a]);
  }
  return sum;
}
