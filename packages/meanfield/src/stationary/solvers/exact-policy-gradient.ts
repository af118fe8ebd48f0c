import { z } from "zod";
import { InputError, RefusalError, choice, json, real, whole } from "../../core/index.ts";
import type { Question, Solver, Step } from "../../core/index.ts";
import { dimensionless, refusedQuestion } from "../candidate.ts";
import type { StationaryCandidate } from "../candidate.ts";
import { deviation } from "../exploitability.ts";
import { meanPosition } from "../finite-model.ts";
import { probabilityGradients, simplexGap } from "../gradients.ts";
import { localPoints, restingPointFrom } from "../local-search.ts";
import type { LocalPoint, ScannedPoint } from "../local-search.ts";
import type { FiniteStationaryModel, StationaryModel } from "../model.ts";
import { chosenClass, classNames, parametrisedCandidate, slopeOf } from "../parametrised.ts";
import type { PolicyClass, TablePolicy } from "../policy-class.ts";

const options = z.object({
  class: choice(
    ["auto", ...classNames],
    "auto",
    "The policies among which it looks; auto: thresholds where they have derivatives, else softmax",
  ),
  width: real(0, "Width τ of the smooth threshold; 0 for the game's own", { minimum: 0, maximum: 1e6 }),
  start: json(
    z.number().nullable(),
    null,
    "Where a threshold starts (its first coordinate else); null for the middle of the game's range",
  ),
  points: whole(100, "Intervals in which zeros of a threshold's derivative are looked for", {
    minimum: 2,
    maximum: 100_000,
  }),
  tolerance: real(1e-9, "Accepted first-order gain of a softmax policy", { minimum: 1e-14, maximum: 1, scale: "log" }),
});

interface State {
  readonly question: Question;
  readonly family: PolicyClass;
  readonly width: number;
  readonly tolerance: number;
  readonly start: number;
  /** One parameter: the scan, and what it found. */
  readonly scan: Generator<ScannedPoint, LocalPoint[], void> | undefined;
  /** The scanned point of least slope: what is returned where nothing is found. */
  nearest: ScannedPoint | undefined;
  found: readonly LocalPoint[];
  /** Points of the scan whose policy has no stationary field. */
  fieldless: number;
  theta: Float64Array;
  /** Many parameters: the length of the next step, and what was left at the last. */
  length: number;
  left: number;
}

/** Local equilibria and local optima of parametrised policies, with exact gradients. */
export const exactPolicyGradient: Solver<StationaryModel, typeof options, State, StationaryCandidate> = {
  name: "exact-policy-gradient",
  title: "Zeros of the exact policy gradient",
  family: "stationary",
  story:
    "Policies of bounded rationality: smooth or hard thresholds, or tabular softmax. A local equilibrium (LSMFE) has no " +
    "gradient with the field frozen, a local optimum (LSMF-SO) none with the field following. For one parameter all zeros " +
    "are found and the one that gradient ascent reaches from the start is returned; softmax follows the natural gradient.",
  reference:
    "J. Subramanian, A. Mahajan, AAMAS 2019, 251–259 (LSMFE, LSMF-SO); S. Kakade, NIPS 2001 (natural gradient)",
  options,
  refuses: (model, question) =>
    refusedQuestion(question) ??
    (chosenClass(model, "auto") === undefined ? "it has no policies with derivatives" : undefined),
  init: (model, question, { class: name, width, start, points, tolerance }) => {
    const family = chosenClass(model, name, width === 0 ? undefined : width);
    if (family === undefined || (family.addScore === undefined && model.kind === "finite")) {
      throw new InputError(
        "option class",
        name,
        "a class with derivatives: over finitely many states a hard threshold has none; use smooth-threshold or softmax",
      );
    }
    const first = start ?? 0.5 * (family.start[0] + family.start[1]);
    if (!(first >= family.low && first <= family.high))
      throw new InputError("option start", first, `in [${family.low}, ${family.high}]`);
    const tau = family.name === "smooth-threshold" ? (width === 0 ? (model.threshold?.width ?? 0) : width) : 0;
    return {
      question,
      family,
      width: tau,
      tolerance,
      start: first,
      scan:
        family.dimension === 1
          ? localPoints(definedSlope(model, family, tau, question.concept), family.low, family.high, points)
          : undefined,
      found: [],
      nearest: undefined,
      fieldless: 0,
      theta: new Float64Array(family.dimension).fill(first),
      length: 1,
      left: Infinity,
    };
  },
  step: (model, state) =>
    state.scan === undefined ? followNatural(model as FiniteStationaryModel, state) : scanOn(model, state, state.scan),
  candidate: (model, { question, family, width, theta, found }) => ({
    ...parametrisedCandidate(model, question, family, width, theta),
    others: found
      .filter((point) => point.theta !== theta[0])
      .map((point) => parametrisedCandidate(model, question, family, width, Float64Array.of(point.theta))),
  }),
};

