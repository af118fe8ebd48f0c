/**
 * The two equations of a stationary game at given values, masses and surroundings, with their derivatives.
 *
 * The scheme is told in `stationary-problem.ts`. Values are unknowns u, masses π; λ is left out of the first equation here.
 */

import { restOf } from "./legendre.ts";
import { viscosity } from "./model.ts";
import type { AxisHamiltonian, Population } from "./model.ts";
import type { OpenEnd, StationaryProblem } from "./stationary-problem.ts";

/** What players see beside the density where they stand. */
export interface Surroundings {
  /** (K * m) at each unknown; empty where the model has no kernel. */
  readonly nearby: Float64Array;
  readonly aggregates: Float64Array;
}

/** Both directions of the links of one axis, one number for each unknown that they start from; 0 where there is no link. */
export interface LinkField {
  readonly up: Float64Array;
  readonly down: Float64Array;
}

export interface StationaryEquations {
  /** −ν D²u + H − F at each unknown: −λ everywhere in a best response. */
  readonly hjb: Float64Array;
  /** Its derivative by the density at the same unknown. */
  readonly hjbByDensity: Float64Array;
  /** G: the rates at which players jump over links, for each axis. */
  readonly rates: readonly LinkField[];
  /** −H_p towards the neighbour, of each link: what the policy adds to rates, times the scheme's share. */
  readonly speeds: readonly LinkField[];
  /** Derivatives of rates by the density where they start; undefined where no Hamiltonian sees it. */
  readonly ratesByDensity: readonly LinkField[] | undefined;
  /** −∂(rate)/∂(u_neighbour) ≥ 0 for each axis. */
  readonly stiffness: readonly LinkField[];
  /** Derivatives of the first equation at the open ends of each axis, by u there, at the inner and at the innermost unknown. */
  readonly openRows: readonly (readonly (readonly [at: number, inner: number, innermost: number])[])[];
  /** Drift along each axis: the mean speed of the chain. */
  readonly drift: readonly Float64Array[];
  /** Gᵀ π as it arrives: what flows out of each unknown less what flows in. */
  readonly outflow: Float64Array;
}

/** A population that is read at one unknown after the other. */
interface Seen extends Population {
  density: number;
  nearby: number;
}

/** Evaluates both equations. */
export function stationaryEquations(
  problem: StationaryProblem,
  u: Float64Array,
  mass: Float64Array,
  { nearby, aggregates }: Surroundings,
): StationaryEquations {
  const { model, count, x, y, weights, axes } = problem;
  const { running } = model;
  const seen: Seen = { density: 0, nearby: 0, aggregates };
  const field = (): Float64Array => new Float64Array(count);
  const links = (): LinkField[] => axes.map(() => ({ up: field(), down: field() }));
  const seesDensity = model.hamiltonian.some(({ sees }) => sees?.density === true);
  const out = {
    hjb: field(),
    hjbByDensity: field(),
    rates: links(),
    speeds: links(),
    ratesByDensity: seesDensity ? links() : undefined,
    stiffness: links(),
    drift: axes.map(field),
  };
  const look = (i: number): void => {
    seen.density = mass[i] / weights[i];
    seen.nearby = nearby.length === 0 ? 0 : nearby[i];
  };
  const openRows = axes.map((axis, a) => {
    const hamiltonian = hamiltonianOf(problem, a);
    const scheme = linkTerms(problem, hamiltonian, seen);
    for (let i = 0; i < count; i++) {
      look(i);
      addLinks(problem, a, i, u, scheme, out);
      if (hamiltonian.sees?.density === true && out.ratesByDensity !== undefined) {
        const [hjb, up, down] = byDensity(seen, () => addLinks(problem, a, i, u, scheme, undefined));
        out.hjbByDensity[i] += hjb;
        out.ratesByDensity[a].up[i] = up;
        out.ratesByDensity[a].down[i] = down;
      }
    }
    return axis.open.map((end) => {
      look(end.at);
      return openRow(problem, a, end, u, scheme, out.hjb);
    });
  });
  for (let i = 0; i < count; i++) {
    look(i);
    out.hjb[i] -= running.value(0, x[i], y[i], seen);
    if (running.sees?.density === true) {
      out.hjbByDensity[i] -=
        running.densitySlope?.(0, x[i], y[i], seen) ?? byDensity(seen, () => [running.value(0, x[i], y[i], seen)])[0];
    }
  }
  return { ...out, openRows, outflow: outflowOf(problem, out.rates, mass) };
}

export function hamiltonianOf({ model }: StationaryProblem, a: number): AxisHamiltonian {
  return model.hamiltonian[a] ?? model.hamiltonian[0];
}

/** What masses flow out of each unknown at the given rates, less what flows in: what leaves one arrives at another. */
export function outflowOf({ axes }: StationaryProblem, rates: readonly LinkField[], mass: Float64Array): Float64Array {
  const out = new Float64Array(mass.length);
  axes.forEach(({ next, previous }, a) => {
    const { up, down } = rates[a];
    for (let i = 0; i < mass.length; i++) {
      if (next[i] >= 0) {
        const flow = mass[i] * up[i];
        out[i] += flow;
        out[next[i]] -= flow;
      }
      if (previous[i] >= 0) {
        const flow = mass[i] * down[i];
        out[i] += flow;
        out[previous[i]] -= flow;
      }
    }
  });
  return out;
}

/** Value, slope and curvature of H at one momentum. */
interface Term {
  value: number;
  slope: number;
  curvature: number;
}

