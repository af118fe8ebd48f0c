/**
 * The certificate of a stationary answer, from the definition of its chain alone and apart from what solvers use.
 *
 * - exploitability: what the candidate's policy costs per unit of time when all play it, under its own stationary law, less the
 *   least that one player can pay against that law, found by policy iteration on costs of controls (R. A. Howard, "Dynamic
 *   Programming and Markov Processes", MIT Press 1960, chapter 4);
 * - consistency: Σ |Δ mass| between the candidate's masses and that law;
 * - residual: the largest defect of the two equations at the candidate's values, masses and constant; at open ends, where the
 *   value goes on and the chain does not, of the second alone.
 */

import type { Certificate, Question } from "../../core/index.ts";
import { dissect } from "../../numeric/nested-dissection.ts";
import { analyseSparse, factorSparse } from "../../numeric/sparse-lu.ts";
import { assemble, assemblyOf } from "../../numeric/sparse.ts";
import type { StationaryCandidate } from "./candidate.ts";
import { lagrangian, restOf } from "./legendre.ts";
import type { AxisHamiltonian, Population } from "./model.ts";
import type { GridPolicy } from "./problem.ts";

export function certifyStationary({ concept }: Question, candidate: StationaryCandidate): Certificate {
  const chain = chainOf(candidate);
  const { policy, mass } = candidate;
  const law = lawOf(chain, policy);
  const consistency = sumOf(law.map((amount, k) => Math.abs(amount - mass[k])));
  const seen = surroundingsOf(chain, policy, law);
  const paid = sumOf(costsOf(chain, policy, law, seen).map((cost, k) => law[k] * cost));
  return {
    exploitability: concept === "planner" ? null : paid - leastCost(chain, policy, law, seen),
    consistency,
    residual: concept === "planner" ? null : residualOf(chain, candidate),
    exactError: null,
  };
}

interface Link {
  readonly from: number;
  readonly to: number;
  readonly axis: number;
  /** 1 to the next point, −1 to the previous. */
  readonly side: 1 | -1;
  readonly spacing: number;
  /** ν/(h w_a). */
  readonly diffusion: number;
  /** What a drift of 1 towards `to` adds to the rate: 1/h, or 1/(2 w_a). */
  readonly reach: number;
}

interface Chain {
  readonly candidate: StationaryCandidate;
  /** Points that are no walls. */
  readonly free: readonly number[];
  readonly links: readonly Link[];
  readonly x: (k: number) => number;
  readonly y: (k: number) => number;
}

function chainOf(candidate: StationaryCandidate): Chain {
  const { grid, model, scheme } = candidate;
  const [first, second] = grid.axes;
  const columns = second?.points.length ?? 1;
  const x = (k: number): number => first.points[Math.floor(k / columns)];
  const y = (k: number): number => second?.points[k % columns] ?? 0;
  const isFree = (k: number): boolean => (model.place?.(x(k), y(k)) ?? "free") === "free";
  const free = Array.from({ length: grid.size }, (_, k) => k).filter(isFree);
  const nu = 0.5 * model.volatility ** 2;
  const links: Link[] = [];
  for (const k of free) {
    grid.axes.forEach((axis, a) => {
      const count = axis.points.length;
      const place = a === 0 ? Math.floor(k / columns) : k % columns;
      const spacing = axis.points[1] - axis.points[0];
      for (const side of [1, -1] as const) {
        const target = axis.periodic ? (place + side + count) % count : place + side;
        if (target < 0 || target >= count) continue;
        const to = k + (target - place) * (a === 0 ? columns : 1);
        if (!isFree(to)) continue;
        const weight = axis.weights[place];
        const reach = scheme === "upwind" ? 1 / spacing : 0.5 / weight;
        links.push({ from: k, to, axis: a, side, spacing, diffusion: nu / (spacing * weight), reach });
      }
    });
  }
  return { candidate, free, links, x, y };
}

function sumOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function hamiltonianOf({ candidate }: Chain, axis: number): AxisHamiltonian {
  return candidate.model.hamiltonian[axis] ?? candidate.model.hamiltonian[0];
}

/** The speed towards `to` that a policy has over a link. */
function speed({ rise, fall }: GridPolicy, { axis, side, from }: Link): number {
  return side === 1 ? rise[axis][from] : fall[axis][from];
}

function rateOf(policy: GridPolicy, link: Link): number {
  return link.diffusion + link.reach * speed(policy, link);
}

