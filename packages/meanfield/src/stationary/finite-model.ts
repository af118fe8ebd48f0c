/**
 * Declaring a stationary game with finitely many states: plain functions of (state, action, features, next state).
 */

import { InputError } from "../core/index.ts";
import { identity, matrix, multiplyVector } from "../numeric/matrix.ts";
import type { Matrix } from "../numeric/matrix.ts";
import type { FiniteStationaryModel, ThresholdShape } from "./model.ts";

/** A successor and its probability. */
export type Successor = readonly [y: number, probability: number];

export interface FiniteDeclaration {
  /** The number that each state stands for, increasing. */
  readonly positions: ArrayLike<number>;
  readonly actionNames: readonly string[];
  /** γ in (0, 1). */
  readonly discount: number;
  /** ξ₀; uniform unless given. */
  readonly initial?: ArrayLike<number>;
  /** `mean` (the default): φ = ⟨z⟩. `law`: φ = z. Otherwise one row a feature. */
  readonly features?: "mean" | "law" | Matrix;
  /** The y that (x, a) may lead to, with P(y|x,a,φ); a y that comes twice counts twice. */
  readonly successors: (x: number, a: number, phi: Float64Array) => readonly Successor[];
  /** r(x,a,φ,y). A function of fewer than four parameters is taken not to depend on y. */
  readonly reward: (x: number, a: number, phi: Float64Array, y: number) => number;
  /** Whether P depends on φ; false unless told. */
  readonly transitionsCoupled?: boolean;
  /** ∂P(y|x,a,φ)/∂φ_f by successor; by differences of fourth order unless given. */
  readonly successorSlopes?: (x: number, a: number, phi: Float64Array, f: number) => readonly Successor[];
  /** ∂r/∂φ_f; by differences of fourth order unless given. */
  readonly rewardSlope?: (x: number, a: number, phi: Float64Array, y: number, f: number) => number;
  readonly threshold?: ThresholdShape;
}

/**
 * The model of a declaration, checked at the field ξ₀.
 *
 * @throws InputError for what is not a game: probabilities that are negative or do not sum to one, a reward that is no
 * number, states that do not increase.
 */
export function finiteModel(declaration: FiniteDeclaration): FiniteStationaryModel {
  const { actionNames, discount, threshold } = declaration;
  const positions = Float64Array.from(declaration.positions);
  const states = positions.length;
  const actions = actionNames.length;
  const initial =
    declaration.initial === undefined
      ? new Float64Array(states).fill(1 / states)
      : Float64Array.from(declaration.initial);
  checkFrame(positions, actions, discount, initial);
  const features = featuresOf(declaration.features ?? "mean", positions);
  const transitionsCoupled = declaration.transitionsCoupled === true;
  const transition = (phi: Float64Array, out: Float64Array): void => {
    spread(states, actions, out, (x, a) => declaration.successors(x, a, phi));
  };
  const reward = rewardTable(states, actions, declaration.reward.length < 4, declaration.reward);
  const { successorSlopes, rewardSlope } = declaration;
  const model: FiniteStationaryModel = {
    family: "stationary",
    kind: "finite",
    states,
    actions,
    positions,
    actionNames,
    discount,
    initial,
    features,
    transitionsCoupled,
    transition,
    reward,
    transitionSlope: !transitionsCoupled
      ? (_phi, _f, out) => void out.fill(0)
      : successorSlopes === undefined
        ? differenceOf(transition)
        : (phi, f, out) => spread(states, actions, out, (x, a) => successorSlopes(x, a, phi, f)),
    rewardSlope:
      rewardSlope === undefined
        ? differenceOf(reward)
        : (phi, f, out) =>
            rewardTable(states, actions, rewardSlope.length < 4, (x, a, at, y) => rewardSlope(x, a, at, y, f))(
              phi,
              out,
            ),
    ...(threshold === undefined ? {} : { threshold }),
  };
  checkTables(model);
  return model;
}

/** φ = Φz. */
export function featuresAt(model: FiniteStationaryModel, field: Float64Array): Float64Array {
  return multiplyVector(model.features, field);
}

/** ⟨z⟩ = Σ x z(x). */
export function meanPosition(model: FiniteStationaryModel, field: Float64Array): number {
  let sum = 0;
  for (let x = 0; x < model.states; x++) sum += model.positions[x] * field[x];
  return sum;
}