/** H at unknown i over links of a kind, as the scheme counts it. */
interface LinkTerms {
  /** H₀, once for each axis. */
  readonly base: (i: number) => number;
  /** H − H₀ with its derivatives over a link upwards or downwards at momentum p; `base` of the same i was asked before. */
  readonly link: (i: number, side: 1 | -1, p: number) => Term;
}

function linkTerms(problem: StationaryProblem, hamiltonian: AxisHamiltonian, seen: Seen): LinkTerms {
  const { x, y, scheme } = problem;
  let rest = 0;
  let atRest = 0;
  const term: Term = { value: 0, slope: 0, curvature: 0 };
  const curvatureAt = (i: number, p: number): number => {
    if (hamiltonian.curvature !== undefined) return hamiltonian.curvature(0, x[i], y[i], p, seen);
    const step = 1e-5 * Math.max(1, Math.abs(p));
    const slope = (q: number): number => hamiltonian.slope(0, x[i], y[i], q, seen);
    return (slope(p + step) - slope(p - step)) / (2 * step);
  };
  return {
    base: (i) => {
      // Where H only rises or only falls, players are carried one way; it counts from p = 0 then, and over that link.
      rest = scheme === "upwind" ? restOf(hamiltonian, 0, x[i], y[i], seen) : 0;
      atRest = hamiltonian.value(0, x[i], y[i], Number.isFinite(rest) ? rest : 0, seen);
      return atRest;
    },
    link: (i, side, p) => {
      if (scheme === "central" || (side === 1 ? p <= rest : p >= rest)) {
        term.value = hamiltonian.value(0, x[i], y[i], p, seen) - atRest;
        term.slope = hamiltonian.slope(0, x[i], y[i], p, seen);
        term.curvature = curvatureAt(i, p);
      } else {
        term.value = 0;
        term.slope = 0;
        term.curvature = 0;
      }
      return term;
    },
  };
}

/** The parts of the equations over the links of unknown i along axis a; only returned, not added, without `out`. */
function addLinks(
  { model, scheme, axes }: StationaryProblem,
  a: number,
  i: number,
  u: Float64Array,
  terms: LinkTerms,
  out:
    | {
        readonly hjb: Float64Array;
        readonly rates: readonly LinkField[];
        readonly speeds: readonly LinkField[];
        readonly stiffness: readonly LinkField[];
        readonly drift: readonly Float64Array[];
      }
    | undefined,
): readonly [hjb: number, up: number, down: number] {
  const { spacing: h, weights, next, previous } = axes[a];
  const share = scheme === "upwind" ? 1 : h / (2 * weights[i]);
  const diffusion = viscosity(model) / (h * weights[i]);
  let hjb = terms.base(i);
  let up = 0;
  let down = 0;
  let drift = 0;
  for (const side of [1, -1] as const) {
    const j = side === 1 ? next[i] : previous[i];
    if (j < 0) continue;
    const { value, slope, curvature } = terms.link(i, side, (side * (u[j] - u[i])) / h);
    hjb += share * value - diffusion * (u[j] - u[i]);
    const rate = diffusion - (side * share * slope) / h;
    if (side === 1) up = rate;
    else down = rate;
    drift -= share * slope;
    if (out === undefined) continue;
    const way = side === 1 ? "up" : "down";
    out.stiffness[a][way][i] = (share * curvature) / (h * h);
    out.speeds[a][way][i] = -side * slope;
  }
  if (out !== undefined) {
    out.hjb[i] += hjb;
    out.rates[a].up[i] = up;
    out.rates[a].down[i] = down;
    out.drift[a][i] = drift;
  }
  return [hjb, up, down];
}

/** Puts the first equation at an open end in place of what its links alone gave; returns its derivatives by u. */
function openRow(
  problem: StationaryProblem,
  a: number,
  { at, inward, inner, innermost, slope }: OpenEnd,
  u: Float64Array,
  terms: LinkTerms,
  hjb: Float64Array,
): readonly [at: number, inner: number, innermost: number] {
  const { spacing: h } = problem.axes[a];
  const nu = viscosity(problem.model);
  const share = problem.scheme === "upwind" ? 1 : 0.5;
  hjb[at] -= addLinks(problem, a, at, u, terms, undefined)[0];
  const p = (inward * (u[inner] - u[at])) / h;
  const beyond = slope === undefined ? 2 * p - (inward * (u[innermost] - u[inner])) / h : 2 * slope - p;
  const base = terms.base(at);
  const outer = inward === 1 ? -1 : 1;
  const inside = terms.link(at, inward, p);
  hjb[at] += base + share * inside.value - (inward * nu * (p - beyond)) / h;
  const byInside = share * inside.slope - (inward * nu) / h;
  const outside = terms.link(at, outer, beyond);
  hjb[at] += share * outside.value;
  const byOutside = share * outside.slope + (inward * nu) / h;
  const [byP, byNext] = slope === undefined ? [byInside + 2 * byOutside, -byOutside] : [byInside - byOutside, 0];
  return [(-inward * byP) / h, (inward * (byP - byNext)) / h, (inward * byNext) / h];
}

/** Derivatives of numbers by the density that is seen: central differences, towards 0 by half of it at most. */
function byDensity(seen: Seen, f: () => readonly number[]): readonly number[] {
  const { density } = seen;
  const step = 1e-5 * Math.max(density, 1e-3);
  const low = Math.max(density - step, 0.5 * density);
  seen.density = density + step;
  const after = f();
  seen.density = low;
  const before = f();
  seen.density = density;
  return after.map((value, k) => (value - before[k]) / (density + step - low));
}
