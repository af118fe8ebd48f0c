/**
 * N players on the product of N trees: every Y^i and every Z^{ij}, without chance.
 *
 * Players are exchangeable, so that one array over the joint places holds them all: Y^1 = u(x_1, …, x_N) and Y^j is u with the first
 * and the j-th place exchanged. The cost is that of k^N nodes; few players, few steps.
 */

import { RefusalError } from "../../core/index.ts";
import type { InteractingModel } from "../model.ts";
import { weightsAt } from "../schemes/scheme.ts";
import { fixedPoint } from "./fixed-point.ts";
import { latticeOf } from "./lattice.ts";
import type { LatticeLevel } from "./lattice.ts";
import type { TreeSettings } from "./limit-tree.ts";
import type { StepMartingale } from "./step-martingale.ts";

/** Joint places are numbered with the last player's place fastest. */
export interface PlayersTree {
  readonly players: number;
  readonly levels: readonly LatticeLevel[];
  /** Y^1 at every joint place. */
  readonly values: readonly Float64Array[];
  /** Z^{11}. */
  readonly own: readonly Float64Array[];
  /** Z^{12}; empty for one player. */
  readonly cross: readonly Float64Array[];
}

/** More joint moves than this take more than some ten seconds. */
const MOST_WORK = 1e8;

/** The most steps of a tree of so many players that can be visited. */
export function mostSteps({ moves }: StepMartingale, players: number): number {
  let steps = 0;
  for (let work = 0; work <= MOST_WORK; steps++) work += ((1 + steps * (moves.length - 1)) * moves.length) ** players;
  return steps - 1;
}

/**
 * The whole tree.
 *
 * @throws RefusalError for more than `mostSteps`, and where a step is too long for its equation.
 */
