/**
 * The data sets D^k that a linear system is perturbed by, and their limit D^∞.
 *
 * A. Papapantoleon, A. Saplaouras, S. Theodorakopoulos, "Stability of backward propagation of chaos", arXiv 2506.03562 (2025): a data
 * set is a horizon, a driver, terminal values and the martingales that drive the equations, and all of them may move at once:
 *
 *     T^k = T(1 + 1/k),     a_k = a + 1/k,  c_k = c(1 − 1/(2k)),
 *     ξ^{k,i,N} = (1 + 1/k)ξ^i + φ̄/k + 1/(kN),     ξ^{k,i} = (1 + 1/k)ξ^i + E[φ]/k in the limit,
 *     X^{k,i} = the Brownian motion W^i sampled at the times nT^k/k, constant in between.
 */

import { InputError, RefusalError } from "../../core/index.ts";
import type { LinearSystem } from "../model.ts";

export const perturbations = ["terminal", "driver", "horizon", "martingale"] as const;
export type Perturbation = (typeof perturbations)[number];

/** One system S^{k,N} as numbers. */
export interface DataSet {
  readonly horizon: number;
  readonly system: LinearSystem;
  /** Steps of the driving martingale; undefined where it is Brownian motion itself. */
  readonly steps: number | undefined;
}

/** D^k for `players` players, `Infinity` for k or players allowed. */
export function dataSet(
  horizon: number,
  system: LinearSystem,
  k: number,
  players: number,
  which: ReadonlySet<Perturbation>,
): DataSet {
  if (k === Infinity) return { horizon, system, steps: undefined };
  const { terminal } = system;
  return {
    horizon: which.has("horizon") ? horizon * (1 + 1 / k) : horizon,
    system: {
      ...system,
      ...(which.has("driver") ? { a: system.a + 1 / k, c: system.c * (1 - 1 / (2 * k)) } : {}),
      ...(which.has("terminal")
        ? {
            terminal: {
              own: (1 + 1 / k) * terminal.own,
              mean: (1 + 1 / k) * terminal.mean + 1 / k,
              constant: (1 + 1 / k) * terminal.constant + 1 / (k * players),
            },
          }
        : {}),
    },
    steps: which.has("martingale") ? k : undefined,
  };
}

/** @throws InputError for a name that is none; RefusalError for an empty list. */
export function readPerturbations(names: readonly string[] | undefined): ReadonlySet<Perturbation> {
  if (names === undefined) return new Set(perturbations);
  if (names.length === 0) throw new RefusalError(`nothing is perturbed: name some of ${perturbations.join(", ")}`);
  const found = names.map((name) => {
    const known = perturbations.find((candidate) => candidate === name);
    if (known === undefined) throw new InputError("perturb", name, `some of ${perturbations.join(", ")}`);
    return known;
  });
  return new Set(found);
}
