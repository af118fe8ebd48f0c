/**
 * How good a plan for exhaustible reserves is, by quadrature of the plan itself.
 *
 * Shares nothing with the solvers: it takes only the outputs as functions of time, rebuilds the price they induce, and
 * lets one producer plan anew against it, with a shadow price found by root finding.
 */

import type { Certificate, Question } from "../../core/index.ts";
import { gaussLegendreIntegrate } from "../../numeric/quadrature.ts";
import { findRoot } from "../../numeric/roots.ts";
import { decisionSlopes, margin, meanExtraction, priceAt } from "./model.ts";
import type { ExhaustibleCandidate, ExhaustibleModel } from "./model.ts";
import { pieces } from "./pieces.ts";

/**
 * - exploitability: the most that a producer of any class gains by re-timing its extraction, in units of profit, against
 *   the price path that the others' plans induce; null for the planner.
 * - consistency: largest distance between the price path assumed and the one induced.
 * - residual: largest of the relative error of what is drawn from the reserves, of the defect in the first-order
 *   conditions c₁ + own·q + all·q̄ + λe^{rt} ≥ P₀ (equality where q > 0), relative to P₀ − c₁, and of the margin
 *   P₀ − c₁ − all·q̄ − λe^{rτ} that a class has left when, by its own account, it is exhausted, in the same units.
 */
export function certifyExhaustible(
  model: ExhaustibleModel,
  question: Question,
  candidate: ExhaustibleCandidate,
): Certificate {
  const gains = model.classes.map(
    (_, j) => bestExtraction(candidate, question, j).profit - profitOf(candidate, question, j),
  );
  return {
    exploitability: question.concept === "planner" ? null : Math.max(0, ...gains),
    consistency: Math.max(
      ...Array.from(candidate.mesh, (t) =>
        Math.abs(candidate.assumedPrice(t) - priceAt(model, meanExtraction(candidate, t))),
      ),
    ),
    residual: Math.max(
      ...model.classes.map(({ reserves }, j) => Math.abs(drawnBy(candidate, j) / reserves - 1)),
      firstOrderDefect(model, question, candidate),
      exhaustionDefect(model, question, candidate),
    ),
    exactError: null,
  };
}

/** Discounted profit of one producer of class j while all follow the plan. */
export function profitOf(candidate: ExhaustibleCandidate, question: Question, j: number): number {
  const { curvature, base } = facing(candidate, question, j);
  return integrate(candidate, (t) => {
    const q = candidate.extraction(j, t);
    return Math.exp(-candidate.model.discount * t) * (base(t) - 0.5 * curvature * q) * q;
  });
}

/** What a producer of class j draws in all. */
function drawnBy(candidate: ExhaustibleCandidate, j: number): number {
  return integrate(candidate, (t) => candidate.extraction(j, t));
}

/** ∫₀^∞ e^{−rt} ½ γ q̄² dt. */
export function consumerSurplusOf(candidate: ExhaustibleCandidate): number {
  const { slope, discount } = candidate.model;
  return 0.5 * slope * integrate(candidate, (t) => Math.exp(-discount * t) * meanExtraction(candidate, t) ** 2);
}

export interface BestExtraction {
  readonly shadowPrice: number;
  readonly profit: number;
}

/** The best plan of one producer of class j against the others' plans. */
function bestExtraction(candidate: ExhaustibleCandidate, question: Question, j: number): BestExtraction {
  const { model, mesh } = candidate;
  const { base, curvature } = facing(candidate, question, j);
  return bestPlan(base, curvature, model.discount, model.classes[j].reserves, mesh);
}

/**
 * Maximises ∫₀^∞ e^{−rt} (base(t) q − ½ curvature q²) dt over q ≥ 0 with ∫q = reserves.
 *
 * `base` is smooth between the times of `mesh`, positive, and constant after the last: q = (base − λe^{rt})₊/curvature.
 */