export function solvePlayersTree(model: InteractingModel, players: number, settings: TreeSettings): PlayersTree {
  const { horizon, driver, terminal, functionals, terminalFunctionals } = model;
  const { steps, martingale, scheme } = settings;
  const most = mostSteps(martingale, players);
  if (steps > most) {
    throw new RefusalError(
      `a ${martingale.kind} tree of ${players} players can have ${most} steps at most, not ${steps}: fewer steps, or regression`,
    );
  }
  const step = horizon / steps;
  const root = Math.sqrt(step);
  const levels = latticeOf(martingale, horizon, steps);
  const moves = jointMoves(settings, players);
  const values: Float64Array[] = Array.from({ length: steps + 1 });
  const own: Float64Array[] = Array.from({ length: steps });
  const cross: Float64Array[] = Array.from({ length: steps });

  const state = new Float64Array(players);
  const finalLaw = new Float64Array(terminalFunctionals.length);
  values[steps] = overPlaces(levels[steps], players, (_, places) => {
    for (let j = 0; j < players; j++) state[j] = levels[steps].x[places[j]];
    terminalFunctionals.forEach(({ of }, k) => (finalLaw[k] = of(state)));
    return terminal(state[0], finalLaw);
  });

  const everybody = new Float64Array(players);
  const law = new Float64Array(functionals.length);
  /** The functionals of the empirical law at every joint place, as rows. */
  const lawsOf = (level: LatticeLevel, y: Float64Array): Float64Array => {
    const out = new Float64Array(y.length * functionals.length);
    const strides = stridesOf(level, players);
    overPlaces(level, players, (node, places) => {
      for (let j = 0; j < players; j++) {
        everybody[j] = y[node + (places[j] - places[0]) * (strides[0] - strides[j])];
      }
      functionals.forEach(({ of }, k) => (out[node * functionals.length + k] = of(everybody)));
      return 0;
    });
    return out;
  };
  const lawAt = (laws: Float64Array, node: number): Float64Array => {
    for (let k = 0; k < law.length; k++) law[k] = laws[node * law.length + k];
    return law;
  };

  const axes = Array.from({ length: players }, () => new Int32Array(martingale.moves.length));
  const at = new Int32Array(moves.length);
  for (let n = steps - 1; n >= 0; n--) {
    const [level, next] = [levels[n], levels[n + 1]];
    const y = values[n + 1];
    const laws = lawsOf(next, y);
    const strides = stridesOf(next, players);
    const { now, driverInZ } = weightsAt(scheme, n === steps - 1);
    const theta = scheme.kind === "theta";
    const later = next.x.length ** (players - 1);
    const driverAt = (child: number, z: number): number =>
      driver(next.t, next.x[Math.floor(child / later)], y[child], z, lawAt(laws, child));
    const F = theta && n < steps - 1 ? y.map((_, child) => driverAt(child, own[n + 1][child])) : undefined;
    const Z = new Float64Array(level.x.length ** players);
    const Z2 = new Float64Array(players > 1 ? Z.length : 0);
    const Y = overPlaces(level, players, (node, places) => {
      for (let j = 0; j < players; j++) next.children(level, places[j], axes[j]);
      for (let m = 0; m < moves.length; m++) {
        let child = 0;
        for (let j = 0; j < players; j++) child += strides[j] * axes[j][moves[m].move[j]];
        at[m] = child;
      }
      let [mean, slope, other] = [0, 0, 0];
      for (let m = 0; m < moves.length; m++) {
        const { probability, first, second } = moves[m];
        const later = F === undefined ? 0 : step * F[at[m]];
        const inZ = probability * (y[at[m]] + (driverInZ ? later : 0));
        mean += probability * (y[at[m]] + (1 - now) * later);
        slope += inZ * first;
        other += inZ * second;
      }
      /** E F, E[F ε^1], E[F ε^2] for the driver with Z_n. */
      const average = (z: number): readonly [number, number, number] => {
        let [sum, tilt, tilt2] = [0, 0, 0];
        for (let m = 0; m < moves.length; m++) {
          const weighted = moves[m].probability * driverAt(at[m], z);
          sum += weighted;
          tilt += weighted * moves[m].first;
          tilt2 += weighted * moves[m].second;
        }
        return [sum, tilt, tilt2];
      };
      const plain = slope / root;
      Z[node] = !theta && driverInZ ? fixedPoint((z) => plain + root * average(z)[1], plain) : plain;
      if (!theta) {
        const [sum, , tilt2] = average(Z[node]);
        mean += step * sum;
        if (driverInZ) other += step * tilt2;
      }
      if (players > 1) Z2[node] = other / root;
      return mean;
    });
    own[n] = Z;
    cross[n] = Z2;
    values[n] = now === 0 ? Y : implicit(level, Y, Z, now * step);
  }
  return { players, levels, values, own, cross };

  /** Y = base + θΔ f(t_n, x_1, Y, Z, Lᴺ(Y)) at all joint places together, since the law there is made of several of them. */
  function implicit(level: LatticeLevel, base: Float64Array, Z: Float64Array, weight: number): Float64Array {
    let y = base;
    for (let round = 0; round < 100; round++) {
      const laws = lawsOf(level, y);
      let gap = 0;
      const next = overPlaces(level, players, (node, places) => {
        const value = fixedPoint(
          (guess) => base[node] + weight * driver(level.t, level.x[places[0]], guess, Z[node], lawAt(laws, node)),
          y[node],
        );
        gap = Math.max(gap, Math.abs(value - y[node]) / Math.max(1, Math.abs(value)));
        return value;
      });
      y = next;
      if (!(gap > 1e-15)) return y;
    }
    throw new RefusalError("a step in time is too long for its law to be found by iteration: more steps are needed");
  }
}

interface JointMove {
  /** One move a player. */
  readonly move: Int32Array;
  readonly probability: number;
  /** What the first and the second player's Brownian motions move by, in units of the root of the step. */
  readonly first: number;
  readonly second: number;
}

function jointMoves({ martingale }: TreeSettings, players: number): readonly JointMove[] {
  const { moves, probabilities } = martingale;
  return Array.from({ length: moves.length ** players }, (_, m) => {
    const move = Int32Array.from(
      { length: players },
      (_, j) => Math.floor(m / moves.length ** (players - 1 - j)) % moves.length,
    );
    return {
      move,
      probability: move.reduce((product, k) => product * probabilities[k], 1),
      first: moves[move[0]],
      second: players > 1 ? moves[move[1]] : 0,
    };
  });
}

export function stridesOf({ x }: LatticeLevel, players: number): Float64Array {
  return Float64Array.from({ length: players }, (_, j) => x.length ** (players - 1 - j));
}

/** A number for every joint place; `places` is reused. */
function overPlaces(
  { x }: LatticeLevel,
  players: number,
  make: (node: number, places: Int32Array) => number,
): Float64Array {
  const places = new Int32Array(players);
  const out = new Float64Array(x.length ** players);
  for (let node = 0; node < out.length; node++) {
    out[node] = make(node, places);
    for (let j = players - 1; j >= 0 && ++places[j] === x.length; j--) places[j] = 0;
  }
  return out;
}
