/**
 * Demand response: households with a battery or a deferrable appliance, and a price that rises with everybody's demand.
 *
 * The game is specified here (docs/games/smart-grid.md gives the reasons), from: R. Couillet, S. M. Perlaza, H. Tembine,
 * M. Debbah, "Electrical vehicles in the smart grid: a mean field game analysis", IEEE J. Sel. Areas Commun. 30 (2012)
 * 1086–1096 (batteries that trade at a price rising with aggregate demand, the daily peak); C. Alasseur, I. Ben Taher,
 * A. Matoussi, "An extended mean field game for storage in smart grids", J. Optim. Theory Appl. 184 (2020) 644–670 (the
 * household's bill is price times its net demand); A. De Paola, D. Angeli, G. Strbac, "Price-based schemes for distributed
 * coordination of flexible demand in the electricity market", IEEE Trans. Smart Grid 8 (2017) 3104–3116 (interruptible
 * appliances under a broadcast price).
 *
 * A state is (period of the day, level, mode): the clock is part of the state, so that a stationary law is a law that
 * repeats every day, and the mode says what the device does now, so that aggregate demand is linear in the law over
 * states. The action is the mode planned for the next period.
 */

import { finiteModel } from "./finite-model.ts";
import type { Successor } from "./finite-model.ts";
import type { FiniteStationaryModel } from "./model.ts";
import { zeros } from "../numeric/matrix.ts";

export const devices = ["deferrable", "battery"] as const;

export interface DemandResponse {
  readonly device: (typeof devices)[number];
  /** H, periods of a day. */
  readonly periods: number;
  /** Largest backlog of work, or charge of a full battery. */
  readonly levels: number;
  /** Inflexible demand of a household, averaged over the day. */
  readonly base: number;
  /** Its relative daily swing. */
  readonly swing: number;
  readonly p0: number;
  readonly p1: number;
  /** What a device that is on draws, or a discharging one feeds in. */
  readonly power: number;
  /** Probability of a need in a period: new work (deferrable), or a level of charge that the owner uses (battery). */
  readonly arrival: number;
  /** Discomfort per period and squared backlog (deferrable). */
  readonly wait: number;
  /** Cost of a need that cannot be met: work that comes while the backlog is full, a trip on an empty battery. */
  readonly overflow: number;
  /** Probability that a charging battery gains a level (battery). */
  readonly efficiency: number;
  /** Cost of every period of charging or discharging (battery). */
  readonly wear: number;
  /** Cost of a change of power: per squared change of direction, so that turning a battery around costs four times. */
  readonly ramp: number;
  /**
   * Probability that a plan is lost on its way and the device stays off.
   *
   * Where it is positive, a device whose plans are all lost comes to one and the same state whatever the policy, so that
   * every policy has exactly one stationary law.
   */
  readonly loss: number;
  readonly gamma: number;
}

/** (period, level, mode) by the index of the state. */
export interface GridState {
  readonly period: number;
  readonly level: number;
  /** Deferrable: 0 off, 1 running. Battery: 0 idle, 1 charging, 2 discharging. */
  readonly mode: number;
}

/**
 * A plan that comes to nothing (no work left, no room to charge) costs two changes more. Were it free it would tie with
 * planning nothing, and the game would have many equilibria that differ in nothing but such plans.
 */
const vain = 2;

/** Work on: +1 draws power, −1 feeds it in. */
const directions = { deferrable: [0, 1], battery: [0, 1, -1] } as const;

const actionNames = { deferrable: ["off", "run"], battery: ["idle", "charge", "discharge"] } as const;

/** All states that are possible: work or charge to run on, and room to charge. */
export function gridStates({ device, periods, levels }: DemandResponse): readonly GridState[] {
  const states: GridState[] = [];
  for (let period = 0; period < periods; period++) {
    for (let level = 0; level <= levels; level++) {
      directions[device].forEach((_, mode) => {
        if (possible(device, mode, level, levels)) states.push({ period, level, mode });
      });
    }
  }
  return states;
}

function possible(device: DemandResponse["device"], mode: number, level: number, levels: number): boolean {
  if (mode === 0) return true;
  return device === "battery" && mode === 1 ? level < levels : level > 0;
}

/** What a device in this mode draws, in multiples of `power`. */
export function direction({ device }: DemandResponse, mode: number): number {
  return directions[device][mode];
}