function scanOn(model: StationaryModel, state: State, scan: Generator<ScannedPoint, LocalPoint[], void>): Step {
  const { question, family, width, start, theta } = state;
  const next = scan.next();
  if (next.done !== true && Number.isNaN(next.value.value)) {
    state.fieldless++;
    return { metrics: {}, status: "running" };
  }
  // At a hard threshold of 1 the slope is infinite, which is an end of the range and no divergence.
  if (next.done !== true) {
    const { value } = next.value;
    if (state.nearest === undefined || Math.abs(value) < Math.abs(state.nearest.value)) state.nearest = next.value;
    return { metrics: { slope: finite(value) }, status: "running" };
  }
  const slope = definedSlope(model, family, width, question.concept);
  const none = state.fieldless === 0 ? "" : `; ${state.fieldless} of the thresholds scanned have no stationary field`;
  const reached = restingPointFrom(slope, next.value, start);
  const metrics: Record<string, number> = reached === undefined ? {} : { slope: finite(slope(reached.theta)) };
  if (reached === undefined && state.nearest !== undefined) theta[0] = state.nearest.theta;
  if (reached === undefined)
    return { metrics, status: "diverged", reason: `gradient ascent from ${start} comes to rest nowhere${none}` };
  state.found = next.value;
  theta[0] = reached.theta;
  const name = question.concept === "nash" ? "LSMFE" : "LSMF-SO";
  const others = next.value
    .filter((point) => point !== reached)
    .map(
      (point) =>
        `${dimensionless(point.theta)}${point.kind === "leave" ? " (repelling)" : ""}${point.boundary ? " (at the end of the range)" : ""}`,
    );
  return {
    metrics,
    status: "converged",
    reason:
      `${name} at ${dimensionless(reached.theta)}${reached.boundary ? ", the end of the range" : ""}, where ascent from ${dimensionless(start)} comes to rest` +
      (others.length === 0 ? "; no other zero" : `; other zeros at ${others.join(", ")}`) +
      none,
  };
}

/** Natural-gradient ascent on logits: for softmax it adds advantages, here those of the total gradient for a planner. */
function followNatural(model: FiniteStationaryModel, state: State): Step {
  const { question, family, theta, tolerance } = state;
  const { probabilities } = family.play(theta) as TablePolicy;
  const { J, field, visits, partial, total } = probabilityGradients(model, probabilities);
  const along = question.concept === "nash" ? partial : total;
  const { exploitability } = deviation(model, probabilities, field);
  const left = question.concept === "nash" ? exploitability : simplexGap(model, probabilities, total);
  const metrics = { gradient_gap: left, performance: J, field_mean: meanPosition(model, field) };
  const size = Math.max(1, Math.abs(J));
  if (left <= tolerance * size) {
    const what = question.concept === "nash" ? "exploitable by" : "with a first-order gain of";
    return { metrics, status: "converged", reason: `a softmax policy ${what} no more than ${tolerance} of its value` };
  }
  // Steps grow while they help: towards pure policies the gap falls like exp(−step).
  state.length = left < state.left ? Math.min(1e4, 1.5 * state.length) : Math.max(1e-3, 0.5 * state.length);
  state.left = left;
  const { actions } = model;
  const { low, high } = family;
  for (let x = 0; x < model.states; x++) {
    const first = x * actions;
    const scale = state.length / visits[x];
    if (actions === 2) {
      // Two actions have one logit a state, the difference of two.
      theta[x] = Math.min(high, Math.max(low, theta[x] + scale * (along[first + 1] - along[first])));
      continue;
    }
    // A common shift of the logits of a state changes nothing: the largest is put to zero, and the box cuts below.
    const logits = theta.subarray(first, first + actions);
    for (let a = 0; a < actions; a++) logits[a] += scale * along[first + a];
    const top = Math.max(...logits);
    for (let a = 0; a < actions; a++) logits[a] = Math.max(low, logits[a] - top);
  }
  return { metrics, status: "running" };
}

/** The slope that decides, not a number where the policy has no stationary field. */
function definedSlope(
  model: StationaryModel,
  family: PolicyClass,
  width: number,
  concept: Question["concept"],
): (theta: number) => number {
  const slope = slopeOf(model, family, width, concept);
  return (theta) => {
    try {
      return slope(theta);
    } catch (error) {
      if (error instanceof RefusalError) return Number.NaN;
      throw error;
    }
  };
}

function finite(slope: number): number {
  return Math.min(Number.MAX_VALUE, Math.max(-Number.MAX_VALUE, slope));
}