/** Solves with −G or its transpose, the row of one point replaced by that of the identity. */
function solverOf(
  chain: Chain,
  policy: GridPolicy,
  pin: number,
  transposed: boolean,
): (right: Float64Array) => Float64Array {
  const { candidate, links, x, y } = chain;
  const { size } = candidate.grid;
  const everywhere = Array.from({ length: size }, (_, k) => k);
  const isFree = new Uint8Array(size);
  for (const k of chain.free) isFree[k] = 1;
  const row = [...everywhere];
  const column = [...everywhere];
  // Walls, which nothing joins, and the pin have the identity's rows.
  const value: number[] = everywhere.map((k) => (k === pin || isFree[k] === 0 ? 1 : 0));
  for (const link of links) {
    const rate = rateOf(policy, link);
    const [r, c] = transposed ? [link.to, link.from] : [link.from, link.to];
    row.push(link.from, r);
    column.push(link.from, c);
    value.push(link.from === pin ? 0 : rate, r === pin ? 0 : -rate);
  }
  const assembly = assemblyOf(size, size, row, column);
  const parts = dissect(assembly.pattern, [Float64Array.from(everywhere, x), Float64Array.from(everywhere, y)]);
  return factorSparse(analyseSparse(assembly.pattern, parts), assemble(assembly, value)).solve;
}

/** The stationary law of a policy. */
function lawOf(chain: Chain, policy: GridPolicy): Float64Array {
  const { mass } = chain.candidate;
  const pin = mass.indexOf(Math.max(...chain.free.map((k) => mass[k])));
  const right = new Float64Array(mass.length);
  right[pin] = 1;
  const law = solverOf(chain, policy, pin, true)(right);
  const total = sumOf(law);
  return law.map((amount) => amount / total);
}

interface Seen {
  readonly nearby: Float64Array | undefined;
  readonly aggregates: Float64Array;
}

/** What a law of players who follow a policy shows beside its density. */
function surroundingsOf({ candidate, free, x, y }: Chain, policy: GridPolicy, law: Float64Array): Seen {
  const { model, scheme } = candidate;
  const aggregates = Float64Array.from(model.aggregates, ({ state, drift }) => {
    let sum = 0;
    for (const k of free) {
      let here = state?.(0, x(k), y(k)) ?? 0;
      drift?.forEach((weight, a) => (here += weight(0, x(k), y(k)) * driftOf(policy, scheme, candidate, a, k)));
      sum += law[k] * here;
    }
    return sum;
  });
  const { nearby: kernels } = model;
  if (kernels === undefined) return { nearby: undefined, aggregates };
  const nearby = new Float64Array(law.length);
  for (const k of free) {
    for (const l of free) nearby[k] += kernels[0](x(k), x(l)) * (kernels[1]?.(y(k), y(l)) ?? 1) * law[l];
  }
  return { nearby, aggregates };
}

/** The drift along an axis that speeds over its two links make; a link that is missing makes none. */
function driftOf(
  { rise, fall }: GridPolicy,
  scheme: string,
  { grid }: StationaryCandidate,
  a: number,
  k: number,
): number {
  if (scheme === "upwind") return rise[a][k] - fall[a][k];
  const axis = grid.axes[a] ?? grid.axes[0];
  const columns = grid.axes[1]?.points.length ?? 1;
  const weight = axis.weights[a === 0 ? Math.floor(k / columns) : k % columns];
  return ((rise[a][k] - fall[a][k]) * (axis.points[1] - axis.points[0])) / (2 * weight);
}

function populationAt(chain: Chain, law: Float64Array, { nearby, aggregates }: Seen, k: number): Population {
  return { density: law[k] / chain.candidate.grid.weights[k], nearby: nearby?.[k] ?? 0, aggregates };
}

/** The momentum of H₀ of an axis at a point: that of rest, or 0; infinite where nobody can stand still. */
function stillAt(chain: Chain, axis: number, k: number, population: Population): number {
  const { scheme } = chain.candidate;
  return scheme === "upwind" ? restOf(hamiltonianOf(chain, axis), 0, chain.x(k), chain.y(k), population) : 0;
}

/** H₀ of an axis at a point. */
function baseOf(chain: Chain, axis: number, k: number, population: Population): number {
  const rest = stillAt(chain, axis, k, population);
  return hamiltonianOf(chain, axis).value(0, chain.x(k), chain.y(k), Number.isFinite(rest) ? rest : 0, population);
}

/** What a policy costs per unit of time at each point: Σ_links s (L + H₀) − Σ_axes H₀ + F. */
function costsOf(chain: Chain, policy: GridPolicy, law: Float64Array, seen: Seen): Float64Array {
  const { candidate, links, free, x, y } = chain;
  const costs = new Float64Array(law.length);
  for (const k of free) {
    const population = populationAt(chain, law, seen, k);
    costs[k] = candidate.model.running.value(0, x(k), y(k), population);
    candidate.grid.axes.forEach((_, a) => (costs[k] -= baseOf(chain, a, k, population)));
  }
  for (const link of links) {
    const { from: k, axis, side, reach, spacing } = link;
    const population = populationAt(chain, law, seen, k);
    const drift = side * speed(policy, link);
    // Nobody takes this link who is carried over the other one.
    if (drift === 0 && !Number.isFinite(stillAt(chain, axis, k, population))) continue;
    const control = lagrangian(hamiltonianOf(chain, axis), 0, x(k), y(k), drift, population);
    costs[k] += reach * spacing * (control + baseOf(chain, axis, k, population));
  }
  return costs;
}

