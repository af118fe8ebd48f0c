import { particleSystem, particleSystemBytes, soloTeam } from "../../kernels/index.ts";
import type { Team } from "../../kernels/index.ts";
import type { Matrix } from "../../numeric/matrix.ts";
import { zeros } from "../../numeric/matrix.ts";
import { randomStream } from "../../numeric/random.ts";
import { copyBlock } from "../linear-quadratic/dense.ts";
import type { Transition } from "./transition.ts";
import { covarianceRoot } from "./transition.ts";

/**
 * The deviations D_i = x_i − x̄ of all players along a path, and the moves that they take together.
 *
 * Stored as x_i − x̄ + centre, with the centre carried along: subtracting it at once would cost one more pass over the
 * players in every step. Draw number i of a step is the same whatever else is computed, so that nothing depends on how
 * the work is cut up.
 */
export interface Deviations {
  /** D_i + centre, players × d. */
  readonly positions: Float64Array;
  readonly centre: Float64Array;
  /** Draws x_i(0) − E x(0); `positions` then hold these, and `centre` is the mean over the players. */
  readonly start: (path: number) => void;
  /** Moves all players through step `n` of a path. */
  readonly advance: (path: number, n: number, transition: Transition) => void;
  /** Writes (1/N) Σ D_i D_i′, d². */
  readonly secondMoment: (out: Matrix) => void;
}

/** Streams of random numbers, one for each source of randomness. */
export const streams = { initial: 0, own: 1, common: 2, crossing: 3 } as const;

const BLOCK = 1024;

export function deviations(
  players: number,
  covariance: Matrix,
  steps: number,
  seed: number,
  team: Team = soloTeam(particleSystemBytes(players)),
): Deviations {
  const root = covarianceRoot(covariance);
  return covariance.rows === 1
    ? onTheLine(players, root.data[0], steps, seed, team)
    : inSpace(players, root, steps, seed);
}

/** One state coordinate: the compiled kernel draws, moves and sums in one pass. */
function onTheLine(players: number, root: number, steps: number, seed: number, team: Team): Deviations {
  const own = randomStream(seed, streams.own);
  const initial = randomStream(seed, streams.initial);
  const system = particleSystem(team, players, own.keys);
  const { positions } = system;
  const centre = new Float64Array(1);
  return {
    positions,
    centre,
    start: (path) => {
      initial.fillNormal(positions, path * players);
      for (let i = 0; i < players; i++) positions[i] *= root;
      centre[0] = system.mean();
    },
    advance: (path, n, { matrix, root: spread }) => {
      const factor = matrix.data[0];
      centre[0] = system.step((path * steps + n) * players, {
        factor,
        shift: -factor * centre[0],
        noise: spread.data[0],
      });
    },
    secondMoment: (out) => {
      const c = centre[0];
      let sum = 0;
      for (let i = 0; i < players; i++) sum += (positions[i] - c) * (positions[i] - c);
      out.data[0] = sum / players;
    },
  };
}

function inSpace(players: number, root: Matrix, steps: number, seed: number): Deviations {
  const d = root.rows;
  const own = randomStream(seed, streams.own);
  const initial = randomStream(seed, streams.initial);
  const positions = new Float64Array(players * d);
  const centre = new Float64Array(d);
  const normals = new Float64Array(Math.min(BLOCK, players) * d);
  const factor = zeros(d, d);
  const spread = zeros(d, d);
  const shift = new Float64Array(d);
  const moved = new Float64Array(d);

  /** x ← factor x + shift + spread ξ for every player, and the new centre. */
  const move = (stream: typeof own, firstIndex: number): void => {
    centre.fill(0);
    for (let first = 0; first < players; first += BLOCK) {
      const end = Math.min(players, first + BLOCK);
      stream.fillNormal(normals, firstIndex + first * d);
      for (let p = first; p < end; p++) {
        for (let i = 0; i < d; i++) {
          let sum = shift[i];
          for (let j = 0; j < d; j++) {
            sum +=
              factor.data[i * d + j] * positions[p * d + j] + spread.data[i * d + j] * normals[(p - first) * d + j];
          }
          moved[i] = sum;
        }
        for (let i = 0; i < d; i++) {
          positions[p * d + i] = moved[i];
          centre[i] += moved[i];
        }
      }
    }
    for (let i = 0; i < d; i++) centre[i] /= players;
  };
  return {
    positions,
    centre,
    start: (path) => {
      factor.data.fill(0);
      shift.fill(0);
      spread.data.set(root.data);
      move(initial, path * players * d);
    },
    advance: (path, n, transition) => {
      copyBlock(transition.matrix, 0, 0, factor);
      copyBlock(transition.root, 0, 0, spread);
      for (let i = 0; i < d; i++) {
        shift[i] = 0;
        for (let j = 0; j < d; j++) shift[i] -= factor.data[i * d + j] * centre[j];
      }
      move(own, (path * steps + n) * players * d);
    },
    secondMoment: (out) => {
      out.data.fill(0);
      for (let p = 0; p < players; p++) {
        for (let i = 0; i < d; i++) {
          const left = positions[p * d + i] - centre[i];
          for (let j = 0; j <= i; j++) out.data[i * d + j] += left * (positions[p * d + j] - centre[j]);
        }
      }
      for (let i = 0; i < d; i++) {
        for (let j = 0; j <= i; j++) {
          out.data[i * d + j] /= players;
          out.data[j * d + i] = out.data[i * d + j];
        }
      }
    },
  };
}
