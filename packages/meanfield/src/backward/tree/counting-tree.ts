/**
 * N players on random walks that go up or down, counted instead of told apart: N of hundreds on a few steps, without chance.
 *
 * Exchangeable players need not be named. The value of one of them depends on its own place and on how many of the others stand at each
 * place, so that at the n-th step there are (n + 1)·C(N − 1 + n, n) numbers in place of the (n + 1)^N of a product of trees. Averages over
 * a step of all are those of binomial numbers, one place after another (`populations.ts`). Exposure to another player at place j is half
 * the difference that its own step makes, averaged over the N − 2 others.
 *
 * The driver is taken where it depends on a node alone: `theta` schemes only. Those that hold Z_n against the driver at every later node
 * would have a sum over all later populations for every one of the present.
 */

import { RefusalError } from "../../core/index.ts";
import type { InteractingModel } from "../model.ts";
import { weightsAt } from "../schemes/scheme.ts";
import { latticeOf } from "./lattice.ts";
import type { LatticeLevel } from "./lattice.ts";
import type { TreeSettings } from "./limit-tree.ts";
import { averageOverMoves, eachPopulation, fairCoins, populationCount, populations } from "./populations.ts";
import type { Populations } from "./populations.ts";

/**
 * Y and Z of one player at every time n: by its own place, numbers for all `populations` of the others on places 0 … n.
 *
 * An array of length one holds the same number for all populations: so it is at the end, where nobody has met anybody.
 */
export interface CountingTree {
  readonly players: number;
  readonly levels: readonly LatticeLevel[];
  /** Y^1, by place, over populations of N − 1. */
  readonly values: readonly (readonly Float64Array[])[];
  /** Z^{11}, likewise. */
  readonly own: readonly (readonly Float64Array[])[];
  /** Z^{12}, by the first's and the second's place, over populations of N − 2; empty where it is zero for all. */
  readonly cross: readonly (readonly (readonly Float64Array[])[])[];
}

/** More take more than some ten seconds, or too much memory. */
const MOST_WORK = 6e9;
const MOST_NUMBERS = 8e7;
/** More are for other methods; up to here no place of the walk is so improbable that it is left out. */
const MOST_STEPS = 100;

/** The most steps of so many players that can be counted with so much work; less than 1 where there are too many players. */
export function mostCountedSteps(
  { terminalFunctionals }: InteractingModel,
  players: number,
  mostWork = MOST_WORK,
): number {
  // Of coins.
  let [work, numbers] = [0, 6 * players ** 1.5];
  for (let n = 0; n < MOST_STEPS; n++) {
    // Before its first step back a crowd that ends without a law need not be counted.
    const level = terminalFunctionals.length === 0 ? n - 1 : n;
    const averages = 2 * (level + 1) + (level + 1) ** 2;
    const size = populationCount(players, level + 1);
    const window = Math.min(players / (level + 2), 12 * Math.sqrt(players / (level + 2)));
    if (level >= 0) work += averages * level * size * (1 + window) + averages * size;
    numbers += (averages + n) * populationCount(players, Math.max(0, level));
    if (work > mostWork || numbers + 8 * size > MOST_NUMBERS) return n;
  }
  return MOST_STEPS;
}

/**
 * The whole tree.
 *
 * @throws RefusalError for other walks than `binomial`, other schemes than `theta`, more than `mostCountedSteps`, and where a step is too
 * long for its equation.
 */
