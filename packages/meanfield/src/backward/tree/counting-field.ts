/**
 * A counting tree as a function of time and of all players' states.
 *
 * Between places a player stands partly at each of its two neighbours, so that tail sums of the others are no whole numbers: between
 * populations the tree is linear on simplices (H. Freudenthal, Annals of Mathematics 43 (1942) 580–582, whose triangulation keeps the
 * order of tail sums), and linear in the player's own place and in time. Functions that are sums over players come through exactly.
 */

import type { DecouplingField } from "../candidate.ts";
import { at } from "./counting-tree.ts";
import type { CountingTree } from "./counting-tree.ts";
import type { LatticeLevel } from "./lattice.ts";
import { populations } from "./populations.ts";

/** Where all stand at one level: the place below each player, its distance from there, and the tail sums of all. */
interface Standing {
  /** Of the states that it was made for. */
  readonly states: Float64Array;
  readonly below: Int32Array;
  readonly share: Float64Array;
  readonly tails: Float64Array;
}

export function countingField({ players, levels, values, own, cross }: CountingTree): DecouplingField {
  const steps = own.length;
  const step = levels[steps].t / steps;
  const middle = new Float64Array(players);
  // Fields are read for one player after another at the same states: each level keeps its last.
  const standings = levels.map(() => standingOf(players, steps));
  const atMiddle = levels.slice(0, 2).map((level) => {
    const kept = standingOf(players, steps);
    stand(level, middle, kept);
    return kept;
  });
  let standing = atMiddle[0];
  const others = new Float64Array(steps);
  const simplex = simplexReader(players, steps);

  /** Tail sums of all but player i, and player j where there is one, into `others`. */
  const without = (n: number, i: number, j = -1): void => {
    const { tails, below, share } = standing;
    let before = j < 0 ? players - 1 : players - 2;
    for (let k = 0; k < n; k++) {
      let tail = tails[k] - tailShare(k, below[i], share[i]);
      if (j >= 0) tail -= tailShare(k, below[j], share[j]);
      // Players beyond the last places can make a population that nobody could be.
      if (tail < 0) tail = 0;
      if (tail > before) tail = before;
      before = tail;
      others[k] = tail;
    }
  };
  /** Linear in the player's own place. */
  const ownPlace = (rows: readonly Float64Array[], n: number, i: number): number => {
    without(n, i);
    simplex.locate(others, n);
    const low = simplex.read(rows[standing.below[i]]);
    const share = standing.share[i];
    return share === 0 ? low : low + share * (simplex.read(rows[standing.below[i] + 1]) - low);
  };
  const bothPlaces = (rows: readonly (readonly Float64Array[])[], n: number, i: number, j: number): number => {
    if (rows.length === 0) return 0;
    const { below, share } = standing;
    without(n, i, j);
    simplex.locate(others, n);
    let sum = 0;
    for (let a = 0; a < 2; a++) {
      const first = a === 0 ? 1 - share[i] : share[i];
      for (let b = 0; b < 2; b++) {
        const weight = first * (b === 0 ? 1 - share[j] : share[j]);
        if (weight !== 0) sum += weight * simplex.read(rows[below[i] + a][below[j] + b]);
      }
    }
    return sum;
  };

  /**
   * Linear in time; constant after the last of `count` levels. At time 0 only the middle is known: how a value there changes with the
   * states is that of the level after it.
   */
  const inTime = (count: number, t: number, x: Float64Array, add: (n: number, weight: number) => void): void => {
    const shape = Math.min(1, count - 1);
    const position = Math.min(count - 1, Math.max(0, t / step));
    const n = Math.min(Math.floor(position), Math.max(0, count - 2));
    const later = position - n;
    if (later < 1) addLevel(n, 1 - later);
    if (later > 0) addLevel(n + 1, later);

    function addLevel(level: number, weight: number): void {
      const known = Math.max(shape, level);
      standing = standings[known];
      if (!same(standing.states, x)) stand(levels[known], x, standing);
      add(known, weight);
      if (level >= shape) return;
      standing = atMiddle[shape];
      add(shape, -weight);
      standing = atMiddle[level];
      add(level, weight);
    }
  };
  const forAll =
    (rows: readonly (readonly Float64Array[])[]) =>
    (t: number, x: Float64Array, out: Float64Array): void => {
      out.fill(0);
      inTime(rows.length, t, x, (n, weight) => {
        for (let i = 0; i < players; i++) out[i] += weight * ownPlace(rows[n], n, i);
      });
    };
  return {
    values: forAll(values),
    diagonal: forAll(own),
    z: (t, x, i, j) => {
      let sum = 0;
      inTime(own.length, t, x, (n, weight) => {
        sum += weight * (i === j ? ownPlace(own[n], n, i) : bothPlaces(cross[n], n, i, j));
      });
      return sum;
    },
  };
}

/** What one player adds to the i-th tail sum (from 0: players at place i + 1 or above). */
function tailShare(i: number, below: number, share: number): number {
  if (i < below) return 1;
  return i === below ? share : 0;
}

function standingOf(players: number, steps: number): Standing {
  return {
    states: new Float64Array(players).fill(Number.NaN),
    below: new Int32Array(players),
    share: new Float64Array(players),
    tails: new Float64Array(steps),
  };
}

function same(a: Float64Array, b: Float64Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Places of all players; beyond the last places straight lines go on. */
function stand({ x: places, gap }: LatticeLevel, x: Float64Array, { states, below, share, tails }: Standing): void {
  states.set(x);
  const n = places.length - 1;
  tails.fill(0);
  for (let j = 0; j < x.length; j++) {
    if (n === 0) {
      below[j] = 0;
      share[j] = 0;
      continue;
    }
    const position = (x[j] - places[0]) / gap;
    const first = Math.min(n - 1, Math.max(0, Math.floor(position)));
    below[j] = first;
    share[j] = position - first;
    for (let i = 0; i < first; i++) tails[i]++;
    tails[first] += position - first;
  }
}

/** Reads rows over populations between these: at most n + 1 of them with their weights. */
function simplexReader(players: number, steps: number) {
  const offsets = Array.from({ length: steps + 1 }, (_, n) => populations(players, n).offsets);
  const order = new Int32Array(steps);
  const floor = new Int32Array(steps);
  const rest = new Float64Array(steps);
  const numbers = new Float64Array(steps + 1);
  const weights = new Float64Array(steps + 1);
  let corners = 0;
  return {
    locate: (tails: Float64Array, n: number): void => {
      let number = 0;
      for (let i = 0; i < n; i++) {
        floor[i] = Math.floor(tails[i]);
        rest[i] = tails[i] - floor[i];
        number += offsets[n][i][floor[i]];
        // By falling rest; of equal ones the lower place first, so that tail sums stay in order.
        let k = i;
        while (k > 0 && rest[order[k - 1]] < rest[i]) {
          order[k] = order[k - 1];
          k--;
        }
        order[k] = i;
      }
      numbers[0] = number;
      weights[0] = n === 0 ? 1 : 1 - rest[order[0]];
      corners = 1;
      for (let k = 0; k < n && rest[order[k]] > 0; k++) {
        const i = order[k];
        number += offsets[n][i][floor[i] + 1] - offsets[n][i][floor[i]];
        numbers[corners] = number;
        weights[corners++] = rest[i] - (k + 1 < n ? rest[order[k + 1]] : 0);
      }
    },
    read: (row: Float64Array): number => {
      if (row.length === 1) return row[0];
      let sum = 0;
      for (let k = 0; k < corners; k++) sum += weights[k] * at(row, numbers[k]);
      return sum;
    },
  };
}