/** The least average cost against a law that stands still, by policy iteration from the given policy. */
function leastCost(chain: Chain, start: GridPolicy, law: Float64Array, seen: Seen): number {
  const pin = law.indexOf(Math.max(...law));
  let policy = start;
  let least = Infinity;
  for (let k = 0; k < 100; k++) {
    const costs = costsOf(chain, policy, law, seen);
    const solve = solverOf(chain, policy, pin, false);
    const [paid, unit] = [costs.slice(), new Float64Array(law.length).fill(1)];
    paid[pin] = 0;
    unit[pin] = 0;
    const [a, b] = [solve(paid), solve(unit)];
    // v = a − λ b solves all rows but the pin's; that one tells λ.
    let [fromPaid, fromUnit] = [costs[pin], 1];
    for (const link of chain.links) {
      if (link.from !== pin) continue;
      fromPaid += rateOf(policy, link) * (a[link.to] - a[pin]);
      fromUnit += rateOf(policy, link) * (b[link.to] - b[pin]);
    }
    const constant = fromPaid / fromUnit;
    // It falls from policy to policy, quadratically near the end, until rounding is all that moves it.
    if (!(constant < least - 1e-13 * Math.max(1, Math.abs(constant)))) return Math.min(least, constant);
    least = constant;
    policy = improved(
      chain,
      a.map((value, i) => value - constant * b[i]),
      law,
      seen,
    );
  }
  return least;
}

/** The policy that answers to a value. */
function improved(chain: Chain, value: Float64Array, law: Float64Array, seen: Seen): GridPolicy {
  const { candidate, links, x, y } = chain;
  const fields = (): Float64Array[] => candidate.grid.axes.map(() => new Float64Array(value.length));
  const policy = { rise: fields(), fall: fields() };
  for (const { from: k, to, axis, side, spacing } of links) {
    const population = populationAt(chain, law, seen, k);
    const hamiltonian = hamiltonianOf(chain, axis);
    const p = (side * (value[to] - value[k])) / spacing;
    const towards = -side * hamiltonian.slope(0, x(k), y(k), p, population);
    const speedThere = candidate.scheme === "upwind" ? Math.max(0, towards) : towards;
    (side === 1 ? policy.rise : policy.fall)[axis][k] = speedThere;
  }
  return policy;
}

function residualOf(chain: Chain, { value, mass, constant, policy, grid, model, scheme }: StationaryCandidate): number {
  const { free, links, x, y } = chain;
  const seen = surroundingsOf(chain, policy, mass);
  const answer = improved(chain, value, mass, seen);
  const first = new Float64Array(grid.size);
  const second = new Float64Array(grid.size);
  for (const k of free) {
    const population = populationAt(chain, mass, seen, k);
    first[k] = constant - model.running.value(0, x(k), y(k), population);
    grid.axes.forEach((_, a) => (first[k] += baseOf(chain, a, k, population)));
  }
  for (const link of links) {
    const { from: k, to, axis, side, spacing, reach, diffusion } = link;
    const population = populationAt(chain, mass, seen, k);
    const p = (side * (value[to] - value[k])) / spacing;
    const counts = scheme === "central" || speed(answer, link) > 0;
    const here = counts ? hamiltonianOf(chain, axis).value(0, x(k), y(k), p, population) : 0;
    if (counts) first[k] += reach * spacing * (here - baseOf(chain, axis, k, population));
    first[k] -= diffusion * (value[to] - value[k]);
    const flow = mass[k] * rateOf(policy, link);
    second[k] += flow / grid.weights[k];
    second[to] -= flow / grid.weights[to];
  }
  const [low, high] = [0, 1].map((end) =>
    model.space.map(({ ends }) => ends !== "periodic" && ends[end].kind === "open"),
  );
  const isOpen = (k: number): boolean =>
    grid.axes.some(({ points }, a) => {
      const at = a === 0 ? x(k) : y(k);
      return (low[a] && at === points[0]) || (high[a] && at === points[points.length - 1]);
    });
  return free.reduce((largest, k) => Math.max(largest, isOpen(k) ? 0 : Math.abs(first[k]), Math.abs(second[k])), 0);
}
