/**
 * What one of N players could do better while the others follow a policy of the limit: the best response on the grid to the
 * limit's flow and its own share in the aggregates (`personal-game.ts`), and to what it sees of the others' luck (`watchful.ts`).
 */

import { bestResponse } from "../pde/best-response.ts";
import type { GridCandidate } from "../pde/candidate.ts";
import { lagrangian } from "../pde/legendre.ts";
import type { DiffusionModel } from "../pde/model.ts";
import type { GridFlow, GridPolicy, GridProblem } from "../pde/problem.ts";
import { readingsOf } from "../pde/quantities.ts";
import { seesDensity } from "./crowd.ts";
import { personalGame } from "./personal-game.ts";
import type { PlayedDrifts } from "./played-drifts.ts";
import { tabled } from "./played-drifts.ts";
import { openPlay } from "./play.ts";
import type { PlaySettings, Rival } from "./play.ts";
import { fitReaction } from "./watchful.ts";

/** A best response among N players; it does not react to the others yet. */
export function rivalOf(candidate: GridCandidate, players: number, times: Float64Array): Rival {
  const { model, problem, flow, policy } = candidate;
  const limit = bestResponse(problem, flow);
  const policies = [policy, limit.policy];
  const reach = model.space.map((_, axis) => driftRange(problem, policies, flow, axis));
  const own: GridProblem = { ...problem, model: personalGame(model, players, reach) };
  const { value, policy: best } = bestResponse(own, flow);
  const nothing = { fall: best.fall.map(() => new Float64Array(own.size)) };
  const levels = tabled(own, { rise: own.stages.map((_, s) => value.value[s]), ...nothing }, times);
  const slopes = tabled(
    own,
    { rise: own.stages.map(({ axis }, s) => slopeAlong(own, value.value[s], axis)), ...nothing },
    times,
  );
  const read = readingsOf(candidate);
  return {
    drift: tabled(own, best, times).read,
    value: (n, x, y) => levels.read(0, n, x, y),
    slope: slopes.read,
    expected: Array.from(times, (t) => Float64Array.from(model.aggregates, (_, k) => read.aggregate(k, t))),
    reaction: undefined,
    gain: problem.initialMass.reduce(
      (sum, mass, k) => (mass === 0 ? sum : sum + mass * (candidate.value.value[0][k] - limit.value.value[0][k])),
      0,
    ),
  };
}

/** Rows of players in training, and the steps that players may take in it. */
const ROWS = 4000;
const WORK = 3e6;
const FEWEST_PATHS = 40;
const ROUNDS = 2;

/** Whether anything of the game depends on aggregates that chance could move. */
export function watches({ hamiltonian, running, terminal }: DiffusionModel): boolean {
  return [...hamiltonian, running, terminal].some(({ sees }) => sees?.aggregates === true);
}