export function bestPlan(
  base: (t: number) => number,
  curvature: number,
  r: number,
  reserves: number,
  mesh: Float64Array,
): BestExtraction {
  const after = base(mesh[mesh.length - 1] + 1);
  const integrals = (lambda: number): { drawn: number; profit: number } => {
    const end = Math.max(mesh[mesh.length - 1], Math.log(after / lambda) / r);
    const tail = pieces(mesh[mesh.length - 1], end, r).subarray(1);
    let drawn = 0;
    let profit = 0;
    let start = mesh[0];
    for (const stop of [...mesh.subarray(1), ...tail]) {
      const excess = (t: number): number => base(t) - lambda * Math.exp(r * t);
      const [left, right] = inside(excess, start, stop);
      if (right > left) {
        drawn += gaussLegendreIntegrate((t) => excess(t) / curvature, left, right, 6);
        profit += gaussLegendreIntegrate(
          (t) => {
            const q = excess(t) / curvature;
            return Math.exp(-r * t) * (base(t) - 0.5 * curvature * q) * q;
          },
          left,
          right,
          6,
        );
      }
      start = stop;
    }
    return { drawn, profit };
  };
  const high = Math.log(Math.max(after, ...Array.from(mesh, base)));
  let low = high - 1;
  while (integrals(Math.exp(low)).drawn < reserves) low -= 1 + (high - low);
  const shadowPrice = Math.exp(
    findRoot((l) => integrals(Math.exp(l)).drawn - reserves, low, high, { tolerance: 1e-14 }),
  );
  return { shadowPrice, profit: integrals(shadowPrice).profit };
}

/** The part of [a, b] where a function with at most one sign change there is positive. */
function inside(f: (t: number) => number, a: number, b: number): readonly [number, number] {
  if (!(b > a)) return [a, a];
  // Just inside the ends: at the ends themselves a plan may jump.
  const inset = 1e-9 * (b - a);
  const [left, right] = [f(a + inset), f(b - inset)];
  if (left > 0 && right > 0) return [a, b];
  if (!(left > 0) && !(right > 0)) return [a, a];
  const middle = findRoot(f, a + inset, b - inset);
  return left > 0 ? [a, middle] : [middle, b];
}

/** The marginal revenue of a producer's first unit and its slope, with the others' plans fixed. */
function facing(candidate: ExhaustibleCandidate, { concept, players }: Question, j: number) {
  const { model, extraction } = candidate;
  const share = concept === "planner" ? 0 : 1 / players;
  const M = margin(model);
  return {
    curvature: model.quadraticCost + 2 * share * model.slope,
    base: (t: number): number => M - model.slope * (meanExtraction(candidate, t) - share * extraction(j, t)),
  };
}

function firstOrderDefect(model: ExhaustibleModel, question: Question, candidate: ExhaustibleCandidate): number {
  const { own, all } = decisionSlopes(model, question);
  const M = margin(model);
  let worst = 0;
  for (const t of candidate.mesh) {
    const mean = meanExtraction(candidate, t);
    model.classes.forEach((_, j) => {
      const q = candidate.extraction(j, t);
      const defect = M - own * q - all * mean - candidate.shadowPrice[j] * Math.exp(model.discount * t);
      worst = Math.max(worst, (q > 0 ? Math.abs(defect) : defect) / M);
    });
  }
  return worst;
}

/** The last unit is sold where the margin on it is zero; too early or too late, the defect grows with the distance. */
function exhaustionDefect(model: ExhaustibleModel, question: Question, candidate: ExhaustibleCandidate): number {
  const { all } = decisionSlopes(model, question);
  const M = margin(model);
  return Math.max(
    ...Array.from(candidate.exhaustion, (tau, j) => {
      const left = M - all * meanExtraction(candidate, tau) - candidate.shadowPrice[j] * Math.exp(model.discount * tau);
      return Math.abs(left) / M;
    }),
  );
}

function integrate({ mesh }: ExhaustibleCandidate, f: (t: number) => number): number {
  let sum = 0;
  for (let i = 1; i < mesh.length; i++) sum += gaussLegendreIntegrate(f, mesh[i - 1], mesh[i], 6);
  return sum;
}
