/**
 * The game of one player among N as the limit describes the other N − 1: every aggregate is z (N − 1)/N and the player's own
 * share, (a(t, x) + b(t, x) β)/N, which it steers.
 *
 * Others who follow a policy of the limit do not react to it, so that beside its own place and time only chance in the others'
 * aggregates matters, which `watchful.ts` adds. What it sees of densities and neighbourhoods is taken as in the limit.
 */

import { fromLagrangian } from "../pde/hamiltonians.ts";
import { lagrangian } from "../pde/legendre.ts";
import type { AxisHamiltonian, DiffusionModel, Population } from "../pde/model.ts";

type Seen = { density: number; nearby: number; aggregates: Float64Array };

/** @param reach the interval of drifts along each axis among which a player of aggregates of drifts may choose */
export function personalGame(
  model: DiffusionModel,
  players: number,
  reach: readonly (readonly [low: number, high: number])[],
): DiffusionModel {
  const { aggregates, running, terminal, space } = model;
  const own = 1 / players;
  const seen: Seen = { density: 0, nearby: 0, aggregates: new Float64Array(aggregates.length) };
  const personal = (t: number, x: number, y: number, population: Population): Seen => {
    seen.density = population.density;
    seen.nearby = population.nearby;
    for (const [k, { state }] of aggregates.entries()) {
      seen.aggregates[k] = (1 - own) * population.aggregates[k] + own * (state?.(t, x, y) ?? 0);
    }
    return seen;
  };
  const moves = aggregates.some(({ drift }) => drift !== undefined);
  const hamiltonian = (axis: number): AxisHamiltonian => {
    const given = model.hamiltonian[axis] ?? model.hamiltonian[0];
    if (given.sees?.aggregates !== true) return given;
    if (moves) {
      return fromLagrangian({
        drift: (_t, _x, _y, beta) => beta,
        running: (t, x, y, beta, population) => {
          const mine = personal(t, x, y, population);
          for (const [k, { drift }] of aggregates.entries()) {
            mine.aggregates[k] += own * beta * (drift?.[axis]?.(t, x, y) ?? 0);
          }
          return lagrangian(given, t, x, y, beta, mine);
        },
        controls: reach[axis],
        sees: given.sees,
      });
    }
    const { quadratic, curvature, rest } = given;
    return {
      value: (t, x, y, p, population) => given.value(t, x, y, p, personal(t, x, y, population)),
      slope: (t, x, y, p, population) => given.slope(t, x, y, p, personal(t, x, y, population)),
      ...(curvature === undefined
        ? {}
        : { curvature: (t, x, y, p, population) => curvature(t, x, y, p, personal(t, x, y, population)) }),
      ...(rest === undefined ? {} : { rest: (t, x, y, population) => rest(t, x, y, personal(t, x, y, population)) }),
      sees: given.sees,
      ...(quadratic === undefined
        ? {}
        : {
            quadratic: {
              scale: (t, x, y, population) => quadratic.scale(t, x, y, personal(t, x, y, population)),
              rest: (t, x, y, population) => quadratic.rest(t, x, y, personal(t, x, y, population)),
              floor: (t, x, y, population) => quadratic.floor(t, x, y, personal(t, x, y, population)),
              side: quadratic.side,
            },
          }),
    };
  };
  return {
    ...model,
    hamiltonian: space.length === 1 ? [hamiltonian(0)] : [hamiltonian(0), hamiltonian(1)],
    running: { value: (t, x, y, population) => running.value(t, x, y, personal(t, x, y, population)) },
    terminal: { value: (x, y, population) => terminal.value(x, y, personal(model.horizon, x, y, population)) },
  };
}
