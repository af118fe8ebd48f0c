/**
 * Drivers on a road network as a finite game: who is at a crossing chooses the next road, and is at its end so many steps later
 * as the vehicles on it make it take. Drivers on a road are in no state; how many they are is read off the entries of the past.
 *
 * A time that is no whole number of steps is rounded up or down by chance, so that it is right in the mean, and continuous in
 * the law: an equilibrium exists. Rounded down, as OpenSpiel does, it is neither.
 */

import type { Features, Laws, Transition } from "./model.ts";
import { travelTime } from "./road-networks.ts";
import type { RoadNetwork } from "./road-networks.ts";

/** Where a driver to one destination may be, in this order: at the crossings, at home near some of them, late, and done. */
export interface Places {
  readonly names: readonly string[];
  /** Of the crossings; homes come next. */
  readonly crossings: number;
  /** The crossings near which there are homes. */
  readonly homes: readonly number[];
  readonly late: number;
  readonly done: number;
}

/** What an action is that is no road. `none` may not be taken; who is `stuck` is late. */
export const noRoad = { none: -1, exit: -2, wait: -3, stuck: -4 } as const;

export interface Traffic {
  readonly network: RoadNetwork;
  readonly departures: readonly Departure[];
  readonly pace: Pace;
  /** All of them. */
  readonly vehicles: number;
  readonly places: Places;
  /** Numbers of the crossings that people want to. */
  readonly destinations: readonly number[];
  /** |A|. */
  readonly actions: number;
  /** The road that action a takes in state s, or what else it is, at s·|A| + a. */
  readonly choices: Int32Array;
  /** The crossing that a road ends at. */
  readonly heads: Int32Array;
  /** μ_0. */
  readonly initial: Float64Array;
  /** Probability to leave from home in state s at t, at t·|S| + s, to be on the road at t + 1. */
  readonly leaving: Float64Array;
}

/** Vehicles of a trip that are first on the road at a time. */
export interface Departure {
  readonly trip: number;
  readonly step: number;
  readonly vehicles: number;
}

export interface Pace {
  /** T: drivers decide at 0, …, T − 1. */
  readonly times: number;
  readonly stepLength: number;
  /** Whether drivers may take any way, dead ends too, times of roads are rounded down, and what counts is the time of arrival. */
  readonly faithful: boolean;
}

/** Numbers of a road at a time, one after the other in the features. */
const fields = 4;
/** Vehicles on it, those that enter among them. */
const volume = 0;
/** What it takes those that enter, in steps. */
const steps = 1;
/** Who enters, as a share of everybody. */
const entries = 2;
/** The first time whose entries are still on it. */
const oldest = 3;

/** Vehicles on a road at a time, from what `trafficFeatures` wrote. */
export function vehiclesOn(features: Float64Array, road: number): number {
  return features[road * fields + volume];
}

/** Steps that a road takes those who enter at a time, from what `trafficFeatures` wrote. */
export function stepsOf(features: Float64Array, road: number): number {
  return features[road * fields + steps];
}

/** Volumes and times of all roads: vehicles that enter at t are on the road at t + 1, …, t + δ, and choose again at t + δ. */
export function trafficFeatures({ network, choices, pace, vehicles }: Traffic): Features {
  const { roads } = network;
  return {
    count: fields * roads.length,
    read: (t, { pairs: [L] }, out, earlier) => {
      out.fill(0);
      for (let i = 0; i < L.length; i++) if (L[i] > 0 && choices[i] >= 0) out[choices[i] * fields + entries] += L[i];
      roads.forEach((road, l) => {
        const at = l * fields;
        let first = t === 0 ? 0 : earlier[t - 1].features[at + oldest];
        while (first < t && stays(earlier[first], l, t - first) === 0) first++;
        let share = 0;
        for (let u = first; u < t; u++) share += earlier[u].features[at + entries] * stays(earlier[u], l, t - u);
        const on = vehicles * (share + out[at + entries]);
        const time = travelTime(road, on) / pace.stepLength;
        out[at + volume] = on;
        out[at + steps] = Math.max(1, pace.faithful ? Math.trunc(time) : time);
        out[at + oldest] = first;
      });
    },
  };
}

/** The share of those who entered then that is still on the road so many steps later, not counting who is just at its end. */
function stays({ features }: Laws, road: number, later: number): number {
  return Math.min(1, Math.max(0, features[road * fields + steps] - later));
}

/** Moves of drivers. Who cannot be at the end of a road by the horizon is late. */
export function trafficMoves(traffic: Traffic): Transition {
  const { choices, actions, places, destinations, heads, pace, initial, leaving } = traffic;
  const horizon = pace.times - 1;
  const { names, late, done, homes, crossings } = places;
  const size = names.length;
  return {
    sees: "pairs",
    timed: true,
    longest: Math.max(1, horizon),
    successors: (t, s, a, { features }, emit) => {
      const taken = choices[s * actions + a];
      const place = s % size;
      const first = s - place;
      if (taken >= 0) {
        const time = stepsOf(features, taken);
        const whole = Math.floor(time);
        const later = time - whole;
        const to = first + heads[taken];
        if (t + whole > horizon) emit(first + late, 1);
        else {
          emit(to, 1 - later, whole);
          if (later > 0 && t + whole < horizon) emit(to, later, whole + 1);
          else if (later > 0) emit(first + late, later);
        }
      } else if (taken === noRoad.exit) emit(first + (place === destinations[first / size] ? done : late), 1);
      else if (taken === noRoad.stuck) emit(first + late, 1);
      else if (place < late) {
        const leave = leaving[t * initial.length + s];
        emit(first + homes[place - crossings], leave);
        emit(s, 1 - leave);
      } else emit(first + done, 1);
    },
  };
}
