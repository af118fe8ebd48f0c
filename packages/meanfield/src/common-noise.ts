import { RefusalError } from "./core/errors.ts";
import { evenGrid, series } from "./core/quantity.ts";
import type { Axis, Quantity, QuantityDefinition } from "./core/quantity.ts";
import type { CommonPath, ConditionalFlow } from "./core/wing.ts";
import type { Preparation, Solution } from "./laboratory.ts";
import { randomStream } from "./numeric/random.ts";

/** A solution looked at along one path of the common noise. */
export interface AlongCommonNoise {
  /** The solution with the quantities below, and its game with their definitions. */
  readonly solution: Solution;
  readonly flow: ConditionalFlow;
  readonly path: CommonPath;
}

/**
 * How many common Brownian motions a prepared question has, and until when.
 *
 * @throws RefusalError where there is none, or where the players are finitely many.
 */
export function commonNoiseOf({ game, model, question, wing }: Preparation): {
  readonly count: number;
  readonly horizon: number;
} {
  const noise = wing.commonNoise?.(model) ?? { count: 0, horizon: 0 };
  if (noise.count === 0 || wing.conditionalFlow === undefined)
    throw new RefusalError(`${game.id} has no common noise with these parameters: nothing to condition on`);
  if (question.players !== Infinity) {
    throw new RefusalError(
      `players = ${question.players}: the mean given the common noise belongs to the limit; leave out the number of players`,
    );
  }
  return noise;
}

/** A Brownian path on 1000 equal steps, straight in between; the same for the same seed. */
export function simulateCommonNoise(
  { count, horizon }: { readonly count: number; readonly horizon: number },
  seed: number,
): CommonPath {
  const t = evenGrid(0, horizon, 1001);
  const noises = Array.from({ length: count }, (_, j) => {
    const draws = randomStream(seed, j).sequence();
    const row = new Float64Array(t.length);
    for (let k = 1; k < t.length; k++) row[k] = row[k - 1] + Math.sqrt(t[k] - t[k - 1]) * draws.normal();
    return row;
  });
  return { t, noises };
}

const definitions: readonly QuantityDefinition[] = [
  {
    name: "common_noise",
    title: "Path of the common noise",
    symbol: "W^0_t",
    story: "The path of the common noise that was given or simulated, straight between its points.",
  },
  {
    name: "conditional_mean",
    title: "Mean along the common noise",
    symbol: "\\mathbb E[X_t\\mid W^0]",
    story: "m_t, the mean of the players' states along that path.",
  },
  {
    name: "conditional_variance",
    title: "Variance around the mean along the common noise",
    symbol: "\\operatorname{Var}(X_t\\mid W^0)",
    story: "What players' own noise and start add to m_t; the same for every path.",
  },
  {
    name: "conditional_state",
    title: "Common state along the common noise",
    symbol: "S_t",
    story: "The common state, such as a price, along that path.",
  },
];

/**
 * Adds to a solution of the limit what it is along a path of the common noise.
 *
 * @param path from 0 to the horizon, one row per common Brownian motion
 * @throws RefusalError where the question has no common noise; RangeError where the path does not fit.
 */
export function alongCommonNoise(solution: Solution, path: CommonPath): AlongCommonNoise {
  const { preparation, outcome } = solution;
  const { game, model, wing } = preparation;
  const { horizon } = commonNoiseOf(preparation);
  const flow = (wing.conditionalFlow as NonNullable<typeof wing.conditionalFlow>)(model, outcome.candidate, path);
  const grid = evenGrid(0, horizon, 201);
  const several = (axis: string, count: number, at: (t: number) => Float64Array): Quantity =>
    count === 1
      ? series(grid, (t) => at(t)[0])
      : { axes: [{ name: "t", grid }, items(axis, count)], at: (t, i) => at(t)[i] };
  const quantities: Record<string, Quantity> = {
    common_noise: several("noise", path.noises.length, (t) =>
      Float64Array.from(path.noises, (row) => between(path.t, row, t)),
    ),
    conditional_mean: several("state", flow.state, (t) => flow.mean(t)),
    conditional_variance: several("state", flow.state, (t) => flow.deviation(t).map((x) => x * x)),
    ...(flow.common === 0
      ? {}
      : { conditional_state: several("common", flow.common, (t) => flow.mean(t).subarray(flow.state)) }),
  };
  const announced = { ...game, quantities: [...game.quantities, ...definitions] };
  return {
    solution: {
      ...solution,
      preparation: { ...preparation, game: announced },
      quantities: { ...solution.quantities, ...quantities },
    },
    flow,
    path,
  };
}

function items(name: string, count: number): Axis {
  return { name, grid: Float64Array.from({ length: count }, (_, i) => i), kind: "discrete" };
}

function between(times: Float64Array, row: Float64Array, t: number): number {
  let k = 0;
  while (k + 2 < times.length && times[k + 1] < t) k++;
  return row[k] + ((t - times[k]) / (times[k + 1] - times[k])) * (row[k + 1] - row[k]);
}
