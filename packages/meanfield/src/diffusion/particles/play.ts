/**
 * One finite game after the other, step by step: N players who follow tabled drifts, and beside them a few who each stand for one
 * of them, on its luck, and do something else while all others stay with what they did.
 */

import { randomStream } from "../../numeric/random.ts";
import { lagrangian } from "../pde/legendre.ts";
import type { DiffusionModel } from "../pde/model.ts";
import { crowdOf, ruleOfThumb, seesDensity } from "./crowd.ts";
import { groundOf } from "./ground.ts";
import { endCost, land } from "./motion.ts";
import type { PlayedDrifts } from "./played-drifts.ts";
import { startLaw } from "./starts.ts";
import type { Reaction } from "./watchful.ts";

/** Players of a path who are also played with the deviation. */
const DEVIATORS = 16;

/** A best response of one player among others, as it is played. */
export interface Rival {
  /** In the step from times[n] on, where the others are as in the limit. */
  readonly drift: (axis: number, n: number, x: number, y: number) => number;
  readonly value: (n: number, x: number, y: number) => number;
  readonly slope: (axis: number, n: number, x: number, y: number) => number;
  /** The limit's aggregates at each time. */
  readonly expected: readonly Float64Array[];
  /** What others' departures from them add to the slope of its value; not known before training. */
  reaction: Reaction | undefined;
  /** What there is to gain among infinitely many. */
  readonly gain: number;
}

export interface PlaySettings {
  readonly players: number;
  readonly steps: number;
  readonly times: Float64Array;
  readonly seed: number;
  /** Number of the first of three random streams. */
  readonly streams: number;
}

export interface Play {
  readonly positions: Float64Array;
  readonly deviators: number;
  readonly start: (path: number) => void;
  /** Reads what everybody sees at the beginning of step n, or at T. */
  readonly look: (n: number) => void;
  readonly step: (path: number, n: number) => void;
  /** Pays the costs at T. */
  readonly finish: () => void;
  /** Drifts of the last step included at T, where costs see none. */
  readonly aggregates: Float64Array;
  /** Mean place on the first axis of those who are there. */
  readonly mean: () => number;
  readonly active: () => number;
  /** Cost per player so far, and what deviators saved on average. */
  readonly cost: () => number;
  readonly gain: () => number;
  /** Of rows: players first, deviators after them. Costs are discounted to time 0. */
  readonly there: (row: number) => boolean;
  readonly placeOf: (row: number) => readonly [x: number, y: number];
  readonly paid: (row: number) => number;
  /** Of deviator j: what the others' aggregate k departs from the limit, and its last shift by noise. */
  readonly departure: (j: number, k: number) => number;
  readonly luck: (j: number, axis: number) => number;
}

