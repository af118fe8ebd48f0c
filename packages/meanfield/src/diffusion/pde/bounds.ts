/**
 * What every answer on a grid must satisfy whatever the game: `boundsViolated(candidate)` is undefined, or one sentence that says
 * why the answer is wrong. Solvers ask it last, before they call anything converged.
 *
 * - masses: finite, none negative, conserved (where players can leave, never growing): those that the policy induces, and those
 *   assumed, which iterations mix, to what they may miss of them;
 * - values against constants (the comparison principle of M. G. Crandall, P.-L. Lions, Trans. Amer. Math. Soc. 277 (1983) 1–42): a
 *   constant in x has no slope, so that
 *
 *       max g + ∫ max_x (F − H(t, x, 0, m)) dt   solves the equation from above, and with min from below,
 *
 *   hence u lies between; exits bring their costs in. The upwind scheme inherits this to rounding, the central one where it
 *   resolves the solution. Lines that go on beyond an open end have no such bounds;
 * - the defect of every stage of the value equation (not a planner's, who adds costs of his own).
 */

import type { GridCandidate } from "./candidate.ts";
import { exitCostAt, plainGame, sightOf } from "./plain-game.ts";
import type { PlainGame } from "./plain-game.ts";
import { plainValueDefect } from "./plain-sweeps.ts";
import type { GridFlow } from "./problem.ts";
import { transportMass } from "./transport.ts";

/** Negative mass that is nothing but rounding. */
const rounding = 1e-12;

/**
 * Why an answer cannot be right; undefined where nothing speaks against it.
 *
 * `apart` is how far the flow assumed is known to be from the one induced, as Σ |Δ mass|: it may be negative by that much.
 */
export function boundsViolated(
  { problem, flow, value, policy, question }: GridCandidate,
  apart = 0,
): string | undefined {
  const fields = [...flow.mass, ...flow.aggregates, ...value.value, ...policy.rise, ...policy.fall];
  if (!fields.every(allFinite)) return "values or masses are not finite numbers";
  const game = plainGame(problem);
  const wrongMass =
    massViolated(game, transportMass(problem, policy), rounding) ?? massViolated(game, flow, Math.max(rounding, apart));
  if (wrongMass !== undefined || question.concept === "planner") return wrongMass;
  return comparisonViolated(game, flow, value.value) ?? defectViolated(game, { flow, value });
}

function allFinite(field: Float64Array): boolean {
  for (let k = 0; k < field.length; k++) if (!Number.isFinite(field[k])) return false;
  return true;
}

function massViolated({ problem }: PlainGame, { mass }: GridFlow, zero: number): string | undefined {
  const { place, scheme, stages } = problem;
  const leaves = place.includes(2);
  let before = 1;
  for (const [s, masses] of mass.entries()) {
    const t = stages[Math.min(s, stages.length - 1)].time;
    let [total, negative] = [0, 0];
    for (let k = 0; k < masses.length; k++) {
      total += masses[k];
      if (masses[k] < 0) negative -= masses[k];
    }
    // Sums of many rounded masses: solvers keep the total to 1e-13 or so.
    if (leaves ? total > before + 1e-9 : Math.abs(total - 1) > 1e-9)
      return `mass is not conserved: ${total} of ${leaves ? before : 1} is there near t = ${short(t)}`;
    before = total;
    if (scheme === "upwind" && negative > zero)
      return `the density is negative: mass ${short(-negative)} near t = ${short(t)}`;
    if (scheme === "central" && negative > Math.max(1e-4, zero)) {
      return (
        `the density is negative, mass ${short(-negative)} near t = ${short(t)}: the grid is too coarse for central ` +
        "differences; take more points, or scheme = upwind"
      );
    }
  }
  return undefined;
}

function comparisonViolated(game: PlainGame, flow: GridFlow, values: readonly Float64Array[]): string | undefined {
  const { problem, bonds, x, y, levelTimes } = game;
  const { model, stages, scheme, size } = problem;
  const open = ({ ends }: (typeof model.space)[number]): boolean =>
    ends !== "periodic" && ends.some(({ kind }) => kind === "open");
  if (model.space.some(open)) return undefined;
  const free = bonds[0].flatMap((bond, k) => (bond === undefined ? [] : [k]));
  const exits = problem.place.reduce<number[]>((list, place, k) => (place === 2 ? [...list, k] : list), []);
  const atEnd = sightOf(game, flow, stages.length);
  let [low, high] = [Infinity, -Infinity];
  const widen = (value: number): void => {
    low = Math.min(low, value);
    high = Math.max(high, value);
  };
  for (const k of free) widen(model.terminal.value(x[k], y[k], atEnd.at(k)));
  for (const k of exits) widen(exitCostAt(game, k, model.horizon));
  for (let s = stages.length - 1; s >= 0; s--) {
    const { axis, length, implicit, carries } = stages[s];
    const hamiltonian = model.hamiltonian[axis] ?? model.hamiltonian[0];
    const sight = sightOf(game, flow, s);
    let [least, most] = [Infinity, -Infinity];
    for (const k of free) {
      const population = sight.at(k);
      const running = carries === 0 ? 0 : carries * model.running.value(sight.time, x[k], y[k], population);
      const gained = running - hamiltonian.value(sight.time, x[k], y[k], 0, population);
      least = Math.min(least, gained);
      most = Math.max(most, gained);
    }
    // The stage itself, for constants in x.
    const discount = carries * model.discount * length;
    const onward = (bound: number, cost: number): number =>
      (bound * (1 - (1 - implicit) * discount) + length * cost) / (1 + implicit * discount);
    [low, high] = [onward(low, least), onward(high, most)];
    for (const k of exits) widen(exitCostAt(game, k, levelTimes[s]));
    // Central differences overshoot by what they do not resolve.
    const slack = (scheme === "upwind" ? 1e-9 : 1e-2) * (high - low) + 1e-9 * (1 + Math.abs(high) + Math.abs(low));
    for (let k = 0; k < size; k++) {
      if (bonds[0][k] === undefined) continue;
      const u = values[s][k];
      if (u >= low - slack && u <= high + slack) continue;
      return (
        `the value ${short(u)} at ${model.space.map(({ name }, a) => `${name} = ${short(a === 0 ? x[k] : y[k])}`).join(", ")}, ` +
        `t = ${short(levelTimes[s])} is impossible: costs bound it to [${short(low)}, ${short(high)}]` +
        (scheme === "central" ? "; take more points and steps, or scheme = upwind" : "")
      );
    }
  }
  return undefined;
}

function defectViolated(game: PlainGame, { value, flow }: Pick<GridCandidate, "value" | "flow">): string | undefined {
  const defect = plainValueDefect(game, value, flow);
  const size = value.value.reduce((most, u) => u.reduce((larger, each) => Math.max(larger, Math.abs(each)), most), 1);
  if (defect <= 1e-8 * size) return undefined;
  return `the value misses the equation of a time step by ${short(defect)}`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}
