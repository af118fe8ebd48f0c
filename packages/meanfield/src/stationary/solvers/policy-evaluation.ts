import { z } from "zod";
import { InputError, RefusalError, choice, json, real } from "../../core/index.ts";
import type { Question, Solver } from "../../core/index.ts";
import { refusedQuestion } from "../candidate.ts";
import type { StationaryCandidate } from "../candidate.ts";
import type { StationaryModel } from "../model.ts";
import { classNames, parametrisedCandidate, spaceOf } from "../parametrised.ts";
import { policyClass } from "../policy-class.ts";
import type { PolicyClass } from "../policy-class.ts";

const options = z.object({
  class: choice(
    ["auto", ...classNames],
    "auto",
    "The class of the policy; auto: a hard threshold where there are thresholds, else softmax",
  ),
  width: real(0, "Width τ of the smooth threshold; 0 for the game's own", { minimum: 0, maximum: 1e6 }),
  theta: json(
    z.union([z.number(), z.string(), z.array(z.number())]),
    0.5,
    "The parameter θ: a number (the same for every coordinate), `a:b` (evenly from a to b), or `v1,v2,…`",
    "\\theta",
  ),
});

interface State {
  readonly candidate: StationaryCandidate;
}

/** What a given policy is worth, who would leave it, and its gradients: no search. */
export const policyEvaluation: Solver<StationaryModel, typeof options, State, StationaryCandidate> = {
  name: "policy-evaluation",
  title: "Evaluation of a given policy",
  family: "stationary",
  story:
    "Solves for nothing: takes the policy that --option theta names, finds its stationary field, and the certificate and " +
    "quantities say what it is worth, how exploitable it is and which way its gradients point.",
  reference: "J. Subramanian, A. Mahajan, AAMAS 2019, 251–259, section 2",
  options,
  refuses: (_model, question) => refusedQuestion(question),
  init: (model, question, { class: name, width, theta }) => {
    const space = spaceOf(model);
    const chosen = name !== "auto" ? name : space.threshold === undefined ? "softmax" : "hard-threshold";
    const family = policyClass(space, chosen, width === 0 ? undefined : width);
    const tau = chosen === "smooth-threshold" ? (width === 0 ? (space.threshold?.width ?? 0) : width) : 0;
    return { candidate: evaluated(model, question, family, tau, thetaOf(theta, family)) };
  },
  step: (_model, { candidate }) => ({
    metrics: {},
    status: "converged",
    reason: `the ${candidate.parametrised?.name ?? ""} policy that was given, evaluated at its own stationary field`,
  }),
  candidate: (_model, { candidate }) => candidate,
};

function evaluated(
  model: StationaryModel,
  question: Question,
  family: PolicyClass,
  width: number,
  theta: Float64Array,
): StationaryCandidate {
  try {
    return { ...parametrisedCandidate(model, question, family, width, theta), given: true };
  } catch (error) {
    if (error instanceof RefusalError)
      throw new RefusalError(`the policy with theta = ${[...theta].join(", ")}: ${error.message}`);
    throw error;
  }
}

function thetaOf(given: number | string | readonly number[], { dimension, low, high }: PolicyClass): Float64Array {
  const values = typeof given === "number" ? Array.from({ length: dimension }, () => given) : listOf(given, dimension);
  if (values.length !== dimension)
    throw new InputError("option theta", given, `one number, or as many as the class has parameters, ${dimension}`);
  const broken = values.find((value) => !(value >= low && value <= high));
  if (broken !== undefined) throw new InputError("option theta", broken, `a number in [${low}, ${high}]`);
  return Float64Array.from(values);
}

function listOf(given: string | readonly number[], dimension: number): number[] {
  if (typeof given !== "string") return [...given];
  const range = /^([^:]+):([^:]+)$/.exec(given);
  if (range === null) return given.split(",").map(Number);
  const [from, to] = [Number(range[1]), Number(range[2])];
  return Array.from({ length: dimension }, (_, i) =>
    dimension === 1 ? from : from + ((to - from) * i) / (dimension - 1),
  );
}
