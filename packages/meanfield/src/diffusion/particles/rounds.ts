/**
 * Particle Picard: players simulated forward under the gradients of the last round, their costs regressed backward.
 *
 * C. Bender, J. Zhang, "Time discretization and Markovian iteration for coupled FBSDEs", Ann. Appl. Probab. 18 (2008) 143–177; E. Gobet,
 * P. Turkedjian, "Linear regression MDP scheme for discrete backward stochastic differential equations", Math. Comp. 85 (2016)
 * 1359–1391, for targets that are whole costs to go. A round is
 *
 *     X_{n+1} = X_n + Δ β_n + σ √Δ ξ_n,     β_n = −H_p(t_n, X_n, ∇û_n(X_n), μ_n),     μ_n the law of all particles,
 *     Y_n = Δ (L + F)(t_n, X_n, β_n, μ_n) + e^{−rΔ} (Y_{n+1} − C_n),     û_n = least squares of Y_n on splines at X_n,
 *
 * with Y_N = g(X_N, μ_N), or what leaving costs. The control variate C_n is û_{n+1} about X_n + Δ β_n to second order in ξ_n,
 * without its mean: it has expectation 0 whatever û is and however ends are met, and takes away all but O(Δ) of the variance.
 * All rounds use the same noises, in pairs of opposite sign, so that a round is a map without chance whose fixed point is
 * sought; how far that is from the limit is read from groups of particles that are each regressed alone.
 *
 * Of splines nothing is asked but a fit, its gradient, and its smoothing by a Gaussian step: a solver by networks would fit these
 * in their stead, in a file of its own beside the one in `solvers/`, and share starts, motion, crowds, certificates and play.
 */

import { randomStream } from "../../numeric/random.ts";
import type { CrowdTables } from "./crowd.ts";
import { crowdOf, ruleOfThumb } from "./crowd.ts";
import { emptyJet, splineBasis } from "./cubic-splines.ts";
import { controlOf } from "./controls.ts";
import { endCost, land } from "./motion.ts";
import { costOfLeaving, pinEnds } from "./pinned-ends.ts";
import type { DiffusionModel } from "../pde/model.ts";
import { splineRegression } from "./spline-regression.ts";
import { evenStarts } from "./starts.ts";
import type { ParticleFields } from "./fields.ts";

export interface RoundOptions {
  /** An even number. */
  readonly particles: number;
  readonly steps: number;
  /** Fine steps whose noises make up one step: 1, or 2 for the system that extrapolation needs beside. */
  readonly joined: 1 | 2;
  /** Cells of the splines along each axis. */
  readonly cells: number;
  readonly smoothing: number;
  /** Multiple of the rule of thumb for kernels of densities. */
  readonly bandwidth: number;
  readonly seed: number;
}

export interface RoundReport {
  /** Root mean square over particles and times of what the round changed ∇û by, before damping. */
  readonly adjointChange: number;
  /** And of its standard error, from groups. */
  readonly adjointError: number;
  /** Largest root mean square move of particles at any time, and that of the crowd's mean place by chance. */
  readonly flowChange: number;
  readonly flowError: number;
  /** Largest share of the particles, at any time, that had left in one round and not in the other. */
  readonly leaveChange: number;
  /** Largest change of any mean of drifts at any time, and its standard error; 0 where the model has none. */
  readonly meanChange: number;
  readonly meanError: number;
  readonly cost: number;
  readonly costError: number;
}

export interface ParticleRounds {
  readonly round: (damping: number) => RoundReport;
  readonly fields: () => ParticleFields;
}

export const GROUPS = 8;
/** Particles at which changes and errors of ∇û are read, at each time. */
const WATCHED = 100;
const STREAMS = { starts: 0, noise: 1, crossings: 2 } as const;

/** Times of a game's own grading. */
export function timesOf({ horizon, mesh }: DiffusionModel, steps: number): Float64Array {
  const grading = mesh.grading ?? 1;
  const times = Float64Array.from({ length: steps + 1 }, (_, k) => horizon * (1 - (1 - k / steps) ** grading));
  times[steps] = horizon;
  return times;
}

