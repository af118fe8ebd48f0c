/** Players of a linear–quadratic game in the limit: each plays the strategy along the one mean, on luck of its own. */

import { agentStreams, checkAgents, frameTimes, openAgents } from "../../core/index.ts";
import type { AgentCoordinate, AgentPaths, AgentSettings } from "../../core/index.ts";
import { randomStream } from "../../numeric/random.ts";
import type { LinearStrategy } from "../linear-quadratic/candidate.ts";
import type { LinearQuadraticModel } from "../linear-quadratic/model.ts";
import { gameSteps } from "./game-steps.ts";
import { covarianceRoot } from "./transition.ts";

/** Moves of one player between two reports: some 10 ms. */
const WORK_BETWEEN_REPORTS = 500_000;

/**
 * Positions have their exact joint law at the times that are kept, whatever their distance: x_i = x̄ + D_i, of which the mean
 * moves by the common noise alone, on one path of it, and the D_i are independent.
 *
 * @throws InputError as `openAgents`.
 */
export function* linearQuadraticAgents(
  model: LinearQuadraticModel,
  strategy: LinearStrategy,
  settings: AgentSettings,
): Generator<number, AgentPaths, void> {
  checkAgents(settings);
  const { agents: count, seed, signal } = settings;
  const { state: d } = model.layout;
  const paths = openAgents(settings, frameTimes(model.horizon, settings), coordinatesOf(d), false);
  const { positions, t } = paths;
  const steps = t.length - 1;
  const {
    deviation,
    common,
    aggregate: g,
    start,
  } = yield* gameSteps(model, Infinity, strategy, steps, "exact-gaussian");
  const [starts, own, shared] = (["start", "own", "common"] as const).map((name) =>
    randomStream(seed, agentStreams[name]),
  );
  const root = covarianceRoot(model.initial.covariance);
  let mean = start;
  let apart = new Float64Array(count * d);
  let next = new Float64Array(count * d);
  const draws = new Float64Array(count * d);
  const keep = (n: number): void => {
    const from = n * count * d;
    for (let i = 0; i < apart.length; i++) positions[from + i] = mean[i % d] + apart[i];
  };

  starts.fillNormal(draws, 0);
  affine(root.data, draws, undefined, undefined, apart, d);
  keep(0);
  let unreported = 0;
  for (let n = 0; n < steps; n++) {
    const { matrix, offset, root: kick } = common[n];
    const before = mean;
    mean = offset.map((value, i) => {
      let sum = value;
      for (let j = 0; j < g; j++)
        sum += matrix.data[i * g + j] * before[j] + kick.data[i * g + j] * shared.normal(n * g + j);
      return sum;
    });
    own.fillNormal(draws, n * count * d);
    affine(deviation[n].matrix.data, apart, deviation[n].root.data, draws, next, d);
    [apart, next] = [next, apart];
    keep(n + 1);
    unreported += count * d;
    if (unreported < WORK_BETWEEN_REPORTS) continue;
    unreported = 0;
    yield (n + 1) / steps;
    if (signal?.aborted === true) return paths;
  }
  return paths;
}

/** out = A u + B v for each player. */
function affine(
  A: Float64Array,
  u: Float64Array,
  B: Float64Array | undefined,
  v: Float64Array | undefined,
  out: Float64Array,
  d: number,
): void {
  for (let from = 0; from < u.length; from += d) {
    for (let i = 0; i < d; i++) {
      let sum = 0;
      for (let j = 0; j < d; j++) sum += A[i * d + j] * u[from + j];
      if (B !== undefined && v !== undefined) for (let j = 0; j < d; j++) sum += B[i * d + j] * v[from + j];
      out[from + i] = sum;
    }
  }
}

function coordinatesOf(d: number): AgentCoordinate[] {
  return Array.from({ length: d }, (_, i) =>
    d === 1
      ? { name: "x", title: "State", symbol: "x" }
      : { name: `x_${i + 1}`, title: `State, coordinate ${i + 1}`, symbol: `x_{${i + 1}}` },
  );
}
