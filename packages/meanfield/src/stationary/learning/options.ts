/** Options that several learners have, with the words and ranges they share. */

import { choice, flag, RefusalError, real, whole } from "../../core/index.ts";
import type { PolicyClassName, PolicySpace } from "../policy-class.ts";
import { refusedClass } from "../policy-class.ts";
import type { PowerSchedule } from "./schedule.ts";
import { mostIterations } from "./streams.ts";

/** How long a run is and how often it measures itself. */
export function runOptions(iterations: number) {
  return {
    iterations: whole(iterations, "Iterations of a run", { minimum: 1, maximum: mostIterations - 1, scale: "log" }),
    "estimate-every": whole(
      0,
      "Iterations between two estimates of exploitability and field error (the last iteration has one); 0: a tenth of the run",
      { minimum: 0, maximum: mostIterations },
    ),
  };
}

const classes = ["auto", "hard-threshold", "smooth-threshold", "softmax"] as const;
type ClassOption = (typeof classes)[number];

/** Which policies are learned. */
export function classOptions(automatic: string) {
  return {
    class: choice(classes, "auto", `Class of policies; auto: ${automatic}`),
    width: real(0, "τ of the smooth threshold, in units of the state; 0: the game's own", {
      symbol: "\\tau",
      minimum: 0,
      maximum: 1e6,
    }),
  };
}

/**
 * The class that an option names; `auto` is `ordered` where the space has thresholds, else softmax.
 *
 * @throws RefusalError where the space has no such class.
 */
export function classNamed(
  space: PolicySpace,
  option: ClassOption,
  ordered: "hard-threshold" | "smooth-threshold",
): PolicyClassName {
  const name = option === "auto" ? (space.threshold === undefined ? "softmax" : ordered) : option;
  const why = refusedClass(space, name);
  if (why !== undefined) throw new RefusalError(why);
  return name;
}

/** How the field of a policy is found by letting a population play it. */
export function populationOptions(repeats: number) {
  return {
    players: whole(100, "Players of a simulated population", { minimum: 1, maximum: 1_000_000, scale: "log" }),
    "population-steps": whole(100, "Steps until its field is read off", {
      minimum: 1,
      maximum: 1_000_000,
      scale: "log",
    }),
    repeats: whole(repeats, "Populations that the field is averaged over", {
      minimum: 1,
      maximum: 1_000_000,
      scale: "log",
    }),
  };
}

/** The settings that `populationOptions` were given as. */
export function populationSettings(options: {
  readonly players: number;
  readonly "population-steps": number;
  readonly repeats: number;
}) {
  return { players: options.players, steps: options["population-steps"], repeats: options.repeats };
}

/** β_k = field-step/(k + field-offset)^field-power and the mini-batch of Φ̂. */
export function trackingOptions(power: number, batch: number) {
  return {
    "field-step": real(1, "b₀ of the field's steps β_k = b₀/(k + k₁)^q; what exceeds 1 counts as 1", {
      minimum: 0,
      maximum: 1e6,
      open: "minimum",
    }),
    "field-offset": real(1, "k₁ of the field's steps", { minimum: 0, maximum: 1e9, open: "minimum" }),
    "field-power": real(power, "q of the field's steps", { minimum: 0, maximum: 10 }),
    batch: whole(batch, "Agents of a mini-batch; of a continuous state, particles of the field", {
      minimum: 1,
      maximum: 10_000_000,
      scale: "log",
    }),
  };
}

export function trackingSchedule(options: {
  readonly "field-step": number;
  readonly "field-offset": number;
  readonly "field-power": number;
}): PowerSchedule {
  return { scale: options["field-step"], offset: options["field-offset"], power: options["field-power"] };
}

/** Rollouts; a horizon of 0 is chosen by `truncation`. */
export function rolloutOptions(trajectories: number) {
  return {
    trajectories: whole(trajectories, "Trajectories of a rollout", { minimum: 2, maximum: 10_000_000, scale: "log" }),
    horizon: whole(0, "Steps T of a trajectory; 0: the least with T γ^T ≤ truncation", {
      symbol: "T",
      minimum: 0,
      maximum: 1_000_000,
    }),
    truncation: real(
      0.1,
      "Where the horizon is chosen: bias of a truncated gradient, in units of the largest reward over 1 − γ",
      {
        minimum: 1e-12,
        maximum: 1,
        scale: "log",
      },
    ),
  };
}

/** The least T with T γ^T ≤ truncation past the top of T γ^T, or the horizon asked for. */
export function chosenHorizon(
  options: { readonly horizon: number; readonly truncation: number },
  discount: number,
): number {
  if (options.horizon > 0) return options.horizon;
  // T γ^T grows up to T = −1/ln γ.
  let horizon = Math.max(1, Math.ceil(-1 / Math.log(discount)));
  while (horizon * discount ** horizon > options.truncation) horizon++;
  return horizon;
}

export const unsafeOption = {
  unsafe: flag(false, "Run even where the step sizes break a condition of the convergence theorem"),
};
