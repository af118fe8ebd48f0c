import type { Question } from "../../core/index.ts";
import { once } from "../../core/index.ts";
import { findRoot } from "../../numeric/roots.ts";
import { coleHopf } from "./cole-hopf.ts";
import { charges, effortAt, reachOf } from "./model.ts";
import type { AggregateModel } from "./model.ts";

export interface ThresholdClosedForm {
  readonly mean: (t: number) => number;
  readonly variance: (t: number) => number;
  readonly cost: () => number;
  /** y(t, m), with common noise. */
  readonly adjoint?: (t: number, m: number) => number;
  readonly densityAtEnd?: (m: number) => number;
  /** y along the equilibrium, without. */
  readonly path?: (t: number) => number;
  /** Means at T of all equilibria. */
  readonly equilibria?: readonly number[];
}

/** What of a model decides whether it has a closed form: `quadratic` is c₁ = kα²/2, `free` is τ = 0. */
export interface ClosedFormClass {
  readonly k: number;
  readonly quadratic: boolean;
  readonly free: boolean;
}

/**
 * The answer where it is known: without a running price, and with common noise if efforts cost a square.
 *
 * @param chosen place of the equilibrium without common noise; the one of least potential where left out.
 * @returns undefined where it is not known.
 */
export function thresholdClosedForm(
  model: AggregateModel,
  { k, quadratic, free }: ClosedFormClass,
  question: Question,
  chosen: number | undefined,
): ThresholdClosedForm | undefined {
  if (!free) return undefined;
  if (model.commonNoise === 0) return withoutNoise(model, question, chosen);
  return quadratic ? withNoise(model, k, question) : undefined;
}

function withNoise(model: AggregateModel, k: number, question: Question): ThresholdClosedForm {
  const { horizon, start, commonNoise } = model;
  const solved = once(() =>
    coleHopf({
      stiffness: k,
      noise: commonNoise,
      horizon,
      start,
      terminal: charges(model, question).terminal,
      bound: (k * reachOf(model, question)) / horizon,
    }),
  );
  const known = new Map<string, number>();
  return {
    adjoint: (t, m) => {
      const key = `${t} ${m}`;
      const value = known.get(key) ?? solved().adjoint(t, m);
      known.set(key, value);
      return value;
    },
    densityAtEnd: (m) => solved().densityAtEnd(m),
    mean: (t) => solved().mean(t),
    variance: (t) => solved().variance(t),
    // The potential counts H(m_T), or for the planner m_T h(m_T), which is the cost itself.
    cost: () => {
      const { potential, expectAtEnd } = solved();
      if (question.concept === "planner") return potential;
      const { value, integral } = model.terminal;
      return potential + expectAtEnd((m) => m * value(m) - integral(m));
    },
  };
}

/** Straight characteristics: m_T = m₀ + T (c₁′)⁻¹(−h(m_T)). */
function withoutNoise(model: AggregateModel, question: Question, chosen: number | undefined): ThresholdClosedForm {
  const { terminal } = charges(model, question);
  const { horizon, start, effort } = model;
  const gap = (x: number): number => x - start - horizon * effortAt(model, terminal.value(x));
  const reach = 1.01 * reachOf(model, question) + 1e-6;
  const samples = 20_000;
  const roots: number[] = [];
  const at = (i: number): number => start + reach * ((2 * i) / samples - 1);
  for (let i = 0; i < samples; i++) {
    const [left, right] = [gap(at(i)), gap(at(i + 1))];
    if (left === 0) roots.push(at(i));
    else if (left * right < 0) roots.push(findRoot(gap, at(i), at(i + 1)));
  }
  const potential = (x: number): number =>
    horizon * effort.value(effortAt(model, terminal.value(x))) + terminal.integral(x);
  const least = roots.reduce((best, x, i) => (potential(x) < potential(roots[best]) ? i : best), 0);
  const end = roots[chosen ?? least];
  const y = terminal.value(end);
  const effortNow = effortAt(model, y);
  return {
    mean: (t) => start + t * effortNow,
    variance: () => 0,
    path: () => y,
    equilibria: roots,
    cost: () => horizon * effort.value(effortNow) + end * model.terminal.value(end),
  };
}
