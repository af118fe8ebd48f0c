/**
 * How well a field satisfies its backward equation over Brownian motions, without time steps and without chance.
 *
 * A field (Y, Z) solves the equation if and only if, from every time t and state x,
 *
 *     Y^i(t,x)    = E[ξ^i + ∫ₜᵀ f_s ds],
 *     Z^{ij}(t,x) = E[ξ^i (W^j_T − W^j_t)/(T − t) + ∫ₜᵀ f_s (W^j_s − W^j_t)/(s − t) ds]
 *
 * (J. Ma, J. Zhang, "Representation theorems for backward stochastic differential equations", Annals of Applied Probability 12 (2002)
 * 1390–1418), with f_s the driver along the field itself. Expectations are sums over Gaussian nodes. With several players they are
 * taken one Brownian motion at a time, which is exact for functions that are sums over players, as all are in a linear system; the
 * other players start from one common state, so that they need one sum together.
 */

import { gaussHermite, gaussLegendre } from "../numeric/gauss-rules.ts";
import type { InteractingCandidate } from "./candidate.ts";
import { gaussianRule } from "./gaussian-rule.ts";
import type { GaussianRule } from "./gaussian-rule.ts";
import { martingaleOf } from "./model.ts";

/** E[F], E[F ΔW^0]/τ and E[F ΔW^1]/τ. */
interface Projections {
  readonly mean: number;
  readonly own: number;
  readonly other: number;
}

/** Largest violation over a few times and states, relative to the values where these exceed one. */
export function mildResidual({ model, question, field, assumedLaw }: InteractingCandidate): number {
  const { horizon, driver, terminal, functionals, terminalFunctionals, linear } = model;
  const limit = question.players === Infinity;
  const players = limit ? 1 : question.players;
  const y = new Float64Array(players);
  const z = new Float64Array(players);
  const law = new Float64Array(functionals.length);
  const finalLaw = new Float64Array(terminalFunctionals.length);
  // Linear systems are entire functions of W, which far fewer nodes integrate, Gauss's fewest where they grow slowly.
  const s = linear === undefined ? 0 : Math.abs(martingaleOf(linear).s) * Math.sqrt(horizon);
  const rule = linear === undefined ? gaussianRule(0.05, 9) : s <= 1 ? gaussHermite(16) : gaussianRule(0.5, 10 + s);
  if (limit) {
    const states = rule.nodes.map((node) => node * Math.sqrt(horizon));
    terminalFunctionals.forEach(({ of }, k) => (finalLaw[k] = of(states, rule.weights)));
  }
  const last = (x: Float64Array): number => {
    if (!limit) terminalFunctionals.forEach(({ of }, k) => (finalLaw[k] = of(x)));
    return terminal(x[0], finalLaw);
  };
  let lawTime = Number.NaN;
  const rate = (t: number, x: Float64Array): number => {
    field.values(t, x, y);
    field.diagonal(t, x, z);
    if (limit) {
      // One law for all states at a time.
      if (t !== lawTime) assumedLaw?.(t, law);
      lawTime = t;
    } else functionals.forEach(({ of }, k) => (law[k] = of(y)));
    return driver(t, x[0], y[0], z[0], law);
  };
  let worst = 0;
  for (const [t, own, others] of points(horizon, players)) {
    const x = new Float64Array(players).fill(others);
    x[0] = own;
    const end = projections(rule, last, x, horizon - t);
    const along = integrated(
      (time) => projections(rule, (states) => rate(time, states), x, time - t),
      [t, horizon],
      // A driver with a kink would be halved for ever, and no solver gives a nonlinear equation to more; sums over players round.
      linear === undefined ? 1e-9 : 1e-13 * Math.max(1, players / 1000),
    );
    field.values(t, x, y);
    const value = y[0];
    const pairs = [
      [value, end.mean + along.mean],
      [field.z(t, x, 0, 0), end.own + along.own],
      ...(players > 1 ? [[field.z(t, x, 0, 1), end.other + along.other]] : []),
    ];
    for (const [claimed, implied] of pairs) {
      const gap = Math.abs(claimed - implied) / Math.max(1, Math.abs(value));
      // A NaN must come through.
      worst = Number.isNaN(gap) ? gap : Math.max(worst, gap);
    }
  }
  return worst;
}

/** Times with the state of the first player and of all others; fewer where a field of many players is costly to read. */
function points(horizon: number, players: number): readonly (readonly [t: number, own: number, others: number])[] {
  const start = [0, 0, 0] as const;
  if (players > 2000) return [start];
  return [
    start,
    ...[1 / 3, 2 / 3].flatMap((share) => {
      const t = share * horizon;
      const scale = Math.sqrt(t);
      return [[t, -scale, 0.5 * scale] as const, [t, 1.2 * scale, -0.4 * scale] as const];
    }),
  ];
}

/** Over F(x + √τ G), one coordinate of G at a time; the others' all at once, since alike functions of alike states add up. */
function projections(rule: GaussianRule, F: (x: Float64Array) => number, x: Float64Array, tau: number): Projections {
  const root = Math.sqrt(tau);
  const here = F(x);
  const along = (from: number, to: number): readonly [change: number, slope: number] => {
    const start = x[from];
    let change = 0;
    let slope = 0;
    rule.nodes.forEach((node, k) => {
      x.fill(start + root * node, from, to);
      const difference = F(x) - here;
      change += rule.weights[k] * difference;
      slope += rule.weights[k] * node * difference;
    });
    x.fill(start, from, to);
    return [change, slope / root];
  };
  const [own, ownSlope] = along(0, 1);
  if (x.length === 1) return { mean: here + own, own: ownSlope, other: 0 };
  const [others, otherSlopes] = along(1, x.length);
  return { mean: here + own + others, own: ownSlope, other: otherSlopes / (x.length - 1) };
}

/** ∫ of all three over time by Gauss's rule on ever more panels, until two agree. */
function integrated(
  F: (time: number) => Projections,
  [low, high]: readonly [number, number],
  tolerance: number,
): Projections {
  let before: Projections | undefined;
  for (let panels = 1; ; panels *= 2) {
    const sum = { mean: 0, own: 0, other: 0 };
    const width = (high - low) / panels;
    for (let panel = 0; panel < panels; panel++) {
      for (let k = 0; k < legendre.nodes.length; k++) {
        const value = F(low + width * (panel + 0.5 * (1 + legendre.nodes[k])));
        const weight = 0.5 * width * legendre.weights[k];
        sum.mean += weight * value.mean;
        sum.own += weight * value.own;
        sum.other += weight * value.other;
      }
    }
    if (before !== undefined) {
      const size = Math.max(1, Math.abs(sum.mean), Math.abs(sum.own), Math.abs(sum.other));
      const gap = Math.max(
        Math.abs(sum.mean - before.mean),
        Math.abs(sum.own - before.own),
        Math.abs(sum.other - before.other),
      );
      if (!(gap > tolerance * size) || panels >= 64) return sum;
    }
    before = sum;
  }
}

const legendre = gaussLegendre(12);