/** Inflexible demand of a household in each period: a cosine whose peak is two thirds through the day, at 16 h. */
export function baseDemand({ base, swing, periods }: DemandResponse): Float64Array {
  return Float64Array.from(
    { length: periods },
    (_, h) => base * (1 + swing * Math.cos(2 * Math.PI * (h / periods - 2 / 3))),
  );
}

/** The number a state stands for, to be read digit by digit: 100 · period + 10 · level + mode. */
export function gridCode({ period, level, mode }: GridState): number {
  return 100 * period + 10 * level + mode;
}

/** The game; its features are φ_h = H Σ z(h,·) · power · direction, what devices draw in period h per household. */
export function demandResponse(game: DemandResponse): FiniteStationaryModel {
  const { device, periods, levels, p0, p1, ramp, loss, gamma } = game;
  const states = gridStates(game);
  const indexOf = new Map(states.map((state, x) => [gridCode(state), x]));
  const base = baseDemand(game);
  const draws = states.map(({ mode }) => game.power * direction(game, mode));
  /** The household's own demand in a state, and what the state costs beside the bill. */
  const own = states.map(({ period }, x) => base[period] + draws[x]);
  const upkeep = states.map((state) => game.overflow * unmet(game, state) + discomfort(game, state));
  const features = zeros(periods, states.length);
  states.forEach(({ period }, x) => (features.data[period * states.length + x] = periods * draws[x]));
  return finiteModel({
    positions: states.map(gridCode),
    actionNames: actionNames[device],
    discount: gamma,
    initial: newDevices(game, states),
    features,
    successors: (x, a) => {
      const period = (states[x].period + 1) % periods;
      const at = (level: number, mode: number): number => indexOf.get(gridCode({ period, level, mode })) as number;
      return nextLevels(game, states[x]).flatMap(([level, p]): Successor[] => [
        [at(level, possible(device, a, level, levels) ? a : 0), p * (1 - loss)],
        [at(level, 0), p * loss],
      ]);
    },
    reward: (x, a, phi, y) => {
      const { period, mode } = states[x];
      const price = p0 + p1 * (base[period] + phi[period]);
      const change = direction(game, states[y].mode) - direction(game, mode);
      const changes = change ** 2 + (possible(device, a, states[y].level, levels) ? 0 : vain);
      return -(price * own[x] + upkeep[x] + ramp * changes);
    },
    rewardSlope: (x, _a, _phi, _y, f) => (f === states[x].period ? -p1 * own[x] : 0),
  });
}

/** Discomfort of waiting, or wear. */
function discomfort(game: DemandResponse, { level, mode }: GridState): number {
  return game.device === "deferrable" ? game.wait * level ** 2 : game.wear * Math.abs(direction(game, mode));
}

/**
 * ξ₀: devices start new, empty and off, at any time of the day; one in a hundred starts in any state alike.
 *
 * A best response has to be one in every state, hence the few. That they are few matters to the social optimum, which is
 * judged from ξ₀ at the law its policy leads to: from a uniform ξ₀ it would leave the population stranded on empty
 * batteries, where it keeps prices low for the starts that are not.
 */
function newDevices({ periods }: DemandResponse, states: readonly GridState[]): Float64Array {
  return Float64Array.from(
    states,
    ({ level, mode }) => (level === 0 && mode === 0 ? 0.99 / periods : 0) + 0.01 / states.length,
  );
}

/** The levels that a period may end with: work done and arrived, or charge gained, sold and used. */
function nextLevels(game: DemandResponse, { level, mode }: GridState): Successor[] {
  const { device, levels, arrival } = game;
  if (device === "deferrable") {
    const left = level - mode;
    return [
      [left, 1 - arrival],
      [Math.min(levels, left + 1), arrival],
    ];
  }
  return charged(game, level, mode).flatMap(([y, p]): Successor[] => [
    [y, p * (1 - arrival)],
    [Math.max(0, y - 1), p * arrival],
  ]);
}

/** The charge of a battery before its owner takes any. */
function charged({ efficiency }: DemandResponse, level: number, mode: number): Successor[] {
  if (mode === 2) return [[level - 1, 1]];
  if (mode === 0) return [[level, 1]];
  return [
    [level + 1, efficiency],
    [level, 1 - efficiency],
  ];
}

/** The probability that a need of the period cannot be met: the backlog is full, or the battery is empty. */
function unmet(game: DemandResponse, { level, mode }: GridState): number {
  if (game.device === "deferrable") return level - mode === game.levels ? game.arrival : 0;
  const empty = charged(game, level, mode).reduce((sum, [y, p]) => (y === 0 ? sum + p : sum), 0);
  return empty * game.arrival;
}
