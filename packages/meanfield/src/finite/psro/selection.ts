/**
 * Which of many devices: laws ρ over given mixtures with the least that deviating within the population gains.
 *
 * The least gap is a linear programme, min Σ_g ε_g with Σ_a ρ_a G^g_i(a) ≤ ε_g, Σρ = 1, of which pivots find a corner: no more
 * mixtures than there are deviations that nearly pay. Of the laws that do as well, the one that pays best is a linear programme
 * again, and the evenest, of least Σ_a ρ_a² (largest Gini index), a quadratic one. (Not that of largest entropy, which no
 * pivots find.) L. E. Ortiz, R. E. Schapire, S. M. Kakade, "Maximum entropy correlated equilibria", AISTATS 2007; L. Marris, P.
 * Muller, M. Lanctot, K. Tuyls, T. Graepel, "Multi-agent training beyond zero-sum with correlated equilibrium meta-solvers",
 * ICML 2021 (maximum Gini).
 */

import { zeros } from "../../numeric/index.ts";
import type { Matrix } from "../../numeric/index.ts";
import { complementary } from "./complementarity.ts";
import { restrictedGap } from "./device.ts";
import type { RegretRows } from "./device.ts";

export type Selection = "minimal-support" | "even" | "reward";

/** How much more than the least gap the evenest law, or the best, may leave, relative to the largest regret. */
const slack = 1e-9;

/**
 * ρ; undefined where pivots fail, which rounding may make them.
 *
 * @param rewards what players earn on average at each mixture
 */
export function selectWeights(
  regrets: RegretRows,
  rewards: Float64Array,
  selection: Selection,
): Float64Array | undefined {
  const scale = Math.max(1e-300, ...regrets.rows.flatMap((own) => own.map((row) => largest(row))));
  const corner = programme(regrets, rewards.length, scale);
  if (corner === undefined || selection === "minimal-support") return corner;
  const bound = restrictedGap(regrets, corner) / scale + slack;
  const most = Math.max(...rewards);
  const forgone = rewards.map((reward) => most - reward);
  const beyond = { bound, forgone: selection === "reward" ? forgone : undefined };
  return programme(regrets, rewards.length, scale, beyond) ?? corner;
}

/** Among laws whose gap has a bound: the evenest, or the one that forgoes least. */
interface Beyond {
  readonly bound: number;
  readonly forgone: Float64Array | undefined;
}

/** min Σε; or where that is bounded min ½Σρ², or min Σ_a ρ_a forgone_a. */
function programme({ rows }: RegretRows, atoms: number, scale: number, beyond?: Beyond): Float64Array | undefined {
  const kinds = rows.length;
  const variables = atoms + kinds;
  const constraints = rows.reduce((sum, own) => sum + own.length, 0) + 1 + (beyond === undefined ? 0 : 1);
  const n = variables + constraints;
  const system = zeros(n, n);
  const right = new Float64Array(n);
  let row = variables;
  rows.forEach((own, g) => {
    for (const regrets of own) {
      for (let a = 0; a < atoms; a++) both(system, row, a, -regrets[a] / scale);
      both(system, row, atoms + g, 1);
      row++;
    }
  });
  for (let a = 0; a < atoms; a++) both(system, row, a, 1);
  right[row] = -1;
  if (beyond === undefined) right.fill(1, atoms, variables);
  else {
    row++;
    for (let g = 0; g < kinds; g++) both(system, row, atoms + g, -1);
    right[row] = beyond.bound;
    if (beyond.forgone !== undefined) right.set(beyond.forgone);
    else for (let a = 0; a < atoms; a++) system.data[a * n + a] = 1;
  }
  const z = complementary(system, right);
  if (z === undefined) return undefined;
  const weights = z.slice(0, atoms);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return sum > 0 ? weights.map((weight) => weight / sum) : undefined;
}

/** An entry of the constraints, and its negative in their transpose. */
function both(system: Matrix, row: number, column: number, value: number): void {
  const { data, columns } = system;
  data[row * columns + column] = value;
  data[column * columns + row] = -value;
}

function largest(row: Float64Array): number {
  return row.reduce((most, entry) => Math.max(most, Math.abs(entry)), 0);
}
