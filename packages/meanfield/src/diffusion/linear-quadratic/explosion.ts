import { RefusalError } from "../../core/index.ts";
import type { ScaledSolution } from "./scaled-ode.ts";

/** Which of the coupled Riccati equations leaves every bound first. */
export type ExplodingPart = "deviation" | "mean" | "best response";

export interface Explosion {
  /** T − t at the explosion. */
  readonly timeToGo: number;
  readonly part: ExplodingPart;
}

/**
 * The explosion in which a backward integration ended, or undefined where it reached its end.
 *
 * No bound on the matrix is used, because a value may well grow by many orders of magnitude and still exist; near a
 * pole the error control shrinks the steps until rounding swallows them, within about 1e-13 of the pole.
 *
 * @throws RefusalError where the integration stopped for another reason.
 */
export function explosionOf(
  solution: ScaledSolution,
  horizon: number,
  unit: Float64Array,
  part: (end: Float64Array) => ExplodingPart,
): Explosion | undefined {
  if (solution.outcome === "finished") return undefined;
  let largest = 0;
  for (let i = 0; i < unit.length; i++) largest = Math.max(largest, Math.abs(solution.end[i]) / unit[i]);
  // Within 1e-200 of a pole no time can stand; this is growth without end, such as that of an unstable mean.
  if (largest > 1e200) {
    throw new RefusalError(`T = ${horizon}: the Riccati equation has a solution too large to be represented`);
  }
  if (solution.outcome === "step-limit" || !(largest > 1e6)) {
    throw new RefusalError(`the Riccati equation could not be integrated: ${solution.reason}`);
  }
  return { timeToGo: horizon - solution.tEnd, part: part(solution.end) };
}

const names: Readonly<Record<ExplodingPart, string>> = {
  deviation: "the Riccati equation of a player's own deviation",
  mean: "the Riccati equation of the mean",
  "best response": "the Riccati equation of one player's best response",
};

/** The refusal in words; with coefficients that change in time the bound on T is not the same number. */
export function explosionRefusal(horizon: number, explosion: Explosion, timeDependent: boolean): RefusalError {
  const time = explosion.timeToGo.toFixed(9);
  const advice = timeDependent ? "the horizon must be shorter" : "T must be smaller than that";
  return new RefusalError(`T = ${horizon}: ${names[explosion.part]} explodes ${time} before the horizon; ${advice}`);
}

/** @throws RefusalError where T is not below the horizon at which a Riccati equation in closed form explodes. */
export function requireBefore(horizon: number, blowUp: number): void {
  if (horizon < blowUp) return;
  throw new RefusalError(
    `no solution on [0, T] with T = ${horizon}: the Riccati equation explodes ${blowUp} before the horizon; T must be below ${blowUp}`,
  );
}