function featuresOf(features: "mean" | "law" | Matrix, positions: Float64Array): Matrix {
  if (features === "mean") return matrix(1, positions.length, positions);
  if (features === "law") return identity(positions.length);
  if (features.columns !== positions.length)
    throw new InputError("features.columns", features.columns, `${positions.length}, one a state`);
  return features;
}

function spread(
  states: number,
  actions: number,
  out: Float64Array,
  rows: (x: number, a: number) => readonly Successor[],
): void {
  out.fill(0);
  for (let x = 0; x < states; x++) {
    for (let a = 0; a < actions; a++) {
      const row = (x * actions + a) * states;
      for (const [y, value] of rows(x, a)) out[row + y] += value;
    }
  }
}

type RewardFunction = (x: number, a: number, phi: Float64Array, y: number) => number;

function rewardTable(states: number, actions: number, ignoresNext: boolean, reward: RewardFunction) {
  return (phi: Float64Array, out: Float64Array): void => {
    for (let x = 0; x < states; x++) {
      for (let a = 0; a < actions; a++) {
        const row = (x * actions + a) * states;
        if (ignoresNext) out.fill(reward(x, a, phi, 0), row, row + states);
        else for (let y = 0; y < states; y++) out[row + y] = reward(x, a, phi, y);
      }
    }
  };
}

/** ∂/∂φ_f by the five-point rule: its error of order h⁴ and rounding of order ε/h are both near 1e-12 here. */
function differenceOf(table: (phi: Float64Array, out: Float64Array) => void) {
  return (phi: Float64Array, f: number, out: Float64Array): void => {
    const h = 1e-3 * Math.max(1, Math.abs(phi[f]));
    const shifted = phi.slice();
    const part = new Float64Array(out.length);
    out.fill(0);
    for (const [steps, weight] of [
      [-2, 1],
      [-1, -8],
      [1, 8],
      [2, -1],
    ]) {
      shifted[f] = phi[f] + steps * h;
      table(shifted, part);
      for (let i = 0; i < out.length; i++) out[i] += (weight * part[i]) / (12 * h);
    }
  };
}

function checkFrame(positions: Float64Array, actions: number, discount: number, initial: Float64Array): void {
  const states = positions.length;
  if (states < 1) throw new InputError("positions.length", states, "at least 1");
  for (let x = 0; x < states; x++) {
    if (!Number.isFinite(positions[x]) || (x > 0 && !(positions[x] > positions[x - 1])))
      throw new InputError(`positions[${x}]`, positions[x], "a finite number greater than the one before");
  }
  if (actions < 1) throw new InputError("actionNames.length", actions, "at least 1");
  if (!(discount > 0 && discount < 1)) throw new InputError("discount", discount, "a number in (0, 1)");
  if (initial.length !== states) throw new InputError("initial.length", initial.length, `${states}, one a state`);
  checkLaw("initial", initial);
}

/** Rounding of a sum of some hundred probabilities stays below this. */
const sumTolerance = 1e-12;

function checkLaw(field: string, law: Float64Array): void {
  let sum = 0;
  law.forEach((p, y) => {
    if (!(p >= 0)) throw new InputError(`${field}[${y}]`, p, "a probability");
    sum += p;
  });
  if (!(Math.abs(sum - 1) <= sumTolerance)) throw new InputError(`the sum of ${field}`, sum, "1");
}

function checkTables(model: FiniteStationaryModel): void {
  const { states, actions, initial } = model;
  const phi = featuresAt(model, initial);
  const table = new Float64Array(states * actions * states);
  model.transition(phi, table);
  for (let x = 0; x < states; x++) {
    for (let a = 0; a < actions; a++) {
      const row = (x * actions + a) * states;
      checkLaw(`P(·|x=${x},a=${a})`, table.subarray(row, row + states));
    }
  }
  model.reward(phi, table);
  const broken = table.findIndex((value) => !Number.isFinite(value));
  if (broken >= 0) {
    const [x, a] = [Math.floor(broken / (states * actions)), Math.floor(broken / states) % actions];
    throw new InputError(`reward(x=${x}, a=${a}, y=${broken % states})`, table[broken], "a finite number");
  }
}
