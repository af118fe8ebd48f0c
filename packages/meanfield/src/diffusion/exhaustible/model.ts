import type { Model, Question } from "../../core/index.ts";
import { findRoot } from "../../numeric/roots.ts";

/**
 * Producers who draw down finite reserves without noise, over an infinite horizon, and meet in one market.
 *
 *     Ẋ_i = −q_i, X_i ≥ 0, q_i ≥ 0,     price P_t = P₀ − γ q̄_t,
 *     profit = ∫₀^∞ e^{−rt} (q_i P_t − c₁ q_i − ½ c₂ q_i²) dt.
 *
 * Producers fall into classes of equal reserves; q̄ is the average over all producers.
 */
export interface ExhaustibleModel {
  readonly family: "diffusion";
  readonly kind: "exhaustible";
  /** P₀ > c₁. */
  readonly intercept: number;
  /** γ ≥ 0. */
  readonly slope: number;
  /** c₁. */
  readonly linearCost: number;
  /** c₂ > 0. */
  readonly quadraticCost: number;
  /** r > 0. */
  readonly discount: number;
  readonly classes: readonly ReserveClass[];
}

export interface ReserveClass {
  /** The number under which the game knows the class. */
  readonly label: number;
  /** Reserves at the start, > 0. */
  readonly reserves: number;
  /** Share of the producers, > 0; the shares sum to 1. */
  readonly weight: number;
}

/** A plan for every class, and what it takes the market to be. */
export interface ExhaustibleCandidate {
  readonly model: ExhaustibleModel;
  readonly question: Question;
  /** Output of a producer of class j (its place in `model.classes`) at time t ≥ 0. */
  readonly extraction: (j: number, t: number) => number;
  /** Present value at time 0 of one more unit of reserves, by class. */
  readonly shadowPrice: Float64Array;
  /** When the class stops, by class. */
  readonly exhaustion: Float64Array;
  /** The price that the plan assumed, checked against the one that it induces. */
  readonly assumedPrice: (t: number) => number;
  /** Increasing times from 0 to the last exhaustion, between which the plan is smooth. */
  readonly mesh: Float64Array;
}

/**
 * How marginal revenue falls for who decides: c₁ + own·q_i + all·q̄ + λ_i e^{rt} = P₀ while q_i > 0.
 *
 * A price-taker sees its cost alone; one of N players who commit to plans also its own 1/N of the market; the cartel
 * counts the fall of the price for everybody.
 */
export interface DecisionSlopes {
  readonly own: number;
  readonly all: number;
}

export function decisionSlopes(model: ExhaustibleModel, { concept, players }: Question): DecisionSlopes {
  const { slope, quadraticCost } = model;
  if (concept === "planner") return { own: quadraticCost, all: 2 * slope };
  return { own: quadraticCost + slope / players, all: slope };
}

/** P₀ − c₁, the margin on the first unit. */
export function margin(model: ExhaustibleModel): number {
  return model.intercept - model.linearCost;
}

/** P_t for average output q̄. */
export function priceAt(model: ExhaustibleModel, meanExtraction: number): number {
  return model.intercept - model.slope * meanExtraction;
}

/** q̄_t under a candidate. */
export function meanExtraction({ model, extraction }: ExhaustibleCandidate, t: number): number {
  return model.classes.reduce((sum, { weight }, j) => sum + weight * extraction(j, t), 0);
}

/**
 * A time by which all is exhausted: when all producers would be, had they the largest reserves.
 *
 * Then all output is M(1 − e^{−r(τ−t)})/(own + all), and its integral the reserves.
 */
export function exhaustionBound(model: ExhaustibleModel, question: Question): number {
  const { own, all } = decisionSlopes(model, question);
  const r = model.discount;
  const reserves = Math.max(...model.classes.map((c) => c.reserves));
  const load = (r * (own + all) * reserves) / margin(model);
  // rτ − 1 + e^{−rτ} = load, and x + e^{−x} − 1 ≥ x²/(2 + x).
  const far = 1 + load + Math.sqrt(load * (load + 4));
  return findRoot((x) => x + Math.expm1(-x) - load, 0, far) / r;
}

/** Undefined for a model of this kind; otherwise the line with which a solver for exhaustible reserves turns it away. */
export function otherKind(model: Model & { readonly kind?: string }): string | undefined {
  return model.kind === "exhaustible"
    ? undefined
    : `it solves games of exhaustible reserves, this model is ${model.kind ?? "of another kind"}`;
}

/** Why a question makes no sense for these models; undefined where it does. */
export function refusedQuestion(
  model: ExhaustibleModel,
  { concept, players, information }: Question,
): string | undefined {
  if (concept === "planner" || players === Infinity) return undefined;
  if (information === "feedback") {
    return "for finitely many players only the open-loop game is solved: feedback strategies on reserves have no closed market";
  }
  const split = model.classes.find(({ weight }) => Math.abs(weight * players - Math.round(weight * players)) > 1e-9);
  if (split === undefined) return undefined;
  return `players = ${players}: the class ${split.label} has the share ${split.weight}, which is no whole number of players`;
}
