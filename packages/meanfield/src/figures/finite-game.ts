/**
 * The pictures of a finite game under a policy: the law of states along time, the policy and its value, every state and time a
 * cell of its own. How they are drawn goes by the axes of states: places of a plane, of a line, or named things.
 */

import { InputError } from "../core/index.ts";
import { compile, emptyField, emptyValues, evaluate, induce, sizeOf } from "../finite/index.ts";
import type { Field, FiniteAxis, FiniteModel, Population, Profile } from "../finite/index.ts";
import type { CellAxis } from "./cell-axis.ts";
import { lineFigures } from "./finite-line.ts";
import { namedFigures } from "./finite-named.ts";
import { planeFigures } from "./finite-plane.ts";
import type { AxisText, FigureSpecification } from "./specification.ts";

export interface FiniteGameFiguresInput {
  readonly model: FiniteModel;
  /** π_t(a|s), one table a population. */
  readonly policy: Profile;
  /** What titles begin with. */
  readonly title: string;
  /** How axes are announced; default their names. */
  readonly axes?: Readonly<Record<string, AxisText>>;
}

/** Populations whose states have the same axes, which one figure shows together. */
export interface Together {
  readonly model: FiniteModel;
  readonly field: Field;
  readonly policy: Profile;
  /** V_t(s), one table a population of the model. */
  readonly values: readonly Float64Array[];
  /** Their numbers among the model's. */
  readonly members: readonly number[];
  /** Axes of more than one place. */
  readonly axes: readonly FiniteAxis[];
  readonly title: string;
  /** What names of figures end in. */
  readonly suffix: string;
  /** Whether it must be said whose picture it is. */
  readonly several: boolean;
  readonly announced: (name: string) => AxisText;
}

/**
 * Pictures named `flow`, `flow-animation`, `flow-simplex`, `policy`, `value`, with the population's name behind where
 * populations do not share their axes; states on more than three axes have none.
 *
 * @throws InputError for a policy that does not fill its tables, and as `compile` and `induce`.
 */
export function finiteGameFigures({ model, policy, title, axes = {} }: FiniteGameFiguresInput): FigureSpecification[] {
  const game = compile(model);
  game.populations.forEach(({ states, actions }, p) => {
    const size = game.times * states * actions;
    if (policy[p]?.length !== size) throw new InputError(`policy[${p}].length`, policy[p]?.length, String(size));
  });
  const field = emptyField(game);
  const own = emptyValues(game);
  induce(field, policy);
  evaluate(field, policy, own);
  const groups = groupsOf(model);
  return groups.flatMap((members): FigureSpecification[] => {
    const names = members.map((p) => model.populations[p].name);
    const together: Together = {
      model,
      field,
      policy,
      values: own.V,
      members,
      axes: longAxes(model.populations[members[0]]),
      title,
      suffix: groups.length > 1 ? `-${names.map(inKebab).join("-")}` : "",
      several: model.populations.length > 1,
      announced: (name) => axes[name] ?? { title: inWords(name) },
    };
    const [first, ...others] = together.axes;
    if (others.length > 2) return [];
    if (others.length > 0) return planeFigures(together);
    return first === undefined || (first.labels !== undefined && first.grid.length <= mostNamed)
      ? namedFigures(together)
      : lineFigures(together);
  });
}

/** Named states are bars up to so many, and lines of cells beyond. */
const mostNamed = 6;

function groupsOf({ populations }: FiniteModel): number[][] {
  const groups = new Map<string, number[]>();
  populations.forEach((population, p) => {
    const key = JSON.stringify(longAxes(population).map(({ name, grid, labels }) => [name, [...grid], labels]));
    groups.set(key, [...(groups.get(key) ?? []), p]);
  });
  return [...groups.values()];
}

function longAxes({ states }: Population): FiniteAxis[] {
  return states.filter(({ grid }) => grid.length > 1);
}

/** A name as names of figures are written. */
export function inKebab(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "");
}

/** A name as it is read. */
export function inWords(name: string): string {
  return name.replaceAll("_", " ");
}

/** A text as at the beginning of a sentence. */
export function inCapital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Some of the times 0 … T, evenly, first and last among them. */
export function someTimes(horizon: number, most: number): number[] {
  const count = Math.min(most, horizon + 1);
  return Array.from({ length: count }, (_, k) => Math.round((k * horizon) / Math.max(1, count - 1)));
}

