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
  /** Probability of new work in a period (deferrable). */
  readonly arrival: number;
  /** Discomfort per period and squared backlog (deferrable). */
  readonly wait: number;
  /** Cost of work that comes while the backlog is full and is done elsewhere (deferrable). */
  readonly overflow: number;
  /** Probability that a charging battery gains a level (battery). */
  readonly efficiency: number;
  /** Probability that it loses one in a period (battery). */
  readonly leak: number;
  /** Cost of every period of charging or discharging (battery). */
  readonly wear: number;
  /** Cost of starting the device, or of turning a battery around. */
  readonly start: number;
  readonly gamma: number;
}

/** (period, level, mode) by the index of the state. */
export interface GridState {
  readonly period: number;
  readonly level: number;
  /** Deferrable: 0 off, 1 running. Battery: 0 idle, 1 charging, 2 discharging. */
  readonly mode: number;
}

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
  const { device, periods, levels, p0, p1, power, wait, overflow, arrival, wear, start, gamma } = game;
  const states = gridStates(game);
  const indexOf = new Map(states.map((state, x) => [gridCode(state), x]));
  const base = baseDemand(game);
  const features = zeros(periods, states.length);
  states.forEach(({ period, mode }, x) => {
    features.data[period * states.length + x] = periods * power * direction(game, mode);
  });
  /** The household's own demand in a state. */
  const own = (x: number): number => base[states[x].period] + power * direction(game, states[x].mode);
  return finiteModel({
    positions: states.map(gridCode),
    actionNames: actionNames[device],
    discount: gamma,
    features,
    successors: (x, a) => {
      const period = (states[x].period + 1) % periods;
      return nextLevels(game, states[x]).map(([level, p]) => {
        const mode = possible(device, a, level, levels) ? a : 0;
        return [indexOf.get(gridCode({ period, level, mode })) as number, p];
      });
    },
    reward: (x, a, phi, y) => {
      const { period, level, mode } = states[x];
      const price = p0 + p1 * (base[period] + phi[period]);
      let cost = price * own(x);
      // A plan that comes to nothing (no work left, no room to charge) costs the start as well; were it free, it would tie
      // with planning nothing, and equilibria would differ in nothing but that.
      if (a !== 0 && (a !== mode || states[y].mode !== a)) cost += start;
      if (device === "battery") cost += wear * Math.abs(direction(game, mode));
      else cost += wait * level ** 2 + (level === levels && mode === 0 ? overflow * arrival : 0);
      return -cost;
    },
    rewardSlope: (x, _a, _phi, _y, f) => (f === states[x].period ? -p1 * own(x) : 0),
  });
}

/** The levels that a period may end with: work done and arrived, or charge gained, spent and leaked. */
function nextLevels(game: DemandResponse, { level, mode }: GridState): Successor[] {
  const { device, levels, arrival, efficiency, leak } = game;
  if (device === "deferrable") {
    const left = level - mode;
    return [
      [left, 1 - arrival],
      [Math.min(levels, left + 1), arrival],
    ];
  }
  const moved: Successor[] =
    mode === 1
      ? [
          [level + 1, efficiency],
          [level, 1 - efficiency],
        ]
      : [[level - (mode === 2 ? 1 : 0), 1]];
  return moved.flatMap(([y, p]): Successor[] => [
    [y, p * (1 - leak)],
    [Math.max(0, y - 1), p * leak],
  ]);
}
