/** Whether everybody together could do better: slopes of the average cost, from plain sweeps, which no incentive is asked for. */

import { lagrangian } from "./legendre.ts";
import { sightOf } from "./plain-game.ts";
import type { PlainGame } from "./plain-game.ts";
import { plainCost, plainFlow } from "./plain-sweeps.ts";
import type { GridFlow, GridPolicy, GridProblem } from "./problem.ts";

/**
 * How fast the average cost J falls, relative to |J| where above 1, in the steepest of some directions of the policy; null where
 * controls allow none of them.
 *
 * Waves η of two kinds: drifts (1 + ε η) β, by central differences, which leave alone players who rest; and drifts β + ε η c, c
 * crossing the space in the time there is, wherever controls give them, by differences from each side, since at β = 0 and at bounds
 * the cost may have a corner. Exact to ε² = 1e-8 and, as large drifts are added, 1e-10.
 */
export function socialSlope(game: PlainGame, policy: GridPolicy): number | null {
  const { problem, x, y } = game;
  const { stages, model } = problem;
  const [first, second] = model.space;
  const [epsilon, push] = [1e-4, 1e-5];
  const averageCost = (played: GridPolicy): number =>
    plainMean(problem, plainCost(game, played, plainFlow(game, played)).value[0]);
  const now = averageCost(policy);
  const flow = plainFlow(game, policy);
  let steepest: number | null = null;
  const falls = (rate: number): void => {
    if (Number.isFinite(rate)) steepest = Math.max(steepest ?? 0, rate);
  };
  // Waves along and across; in a game that is the same along an axis, only those that are so too have a slope.
  for (const [along, across, phase] of [
    [0, 0, 0.5],
    [1, 0, 1.1],
    [2, 1, 2.7],
    [0, 1, 1.9],
  ].slice(0, second === undefined ? 3 : 4)) {
    const wave = (k: number, t: number): number =>
      Math.cos(
        phase +
          2 * Math.PI * along * ((x[k] - first.low) / (first.high - first.low)) +
          (second === undefined ? 0 : 2 * Math.PI * across * ((y[k] - second.low) / (second.high - second.low))) +
          (3 * t) / model.horizon,
      );
    const scaled = (amount: number): number => {
      const part = (drifts: readonly Float64Array[]): Float64Array[] =>
        drifts.map((drift, s) => drift.map((each, k) => each * (1 + amount * wave(k, stages[s].time))));
      return averageCost({ rise: part(policy.rise), fall: part(policy.fall) });
    };
    falls(Math.abs(scaled(epsilon) - scaled(-epsilon)) / (2 * epsilon));
    for (const amount of [push, -push]) {
      const [once, twice] = [1, 2].map((steps) => averageCost(pushed(game, policy, flow, amount, wave, steps)));
      falls(-(4 * once - twice - 3 * now) / (2 * push));
    }
  }
  return steepest === null ? null : steepest / Math.max(1, Math.abs(now));
}

/** Drifts β + steps · amount · η c at every point where controls give both this and twice `amount`, and β elsewhere. */
function pushed(
  game: PlainGame,
  { rise, fall }: GridPolicy,
  flow: GridFlow,
  amount: number,
  wave: (k: number, t: number) => number,
  steps: number,
): GridPolicy {
  const { model, stages } = game.problem;
  const changed = { rise: rise.map((each) => each.slice()), fall: fall.map((each) => each.slice()) };
  stages.forEach(({ axis, time }, s) => {
    const { low, high } = model.space[axis] ?? model.space[0];
    const hamiltonian = model.hamiltonian[axis] ?? model.hamiltonian[0];
    const { at } = sightOf(game, flow, s);
    game.bonds[axis].forEach((bond, k) => {
      if (bond === undefined) return;
      const unit = (amount * wave(k, time) * (high - low)) / model.horizon;
      const moved = (size: number): readonly [up: number, down: number] => {
        const [up, down] = [rise[s][k], fall[s][k]];
        if (!bond.apart) return [up + size, down];
        // Of two controls side by side, the one in use changes; none is negative.
        if (up > 0 && down > 0) return size > 0 ? [up + size, down] : [up, down - size];
        const net = up - down + size;
        return [Math.max(net, 0), Math.max(-net, 0)];
      };
      const [up, down] = moved(2 * unit);
      const population = at(k);
      const costs = [up, -down].map((drift) => lagrangian(hamiltonian, time, game.x[k], game.y[k], drift, population));
      if ((up === 0 || Number.isFinite(costs[0])) && (down === 0 || Number.isFinite(costs[1])))
        [changed.rise[s][k], changed.fall[s][k]] = moved(steps * unit);
    });
  });
  return changed;
}

/** ⟨π⁰, u⟩. */
export function plainMean({ initialMass }: GridProblem, u: Float64Array): number {
  return initialMass.reduce((sum, mass, k) => (mass === 0 ? sum : sum + mass * u[k]), 0);
}
