/**
 * Laws, values and slacks made of parameters that nothing binds, so that a descent needs no projection: L_t = softmax(u_t),
 * and either z = v² with free values; or, with a bound on rewards, within the bounds that hold at every equilibrium,
 * z = c_v softmax(v), of which one share more is left over, and y = c_w sin w.
 *
 * X. Guo, A. Hu, J. Zhang, "MF-OMO: an optimization formulation of mean-field games", SIAM J. Control Optim. 62 (2024)
 * 243–270, appendix A.3. (Squares are not theirs: where c_v is far beyond what is forgone, a softmax hardly moves.)
 */

import { InputError } from "../core/index.ts";
import type { CompiledGame } from "./compile.ts";
import type { Occupation } from "./occupation.ts";

export interface OccupationParameters {
  /** u in the place of L, w or the values themselves in that of y, v in that of z. */
  readonly moved: Occupation;
  /** Takes the parameters from an occupation. */
  readonly take: (at: Occupation) => void;
  /** Writes the occupation that they make. */
  readonly give: (at: Occupation) => void;
  /** Turns slopes along L, y and z, in tables as long as those of `moved`, to slopes along parameters. */
  readonly pullBack: (at: Occupation, slope: Occupation) => void;
}

/** The least share that a softmax is started from. */
const leastShare = 1e-12;

/** What MFGLib starts a share of the slacks from that is zero. */
const leastSlack = 1e-8;

/** Parameters of `at`: laws by softmax, slacks by squares. */
export function squaredParameters(game: CompiledGame, at: Occupation): OccupationParameters {
  const moved = copy(at);
  const take = ({ L, y, z }: Occupation): void => {
    takeLaws(L, moved.L);
    moved.y.forEach((table, p) => table.set(y[p]));
    moved.z.forEach((table, p) => table.set(z[p].map(Math.sqrt)));
  };
  take(at);
  return {
    moved,
    take,
    give: ({ L, y, z }) => {
      giveLaws(game, moved.L, L);
      y.forEach((table, p) => table.set(moved.y[p]));
      z.forEach((table, p) => table.set(moved.z[p].map((v) => v ** 2)));
    },
    pullBack: ({ L }, slope) => {
      pullBackLaws(game, L, slope.L);
      slope.z.forEach((table, p) => {
        for (let i = 0; i < table.length; i++) table[i] *= 2 * moved.z[p][i];
      });
    },
  };
}

/**
 * Parameters of `at` as in MFGLib, laws and slacks by softmax, values by sines. They start from twice the sum of slacks
 * where MFGLib starts them: from slacks whose sum is half of c_v.
 * @param most a bound on the size of rewards. Throws `InputError` for `r_max` where slacks or values exceed what it allows.
 */
export function boundedParameters(game: CompiledGame, at: Occupation, most: number): OccupationParameters {
  const T = game.times - 1;
  const bounds = game.populations.map(({ states, actions }) => ({
    slack: states * actions * (T ** 2 + T + 2) * most,
    value: (Math.sqrt(states * (T + 1)) * (T + 2) * most) / 2,
  }));
  const { L, y, z } = copy(at);
  const moved: Occupation = { L, y, z: z.map((table) => new Float64Array(table.length + 1)) };
  const takeWith = (from: Occupation, rest: (shares: number) => number): void => {
    takeLaws(from.L, moved.L);
    bounds.forEach(({ slack, value }, p) => {
      const shares = from.z[p].reduce((sum, forgone) => sum + forgone, 0) / slack;
      const largest = from.y[p].reduce((top, one) => Math.max(top, Math.abs(one)), 0);
      if (!(shares < 1 && largest <= value))
        throw new InputError("r_max", most, `at least the largest reward in size, or 0 for free slacks and values`);
      moved.y[p].set(from.y[p].map((one) => Math.asin(one / value)));
      const v = moved.z[p];
      from.z[p].forEach((forgone, i) => (v[i] = Math.log(forgone > 0 ? forgone / slack : leastSlack)));
      v[v.length - 1] = Math.log(rest(shares) || leastSlack);
    });
  };
  takeWith(at, (shares) => shares);
  return {
    moved,
    take: (from) => {
      takeWith(from, (shares) => 1 - shares);
    },
    give: (out) => {
      giveLaws(game, moved.L, out.L);
      bounds.forEach(({ slack, value }, p) => {
        const shares = softmaxOf(moved.z[p]);
        for (let i = 0; i < out.z[p].length; i++) out.z[p][i] = slack * shares[i];
        for (let i = 0; i < out.y[p].length; i++) out.y[p][i] = value * Math.sin(moved.y[p][i]);
      });
    },
    pullBack: (now, slope) => {
      pullBackLaws(game, now.L, slope.L);
      bounds.forEach(({ slack, value }, p) => {
        const g = slope.z[p];
        g[g.length - 1] = 0;
        const shares = softmaxOf(moved.z[p]);
        let mean = 0;
        for (let i = 0; i < g.length; i++) mean += shares[i] * g[i];
        for (let i = 0; i < g.length; i++) g[i] = slack * shares[i] * (g[i] - mean);
        for (let i = 0; i < slope.y[p].length; i++) slope.y[p][i] *= value * Math.cos(moved.y[p][i]);
      });
    },
  };
}

function copy({ L, y, z }: Occupation): Occupation {
  const own = (tables: readonly Float64Array[]): Float64Array[] => tables.map((table) => table.slice());
  return { L: own(L), y: own(y), z: own(z) };
}

function softmaxOf(v: Float64Array): Float64Array {
  const top = v.reduce((most, one) => Math.max(most, one), -Infinity);
  const shares = v.map((one) => Math.exp(one - top));
  const sum = shares.reduce((total, one) => total + one, 0);
  return shares.map((one) => one / sum);
}

/** u = ln L. */
function takeLaws(L: readonly Float64Array[], u: readonly Float64Array[]): void {
  u.forEach((table, p) => table.set(L[p].map((share) => Math.log(Math.max(share, leastShare)))));
}

/** L_t = softmax(u_t), with nothing on actions that may not be taken. */
function giveLaws({ populations, times }: CompiledGame, parameters: Occupation["L"], laws: Occupation["L"]): void {
  populations.forEach(({ states, actions, allowed }, p) => {
    const rows = states * actions;
    const [u, L] = [parameters[p], laws[p]];
    for (let first = 0; first < rows * times; first += rows) {
      let top = -Infinity;
      for (let i = first; i < first + rows; i++) if (allowed?.[i] !== 0 && u[i] > top) top = u[i];
      let sum = 0;
      for (let i = first; i < first + rows; i++) sum += L[i] = allowed?.[i] === 0 ? 0 : Math.exp(u[i] - top);
      for (let i = first; i < first + rows; i++) L[i] /= sum;
    }
  });
}

/** The slopes along u from those along L. */
function pullBackLaws({ populations, times }: CompiledGame, laws: Occupation["L"], slopes: Occupation["L"]): void {
  populations.forEach(({ states, actions }, p) => {
    const rows = states * actions;
    const [g, L] = [slopes[p], laws[p]];
    for (let first = 0; first < rows * times; first += rows) {
      let mean = 0;
      for (let i = first; i < first + rows; i++) mean += L[i] * g[i];
      for (let i = first; i < first + rows; i++) g[i] = L[i] * (g[i] - mean);
    }
  });
}