/** Lets the rival learn what the others' luck means to it, from paths of its own; yields between them. */
export function* train(
  model: DiffusionModel,
  drifts: PlayedDrifts,
  rival: Rival,
  settings: PlaySettings,
): Generator<void, void, void> {
  const { players, steps, times } = settings;
  const d = model.space.length;
  const m = model.aggregates.length;
  // Bins and kernels of one step cost what so many players do.
  const crowding = !(seesDensity(model) || model.nearby !== undefined) ? 0 : d === 1 ? 300 : 4000;
  for (let round = 0; round < ROUNDS; round++) {
    // Streams of their own: what was learned from is not what is judged by.
    const play = openPlay(model, drifts, rival, { ...settings, streams: settings.streams + 10 * (round + 1) });
    const { deviators } = play;
    const affordable = Math.floor(WORK / ((players + 2 * deviators + crowding) * steps));
    const paths = Math.max(FEWEST_PATHS, Math.min(affordable, Math.ceil(ROWS / deviators)));
    const count = paths * deviators;
    const room = (width: number) => Array.from({ length: steps }, () => new Float64Array(width * count));
    const [places, departures, excess, martingale] = [room(d), room(m), room(1), room(1)];
    const alive = Array.from({ length: steps }, () => new Uint8Array(count));
    for (let path = 0; path < paths; path++) {
      play.start(path);
      const sum = new Float64Array(deviators);
      for (let n = 0; n < steps; n++) {
        play.look(n);
        for (let j = 0; j < deviators; j++) {
          const row = path * deviators + j;
          if (!play.there(players + j)) continue;
          alive[n][row] = 1;
          const [x, y] = play.placeOf(players + j);
          places[n][row] = x;
          if (d === 2) places[n][count + row] = y;
          for (let k = 0; k < m; k++) departures[n][k * count + row] = play.departure(j, k);
          excess[n][row] = play.paid(players + j);
          martingale[n][row] = sum[j];
        }
        play.step(path, n);
        for (let j = 0; j < deviators; j++) {
          const row = path * deviators + j;
          if (alive[n][row] === 0) continue;
          const [x, y] = [places[n][row], d === 2 ? places[n][count + row] : 0];
          const kept = Math.exp(-model.discount * times[n]);
          for (let a = 0; a < d; a++) sum[j] += kept * rival.slope(a, n, x, y) * play.luck(j, a);
        }
      }
      play.look(steps);
      play.finish();
      for (let n = 0; n < steps; n++) {
        const grown = Math.exp(model.discount * times[n]);
        for (let j = 0; j < deviators; j++) {
          const row = path * deviators + j;
          if (alive[n][row] === 0) continue;
          const still = play.paid(players + j) - excess[n][row] - (sum[j] - martingale[n][row]);
          excess[n][row] = grown * still - rival.value(n, places[n][row], d === 2 ? places[n][count + row] : 0);
        }
      }
      yield;
    }
    rival.reaction = fitReaction(model, { places, departures, excess, alive });
  }
}

/** Central differences of a field along an axis, one-sided where a neighbour is missing. */
function slopeAlong({ grid, place }: GridProblem, field: Float64Array, axis: number): Float64Array {
  const own = grid.axes[axis] ?? grid.axes[0];
  const n = own.points.length;
  const columns = grid.axes[1]?.points.length ?? 1;
  const step = axis === 0 ? columns : 1;
  const h = own.spacing ?? 1;
  return field.map((_, k) => {
    const i = axis === 0 ? Math.floor(k / columns) : k % columns;
    const neighbour = (to: number): number => {
      const at = own.periodic ? (to + n) % n : to;
      const other = at < 0 || at >= n ? k : k + (at - i) * step;
      return place[other] === WALL ? k : other;
    };
    const [above, below] = [neighbour(i + 1), neighbour(i - 1)];
    const cells = (above === k ? 0 : 1) + (below === k ? 0 : 1);
    return cells === 0 ? 0 : (field[above] - field[below]) / (cells * h);
  });
}

const WALL = 1;

/** Drifts that controls give, half as far again as any of these. */
function driftRange(
  problem: GridProblem,
  policies: readonly GridPolicy[],
  flow: GridFlow,
  axis: number,
): [number, number] {
  const { stages, model } = problem;
  let [low, high] = [0, 0];
  for (const [s, stage] of stages.entries()) {
    if (stage.axis !== axis) continue;
    for (const { rise, fall } of policies) {
      for (let k = 0; k < problem.size; k++) {
        const drift = rise[s][k] - fall[s][k];
        low = Math.min(low, drift);
        high = Math.max(high, drift);
      }
    }
  }
  const span = Math.max(high - low, 1e-6);
  const population = { density: 0, nearby: 0, aggregates: flow.aggregates[0] };
  const [x, y] = model.space.map((each) => 0.5 * (each.low + each.high));
  const allowed = (drift: number): boolean =>
    Number.isFinite(lagrangian(model.hamiltonian[axis] ?? model.hamiltonian[0], 0, x, y ?? 0, drift, population));
  return [allowed(low - 0.5 * span) ? low - 0.5 * span : low, allowed(high + 0.5 * span) ? high + 0.5 * span : high];
}