/**
 * Some of the times 0 … last, first and last among them: evenly by half of the time passed and half of the way that the laws
 * have gone, so that a crowd which soon comes to rest is seen while it moves.
 */
export function tellingTimes({ parts }: Field, last: number, most: number): number[] {
  if (last < most) return someTimes(last, most);
  const gone = new Float64Array(last + 1);
  for (let t = 1; t <= last; t++) {
    gone[t] = gone[t - 1];
    for (const { mu, population } of parts) {
      const { states } = population;
      for (let i = t * states; i < (t + 1) * states; i++) gone[t] += Math.abs(mu[i] - mu[i - states]);
    }
  }
  const whole = gone[last] > 0 ? gone[last] : 1;
  const share = gone.map((way, t) => (way / whole + t / last) / 2);
  const times = [0];
  for (let k = 1; k < most; k++) {
    // The nearest to its share, behind the one before and so that those after it have room.
    const [low, high] = [times[k - 1] + 1, last - (most - 1 - k)];
    let best = low;
    for (let t = low; t <= high; t++)
      if (Math.abs(share[t] - k / (most - 1)) < Math.abs(share[best] - k / (most - 1))) best = t;
    times.push(k === most - 1 ? last : best);
  }
  return times;
}

/** What a caption says where not all times are drawn, or not everybody is in a state at all times. */
export function timesNote({ horizon, populations }: FiniteModel, drawn: number): string[] {
  const long = populations.some(({ transition: { longest = 1 } }) => longest > 1);
  return [
    ...(drawn > horizon ? [] : [`${drawn} of the ${horizon + 1} times are drawn.`]),
    ...(long ? ["Moves may take several steps: who is under way is in no state."] : []),
  ];
}

/** An axis of a game as one of cells. */
export function cellsOf({ name, grid, labels }: FiniteAxis, announced: Together["announced"]): CellAxis {
  return { grid, ...(labels === undefined ? {} : { labels }), text: announced(name) };
}

export function timeCells(times: readonly number[]): CellAxis {
  return { grid: times, text: { title: "Time", symbol: "t" } };
}

/** The states of a table over times and states, at one of them: a view. */
export function rowAt(table: Float64Array, states: number, t: number): Float64Array {
  return table.subarray(t * states, (t + 1) * states);
}

/** Actions that may be drawn one by one. */
export const mostActions = 9;

/** What one draws of a policy: the probability of each action, or where there are many the mean along each of their axes. */
export interface PolicyReading {
  readonly name: string;
  readonly title: string;
  readonly parts: readonly {
    readonly heading: string;
    /** Of the action probabilities in one state at one time, from `from` on. */
    readonly read: (policy: Float64Array, from: number) => number;
  }[];
  /** Whether these are probabilities. */
  readonly chances: boolean;
}

/** How the policy of a population is read for pictures; nothing where it has a single action or many without an order. */
export function policyReadings({ actions }: Population): PolicyReading[] {
  const count = sizeOf(actions);
  if (count === 1) return [];
  if (count <= mostActions) {
    const parts = Array.from({ length: count }, (_, a) => {
      return { heading: actionName(actions, a), read: (policy: Float64Array, from: number) => policy[from + a] };
    });
    return [{ name: "policy", title: "policy", parts, chances: true }];
  }
  return actions
    .filter(({ grid, labels }) => grid.length > 1 && labels === undefined)
    .map(({ name, grid }) => {
      const weights = Float64Array.from({ length: count }, (_, a) => grid[placeAlong(actions, name, a)]);
      const read = (policy: Float64Array, from: number): number =>
        weights.reduce((sum, weight, a) => sum + weight * policy[from + a], 0);
      const words = inWords(name);
      const parts = [{ heading: "", read }];
      return { name: `policy-${inKebab(name)}`, title: `mean ${words} by the policy`, parts, chances: false };
    });
}

/** As on a heading: `stay`, or `move = −1`. */
function actionName(actions: readonly FiniteAxis[], a: number): string {
  return actions
    .filter(({ grid }) => grid.length > 1)
    .map(({ name, grid, labels }) => {
      const place = placeAlong(actions, name, a);
      return labels?.[place].replace(/^-/, "−") ?? `${inWords(name)} = ${String(grid[place]).replace("-", "−")}`;
    })
    .join(", ");
}

function placeAlong(actions: readonly FiniteAxis[], name: string, a: number): number {
  const at = actions.findIndex((axis) => axis.name === name);
  const after = sizeOf(actions.slice(at + 1));
  return Math.floor(a / after) % actions[at].grid.length;
}