/** N players who follow drifts and, behind them, some who each stand for one of them and follow a rival policy. */
export function openPlay(
  model: DiffusionModel,
  drifts: PlayedDrifts,
  rival: Rival | undefined,
  { players: N, steps, times, seed, streams }: PlaySettings,
): Play {
  const { space, hamiltonian, running, terminal, aggregates, volatility, discount } = model;
  const d = space.length;
  const plane = d === 2;
  const law = startLaw(model);
  const crowd = crowdOf(model, { bandwidth: ruleOfThumb(space, law.deviations, N), bins: plane ? 32 : 128 });
  const crowded = seesDensity(model) || model.nearby !== undefined;
  const walk = groundOf(drifts.problem);
  const [starts, noise, crossings] = [0, 1, 2].map((k) => randomStream(seed, streams + k));
  // Rows after the players' are those of deviators: row N + j is player j doing something else.
  const deviators = rival === undefined || N < 2 ? 0 : Math.min(DEVIATORS, N);
  const rows = N + deviators;
  const positions = new Float64Array(rows * d);
  const alive = new Uint8Array(rows);
  const costs = new Float64Array(rows);
  const beta = new Float64Array(rows * d);
  const crowdPositions = plane ? new Float64Array(N * d) : positions.subarray(0, N);
  const z = new Float64Array(aggregates.length);
  const told = new Float64Array(aggregates.length);
  const own = new Float64Array(aggregates.length);
  const population = { density: 0, nearby: 0, aggregates: own };
  const normals = new Float64Array(N * d);
  const uniforms = new Float64Array(N);
  const landing = { place: 0, exit: 0 as -1 | 0 | 1 };
  const stride = { x: 0, y: 0, exit: false };
  const at = { x: 0, y: 0 };
  let tables = crowd.look(crowdPositions, alive.subarray(0, N), false);
  let now = 0;
  let lastScale = 0;

  const yOf = (row: number): number => (plane ? positions[rows + row] : 0);
  /** What row contributes to aggregate k, times N. */
  const share = (row: number, k: number, t: number, moving = now < steps): number => {
    if (alive[row] === 0) return 0;
    const { state, drift } = aggregates[k];
    const [x, y] = [positions[row], yOf(row)];
    let sum = state?.(t, x, y) ?? 0;
    if (drift !== undefined && moving) for (let a = 0; a < d; a++) sum += drift[a](t, x, y) * beta[a * rows + row];
    return sum;
  };
  const [here, stood] = [
    { x: 0, y: 0 },
    { x: 0, y: 0 },
  ];
  /**
   * Sets the densities that the player of a row sees: `density` that of the N − 1 others, since a player's own kernel would tell it
   * of a throng wherever it is; `nearby` that of all, itself included as in aggregates, in place of the one that it stands for.
   */
  const seeCrowd = (row: number): void => {
    if (!crowded) return;
    const player = row < N ? row : row - N;
    [here.x, here.y, stood.x, stood.y] = [positions[row], yOf(row), positions[player], yOf(player)];
    population.density = crowd.read(tables.density, here.x, here.y);
    population.nearby = crowd.read(tables.nearby, here.x, here.y);
    if (N === 1) population.density = 0;
    else if (tables.density.length > 0) {
      const itself = alive[player] === 1 ? crowd.added("density", N, here, stood) : 0;
      population.density = Math.max(0, population.density - itself) * (N / (N - 1));
    }
    if (row < N || tables.nearby.length === 0) return;
    population.nearby += crowd.added("nearby", N, here, here);
    if (alive[player] === 1) population.nearby -= crowd.added("nearby", N, here, stood);
  };
  /** What the player of a row sees: of a deviator, its own share in place of the player's that it stands for. */
  const see = (row: number, t: number): void => {
    own.set(z);
    if (row >= N) for (let k = 0; k < own.length; k++) own[k] += (share(row, k, t) - share(row - N, k, t)) / N;
    seeCrowd(row);
  };

  /** What the N − 1 others of deviator j depart from the limit in aggregate k. */
  const departure = (j: number, k: number): number => {
    const others = (N * z[k] - share(j, k, times[now])) / (N - 1);
    return others - (rival?.expected[now][k] ?? 0);
  };
  const departures = new Float64Array(aggregates.length);
  const deviate = ({ drift, slope, expected, reaction }: Rival, j: number, n: number): void => {
    const row = N + j;
    if (alive[row] === 0) return;
    const [x, y] = [positions[row], yOf(row)];
    if (reaction !== undefined) for (let k = 0; k < departures.length; k++) departures[k] = departure(j, k);
    seeCrowd(row);
    for (let a = 0; a < d; a++) {
      const at = a * rows + row;
      beta[at] = drift(a, n, x, y);
      if (reaction === undefined) continue;
      const axis = hamiltonian[a] ?? hamiltonian[0];
      const p = slope(a, n, x, y);
      own.set(expected[n]);
      const still = axis.slope(times[n], x, y, p, population);
      for (let k = 0; k < own.length; k++) own[k] += (1 - 1 / N) * departures[k];
      const moved = axis.slope(times[n], x, y, p + reaction(a, n, x, y, departures), population);
      const next = beta[at] + still - moved;
      // At the edge of what controls give, it stays with what it would have done.
      if (Number.isFinite(lagrangian(axis, times[n], x, y, next, population))) beta[at] = next;
    }
  };

  return {
    positions,
    deviators,
    there: (row) => alive[row] === 1,
    placeOf: (row) => [positions[row], yOf(row)],
    paid: (row) => costs[row],
    departure,
    luck: (j, axis) => lastScale * normals[j * d + axis],
    aggregates: told,
    start: (path) => {
      for (let i = 0; i < N; i++) {
        law.at(starts.uniform(2 * (path * N + i)), starts.uniform(2 * (path * N + i) + 1), at);
        positions[i] = at.x;
        if (plane) positions[rows + i] = at.y;
      }
      for (let row = N; row < rows; row++)
        for (let a = 0; a < d; a++) positions[a * rows + row] = positions[a * rows + row - N];
      alive.fill(1);
      costs.fill(0);
    },
    look: (n) => {
      now = n;
      const t = times[n];
      if (n < steps) {
        for (let row = 0; row < N; row++) {
          if (alive[row] === 0) continue;
          for (let a = 0; a < d; a++) beta[a * rows + row] = drifts.read(a, n, positions[row], yOf(row));
        }
      }
      for (let k = 0; k < z.length; k++) {
        let [sum, all] = [0, 0];
        for (let i = 0; i < N; i++) sum += share(i, k, t);
        if (n === steps) for (let i = 0; i < N; i++) all += share(i, k, t, true);
        z[k] = sum / N;
        told[k] = n === steps ? all / N : z[k];
      }
      if (crowded) {
        if (plane) for (let a = 0; a < d; a++) crowdPositions.set(positions.subarray(a * rows, a * rows + N), a * N);
        tables = crowd.look(crowdPositions, alive.subarray(0, N), false);
      }
      if (rival !== undefined && n < steps) for (let j = 0; j < deviators; j++) deviate(rival, j, n);
    },
    step: (path, n) => {
      const t = times[n];
      const dt = times[n + 1] - t;
      const scale = volatility * Math.sqrt(dt);
      lastScale = scale;
      const kept = Math.exp(-discount * t);
      // Whoever leaves during the step does so in its middle, by a door as by an end.
      const halfway = Math.exp(-discount * (t + 0.5 * dt));
      noise.fillNormal(normals, (path * steps + n) * N * d);
      crossings.fillUniform(uniforms, (path * steps + n) * N);
      // All pay before anybody moves: what they see is that of the step's beginning.
      for (let row = 0; row < rows; row++) {
        if (alive[row] === 0) continue;
        see(row, t);
        const [x, y] = [positions[row], yOf(row)];
        let paid = running.value(t, x, y, population);
        for (let a = 0; a < d; a++) {
          paid += lagrangian(hamiltonian[a] ?? hamiltonian[0], t, x, y, beta[a * rows + row], population);
        }
        costs[row] += kept * dt * paid;
      }
      for (let row = 0; row < rows; row++) {
        if (alive[row] === 0) continue;
        const luck = row < N ? row : row - N;
        const [x, y] = [positions[row], yOf(row)];
        let dx = dt * beta[row] + scale * normals[luck * d];
        let dy = plane ? dt * beta[rows + row] + scale * normals[luck * d + 1] : 0;
        if (walk !== undefined) {
          walk(x, y, dx, dy, stride);
          if (stride.exit) {
            alive[row] = 0;
            costs[row] += halfway * (model.exitCost?.(t + 0.5 * dt, stride.x, stride.y) ?? 0);
            continue;
          }
          dx = stride.x - x;
          dy = stride.y - y;
        }
        for (let a = 0; a < d; a++) {
          const axis = space[a] ?? space[0];
          const draw = a === 0 ? uniforms[luck] : (uniforms[luck] + Math.SQRT1_2) % 1;
          const from = a === 0 ? x : y;
          land(axis, from, from + (a === 0 ? dx : dy), scale * scale, draw, landing);
          positions[a * rows + row] = landing.place;
          if (landing.exit === 0 || alive[row] === 0) continue;
          alive[row] = 0;
          costs[row] += halfway * endCost(axis, landing.exit, t + 0.5 * dt, a === 0 ? y : x);
        }
      }
    },
    finish: () => {
      const kept = Math.exp(-discount * model.horizon);
      for (let row = 0; row < rows; row++) {
        if (alive[row] === 0) continue;
        see(row, model.horizon);
        costs[row] += kept * terminal.value(positions[row], yOf(row), population);
      }
    },
    mean: () => {
      let [sum, count] = [0, 0];
      for (let i = 0; i < N; i++) {
        if (alive[i] === 0) continue;
        sum += positions[i];
        count++;
      }
      return count === 0 ? Number.NaN : sum / count;
    },
    active: () => {
      let count = 0;
      for (let i = 0; i < N; i++) count += alive[i];
      return count / N;
    },
    cost: () => {
      let sum = 0;
      for (let i = 0; i < N; i++) sum += costs[i];
      return sum / N;
    },
    gain: () => {
      let sum = 0;
      for (let row = N; row < rows; row++) sum += costs[row - N] - costs[row];
      return sum / Math.max(1, deviators);
    },
  };
}