export function solveCountingTree(model: InteractingModel, players: number, settings: TreeSettings): CountingTree {
  const { horizon, driver, terminal, functionals, terminalFunctionals } = model;
  const { steps, martingale, scheme } = settings;
  const refusal = countingRefusal(settings);
  if (refusal !== undefined) throw new RefusalError(refusal);
  const most = mostCountedSteps(model, players);
  if (steps > most) throw new RefusalError(`${players} players can be counted on ${most} steps at most, not ${steps}`);
  const step = horizon / steps;
  const root = Math.sqrt(step);
  const levels = latticeOf(martingale, horizon, steps);
  const coins = fairCoins(players);
  const values: Float64Array[][] = Array.from({ length: steps + 1 });
  const own: Float64Array[][] = Array.from({ length: steps });
  const cross: Float64Array[][][] = Array.from({ length: steps });
  const weights = Array.from({ length: steps + 2 }, (_, places) => new Float64Array(places));
  const points = Array.from({ length: steps + 2 }, (_, places) => new Float64Array(places));

  values[steps] = finalValues();
  let drivers: Float64Array[] | undefined;
  for (let n = steps - 1; n >= 0; n--) {
    const { now, driverInZ } = weightsAt(scheme, n === steps - 1);
    const after = populations(players - 1, n + 1);
    const y = values[n + 1];
    // Y and what the driver at the later node adds to it, as they go into the mean and into Z.
    const inMean =
      drivers === undefined || now === 1 ? y : y.map((row, k) => added(row, (1 - now) * step, drivers?.[k]));
    const inZ = drivers === undefined || !driverInZ ? y : y.map((row, k) => added(row, step, drivers?.[k]));
    const mean: Float64Array[] = [];
    own[n] = [];
    for (let k = 0; k <= n; k++) {
      mean.push(averaged(after, combined(0.5, inMean[k], 0.5, inMean[k + 1])));
      own[n].push(averaged(after, combined(-0.5 / root, inZ[k], 0.5 / root, inZ[k + 1])));
    }
    cross[n] = players > 1 && inZ[0].length > 1 ? exposures(n, inZ) : [];
    const settled = settledValues(n, mean, now * step, n > 0);
    values[n] = settled.y;
    drivers = settled.f;
  }
  return { players, levels, values, own, cross };

  function averaged(after: Populations, source: Float64Array): Float64Array {
    if (source.length === 1) return source;
    const out = new Float64Array(populationCount(after.crowd, after.top - 1));
    averageOverMoves(after, coins, source, out);
    return out;
  }

  /** Z^{12}_n by both places. */
  function exposures(n: number, inZ: readonly Float64Array[]): Float64Array[][] {
    const after = populations(players - 2, n + 1);
    // With the second at each place, the number of the population of N − 1.
    const numbers = Array.from({ length: n + 2 }, () => new Int32Array(after.size));
    const { offsets } = populations(players - 1, n + 1);
    eachPopulation(after, (number, tails) => {
      let with2 = 0;
      for (let i = 0; i <= n; i++) with2 += offsets[i][tails[i]];
      numbers[0][number] = with2;
      for (let j = 1; j <= n + 1; j++) {
        with2 += offsets[j - 1][tails[j - 1] + 1] - offsets[j - 1][tails[j - 1]];
        numbers[j][number] = with2;
      }
    });
    return Array.from({ length: n + 1 }, (_, k) => {
      const mean = combined(0.5, inZ[k], 0.5, inZ[k + 1]);
      return Array.from({ length: n + 1 }, (_, j) => {
        const [down, up] = [numbers[j], numbers[j + 1]];
        const source = new Float64Array(after.size);
        for (let r = 0; r < source.length; r++) source[r] = (0.5 / root) * (mean[up[r]] - mean[down[r]]);
        return averaged(after, source);
      });
    });
  }

  function finalValues(): Float64Array[] {
    const { x } = levels[steps];
    const law = new Float64Array(terminalFunctionals.length);
    if (law.length === 0) return Array.from(x, (state) => Float64Array.of(terminal(state, law)));
    const others = populationCount(players - 1, steps);
    const out = Array.from(x, () => new Float64Array(others));
    overCrowds(steps, (places, numbers, occupied) => {
      for (let p = 0; p < occupied; p++) points[occupied][p] = x[places[p]];
      for (let l = 0; l < law.length; l++) law[l] = terminalFunctionals[l].of(points[occupied], weights[occupied]);
      for (let p = 0; p < occupied; p++) out[places[p]][numbers[p]] = terminal(x[places[p]], law);
    });
    return out;
  }

  /**
   * Y = base + weight·f(t_n, x, Y, Z, Lᴺ(Y)) for the players of every crowd together, since they make its law.
   *
   * @param wanted whether the driver at Y is asked for too
   */
  function settledValues(n: number, base: readonly Float64Array[], weight: number, wanted: boolean) {
    const { t, x } = levels[n];
    const law = new Float64Array(functionals.length);
    const z = own[n];
    const free = functionals.length === 0 && base[0].length === 1 && z[0].length === 1;
    const size = free ? 1 : populationCount(players - 1, n);
    const y = Array.from(x, () => new Float64Array(size));
    const f = wanted ? Array.from(x, () => new Float64Array(size)) : undefined;
    const [bases, zs] = [new Float64Array(n + 1), new Float64Array(n + 1)];
    const settle = (places: Int32Array, numbers: Int32Array, occupied: number): void => {
      const now = points[occupied];
      for (let p = 0; p < occupied; p++) {
        bases[p] = at(base[places[p]], numbers[p]);
        zs[p] = at(z[places[p]], numbers[p]);
        now[p] = bases[p];
      }
      let before = weight > 0 ? Infinity : 0;
      for (let round = 0; before > 0; round++) {
        if (round === MOST_ROUNDS) {
          throw new RefusalError(
            "a step in time is too long for its law to be found by iteration: more steps are needed",
          );
        }
        for (let l = 0; l < law.length; l++) law[l] = functionals[l].of(now, weights[occupied]);
        let change = 0;
        for (let p = 0; p < occupied; p++) {
          const next = bases[p] + weight * driver(t, x[places[p]], now[p], zs[p], law);
          const moved = Math.abs(next - now[p]) / Math.max(1, Math.abs(next));
          if (!(moved <= change)) change = moved;
          now[p] = next;
        }
        // Changes that are small and no longer fall are rounding; not a number comes through, for the solver to report.
        const settled = !(change > 4e-16) || (change >= before && change < 1e-9);
        before = settled ? 0 : change;
      }
      if (f !== undefined) for (let l = 0; l < law.length; l++) law[l] = functionals[l].of(now, weights[occupied]);
      for (let p = 0; p < occupied; p++) {
        y[places[p]][numbers[p]] = now[p];
        if (f !== undefined) f[places[p]][numbers[p]] = driver(t, x[places[p]], now[p], zs[p], law);
      }
    };
    if (free) {
      for (let k = 0; k <= n; k++) settle(Int32Array.of(k), new Int32Array(1), 1);
    } else overCrowds(n, settle);
    return { y, f };
  }

  /**
   * Visits every population of all N at the n-th time: the places where somebody stands, for one who stands there the number of the
   * population of the others, and the shares of all players in `weights`. Arrays are reused.
   */
  function overCrowds(n: number, visit: (places: Int32Array, numbers: Int32Array, occupied: number) => void): void {
    const crowds = populations(players, n);
    const { offsets } = crowds;
    const [places, numbers] = [new Int32Array(n + 1), new Int32Array(n + 1)];
    const shares = new Float64Array(n + 1);
    eachPopulation(crowds, (number, tails) => {
      let occupied = 0;
      let others = number;
      for (let k = 0; k <= n; k++) {
        if (k > 0) {
          if (tails[k - 1] === 0) break;
          others += offsets[k - 1][tails[k - 1] - 1] - offsets[k - 1][tails[k - 1]];
        }
        const count = (k === 0 ? players : tails[k - 1]) - (k === n ? 0 : tails[k]);
        if (count === 0) continue;
        places[occupied] = k;
        numbers[occupied] = others;
        shares[occupied++] = count / players;
      }
      for (let p = 0; p < occupied; p++) weights[occupied][p] = shares[p];
      visit(places, numbers, occupied);
    });
  }
}

const MOST_ROUNDS = 200;

/** Why a tree with such settings cannot be counted; undefined where it can. */
export function countingRefusal({ martingale, scheme }: Omit<TreeSettings, "steps">): string | undefined {
  if (martingale.kind !== "binomial") return `players are counted on binomial walks only, not ${martingale.kind}`;
  return scheme.kind === "theta"
    ? undefined
    : `players are counted with the theta scheme only: the ${scheme.kind} scheme asks for a sum over all later populations at every one`;
}

/** The number for a population, or the one for all. */
export function at(row: Float64Array, number: number): number {
  return row.length === 1 ? row[0] : row[number];
}

/** a·u + b·v. */
function combined(a: number, u: Float64Array, b: number, v: Float64Array): Float64Array {
  const out = new Float64Array(u.length);
  for (let i = 0; i < out.length; i++) out[i] = a * u[i] + b * v[i];
  return out;
}

function added(row: Float64Array, weight: number, driver: Float64Array | undefined): Float64Array {
  return driver === undefined ? row : combined(1, row, weight, driver);
}