export function openRounds(model: DiffusionModel, options: RoundOptions): ParticleRounds {
  const { particles: M, steps, joined, cells, smoothing, seed } = options;
  const { space, hamiltonian, running, terminal, aggregates, volatility, discount } = model;
  const d = space.length;
  const plane = d === 2;
  const times = timesOf(model, steps);
  const basis = splineBasis(space, cells);
  const regression = splineRegression(basis, GROUPS);
  const { positions: start, deviations } = evenStarts(model, M, seed, STREAMS.starts);
  const bandwidth = ruleOfThumb(space, deviations, M).map((h) => h * options.bandwidth);
  const crowd = crowdOf(model, { bandwidth, bins: plane ? 64 : 256 });
  const noise = randomStream(seed, STREAMS.noise);
  const crossings = randomStream(seed, STREAMS.crossings);

  const levels = <T>(make: (n: number) => T): T[] => Array.from({ length: steps + 1 }, (_, n) => make(n));
  const positions = levels(() => start.slice());
  const alive = levels(() => new Uint8Array(M).fill(1));
  const drifts = levels(() => new Float64Array(M * d));
  const costs = levels(() => new Float64Array(M));
  const exitCost = new Float64Array(M);
  let values: Float64Array[] = levels(() => new Float64Array(basis.count));
  const driftParts = levels(() => new Float64Array(aggregates.length));
  const means = levels(() => new Float64Array(aggregates.length));
  let tables: CrowdTables[] = [];
  let rounds = 0;

  const half = M / 2;
  const normals = new Float64Array(half * d);
  const more = new Float64Array(half * d);
  const uniforms = new Float64Array(M);
  const drawNormals = (n: number): void => {
    const length = half * d;
    noise.fillNormal(normals, n * joined * length);
    if (joined === 1) return;
    noise.fillNormal(more, (n * joined + 1) * length);
    for (let i = 0; i < length; i++) normals[i] = (normals[i] + more[i]) * Math.SQRT1_2;
  };
  /** Neighbours 2j and 2j + 1 are driven by opposite noises. */
  const normalOf = (i: number, axis: number): number => (i % 2 === 0 ? 1 : -1) * normals[(i >> 1) * d + axis];

  const jet = emptyJet();
  const population = { density: 0, nearby: 0, aggregates: new Float64Array(aggregates.length) };
  const seeAt = (table: CrowdTables, x: number, y: number): void => {
    population.density = crowd.read(table.density, x, y);
    population.nearby = crowd.read(table.nearby, x, y);
  };

  /** State parts of all aggregates at step n. */
  const stateMeans = (n: number, into: Float64Array): void => {
    const [at, there] = [positions[n], alive[n]];
    for (const [k, { state }] of aggregates.entries()) {
      let sum = 0;
      if (state !== undefined) {
        for (let i = 0; i < M; i++) if (there[i] === 1) sum += state(times[n], at[i], plane ? at[M + i] : 0);
      }
      into[k] = sum / M;
    }
  };

  /** Plays all particles; gives what moved, and what changed in means of drifts with their errors. */
  const forward = (damping: number) => {
    let [flowChange, flowError, leaveChange, meanChange, meanError] = [0, 0, 0, 0, 0];
    tables = [];
    const landing = { place: 0, exit: 0 as -1 | 0 | 1 };
    const sums = new Float64Array(GROUPS);
    for (let n = 0; n <= steps; n++) {
      const [at, there] = [positions[n], alive[n]];
      const table = crowd.look(at, there, true);
      tables.push(table);
      stateMeans(n, means[n]);
      if (n === steps) break;
      const t = times[n];
      const z = population.aggregates;
      for (let k = 0; k < z.length; k++) z[k] = means[n][k] + driftParts[n][k];
      const dt = times[n + 1] - t;
      const drift = drifts[n];
      const cost = costs[n];
      for (let i = 0; i < M; i++) {
        if (there[i] === 0) continue;
        const x = at[i];
        const y = plane ? at[M + i] : 0;
        seeAt(table, x, y);
        basis.read(values[n], x, y, jet);
        let paid = running.value(t, x, y, population);
        for (let a = 0; a < d; a++) {
          const { value, slope } = hamiltonian[a] ?? hamiltonian[0];
          const p = a === 0 ? jet.x : jet.y;
          const s = slope(t, x, y, p, population);
          drift[a * M + i] = -s;
          paid += p * s - value(t, x, y, p, population);
        }
        cost[i] = paid;
      }
      for (const [k, { drift: weights }] of aggregates.entries()) {
        if (weights === undefined) continue;
        sums.fill(0);
        for (let i = 0; i < M; i++) {
          if (there[i] === 0) continue;
          let moved = 0;
          for (let a = 0; a < d; a++) moved += weights[a](t, at[i], plane ? at[M + i] : 0) * drift[a * M + i];
          sums[(i >> 1) % GROUPS] += moved;
        }
        const mean = sums.reduce((sum, each) => sum + each, 0) / M;
        const change = mean - driftParts[n][k];
        meanChange = Math.max(meanChange, Math.abs(change));
        meanError = Math.max(meanError, spread(sums.map((each) => (each * GROUPS) / M)));
        driftParts[n][k] += (rounds === 0 ? 1 : damping) * change;
      }
      drawNormals(n);
      crossings.fillUniform(uniforms, n * M);
      const [next, stay] = [positions[n + 1], alive[n + 1]];
      const scale = volatility * Math.sqrt(dt);
      let [moved, flips, square, sum, left] = [0, 0, 0, 0, 0];
      for (let i = 0; i < M; i++) {
        const was = stay[i];
        if (there[i] === 0) {
          if (was === 1) flips++;
          stay[i] = 0;
          for (let a = 0; a < d; a++) next[a * M + i] = at[a * M + i];
          continue;
        }
        let gone = false;
        for (let a = 0; a < d; a++) {
          const k = a * M + i;
          const axis = space[a] ?? space[0];
          // In the plane the second axis has a draw of its own: the first's, turned by an irrational number.
          const draw = a === 0 ? uniforms[i] : (uniforms[i] + Math.SQRT1_2) % 1;
          land(axis, at[k], at[k] + dt * drift[k] + scale * normalOf(i, a), scale * scale, draw, landing);
          let step = landing.place - next[k];
          if (axis.ends === "periodic") step -= Math.round(step / (axis.high - axis.low)) * (axis.high - axis.low);
          if (was === 1 && landing.exit === 0) moved += step * step;
          next[k] = landing.place;
          if (!gone && landing.exit !== 0) {
            gone = true;
            exitCost[i] = endCost(axis, landing.exit, t + 0.5 * dt, plane ? at[(1 - a) * M + i] : 0);
          }
        }
        stay[i] = gone ? 0 : 1;
        if (was !== stay[i]) flips++;
        if (gone) continue;
        left++;
        sum += next[i];
        square += next[i] * next[i];
      }
      flowChange = Math.max(flowChange, Math.sqrt(moved / M));
      leaveChange = Math.max(leaveChange, flips / M);
      if (left > 1) {
        const variance = Math.max(0, square / left - (sum / left) ** 2);
        flowError = Math.max(flowError, Math.sqrt(variance / M));
      }
    }
    return { flowChange, flowError, leaveChange, meanChange, meanError };
  };

  /** Regresses costs to go from T down to 0; gives what changed in gradients with their errors, and the cost. */
  const backward = (damping: number) => {
    const fresh: Float64Array[] = values.map((each) => each.slice());
    const target = new Float64Array(M);
    const table = tables[steps];
    population.aggregates.set(means[steps]);
    const [last, there] = [positions[steps], alive[steps]];
    for (let i = 0; i < M; i++) {
      if (there[i] === 0) continue;
      const [x, y] = [last[i], plane ? last[M + i] : 0];
      seeAt(table, x, y);
      target[i] = terminal.value(x, y, population);
    }
    const taken = {
      from: new Float64Array(d),
      shift: new Float64Array(d),
      noise: new Float64Array(d),
      to: new Float64Array(d),
      alive: true,
    };
    let [change, error, watched] = [0, 0, 0];
    const stride = Math.max(1, Math.floor(M / WATCHED));
    const groupSlopes = new Float64Array(GROUPS);
    const otherSlopes = new Float64Array(GROUPS);
    for (let n = steps; n >= 0; n--) {
      const [at, here] = [positions[n], alive[n]];
      if (n < steps) {
        const dt = times[n + 1] - times[n];
        const [next, stay] = [positions[n + 1], alive[n + 1]];
        const scale = volatility * Math.sqrt(dt);
        const keep = Math.exp(-discount * dt);
        const keepHalf = Math.exp(-0.5 * discount * dt);
        const drift = drifts[n];
        const cost = costs[n];
        const control = controlOf(space, basis, fresh[n + 1], scale, costOfLeaving(space, times[n + 1]));
        drawNormals(n);
        for (let i = 0; i < M; i++) {
          if (here[i] === 0) continue;
          for (let a = 0; a < d; a++) {
            const k = a * M + i;
            taken.from[a] = at[k];
            taken.shift[a] = dt * drift[k];
            taken.noise[a] = scale * normalOf(i, a);
            taken.to[a] = next[k];
          }
          taken.alive = stay[i] === 1;
          const variate = control(taken);
          // Who leaves inside the step pays for half of it.
          if (stay[i] === 1) target[i] = cost[i] * dt + keep * (target[i] - variate);
          else target[i] = 0.5 * dt * cost[i] + keepHalf * exitCost[i] - keep * variate;
        }
      }
      regression.clear();
      // What changes in a step is regressed, so that where no particle is the value of the step after stays.
      const known = (x: number, y: number): number => {
        if (n === steps) return 0;
        basis.read(fresh[n + 1], x, y, jet);
        return jet.value;
      };
      if (n === steps) pinTerminal();
      for (let i = 0; i < M; i++) {
        if (here[i] === 0) continue;
        const [x, y] = [at[i], plane ? at[M + i] : 0];
        regression.add((i >> 1) % GROUPS, x, y, target[i] - known(x, y));
      }
      pinEnds(space, basis, regression, { t: times[n], particles: M, known });
      const { all, groups } = regression.solve(smoothing);
      if (n < steps) {
        const later = fresh[n + 1];
        for (const each of [all, ...groups]) for (let k = 0; k < each.length; k++) each[k] += later[k];
      }
      if (n < steps) {
        for (let i = 0; i < M; i += stride) {
          if (here[i] === 0) continue;
          const [x, y] = [at[i], plane ? at[M + i] : 0];
          watched++;
          basis.read(values[n], x, y, jet);
          const [x0, y0] = [jet.x, jet.y];
          basis.read(all, x, y, jet);
          change += (jet.x - x0) ** 2 + (jet.y - y0) ** 2;
          for (let g = 0; g < GROUPS; g++) {
            basis.read(groups[g], x, y, jet);
            groupSlopes[g] = jet.x;
            otherSlopes[g] = jet.y;
          }
          error += spread(groupSlopes) ** 2 + spread(otherSlopes) ** 2;
        }
      }
      fresh[n] = all;
    }
    values = values.map((old, n) => old.map((c, k) => c + damping * (fresh[n][k] - c)));
    const groupCosts = new Float64Array(GROUPS);
    const members = new Float64Array(GROUPS);
    for (let i = 0; i < M; i++) {
      groupCosts[(i >> 1) % GROUPS] += target[i];
      members[(i >> 1) % GROUPS]++;
    }
    const cost = groupCosts.reduce((sum, each) => sum + each, 0) / M;
    return {
      adjointChange: Math.sqrt(change / Math.max(1, watched)),
      adjointError: Math.sqrt(error / Math.max(1, watched)),
      cost,
      costError: spread(groupCosts.map((sum, g) => sum / members[g])),
    };
  };

  /** The cost at T is known everywhere, not only where particles are. */
  const pinTerminal = (): void => {
    const places = basis.axes.map(({ low, width, cells: all }) =>
      Float64Array.from({ length: 3 * all }, (_, k) => low + ((k + 0.5) * width) / 3),
    );
    const weight = (0.01 * M) / places.reduce((product, { length }) => product * length, 1);
    population.aggregates.set(means[steps]);
    for (const x of places[0]) {
      for (const y of places[1] ?? [0]) {
        seeAt(tables[steps], x, y);
        regression.pin(x, y, "value", terminal.value(x, y, population), weight);
      }
    }
  };

  return {
    round: (damping) => {
      const moved = forward(damping);
      const regressed = backward(damping);
      rounds++;
      return { ...moved, ...regressed };
    },
    fields: () => {
      const driftMeans = driftParts.map((parts) => parts.slice());
      // The last drift is one step before T: means of drifts go on straight.
      if (steps >= 2) {
        const [a, b, c] = [times[steps - 2], times[steps - 1], times[steps]];
        const share = (c - b) / (b - a);
        driftMeans[steps] = driftParts[steps - 1].map((v, k) => v + share * (v - driftParts[steps - 2][k]));
      } else driftMeans[steps] = driftParts[0].slice();
      return {
        times,
        basis,
        crowd,
        values,
        tables,
        aggregates: means.map((state, n) => state.map((v, k) => v + driftMeans[n][k])),
        positions: positions.map((each) => each.slice()),
        alive: alive.map((each) => each.slice()),
      };
    },
  };
}

/** Standard error of the mean of a few groups. */
function spread(groups: Float64Array): number {
  const count = groups.length;
  let sum = 0;
  for (const each of groups) sum += each;
  const mean = sum / count;
  let squares = 0;
  for (const each of groups) squares += (each - mean) ** 2;
  return Math.sqrt(squares / (count - 1) / count);
}
