import { z } from "zod";
import { evenGrid, real, whole } from "../../core/index.ts";
import type { Question, Solver } from "../../core/index.ts";
import { linearInterpolation } from "../../numeric/linear-interpolation.ts";
import { exhaustionBound, margin, otherKind, priceAt, refusedQuestion } from "../exhaustible/model.ts";
import type { ExhaustibleCandidate, ExhaustibleModel } from "../exhaustible/model.ts";

const options = z.object({
  tolerance: real(1e-11, "Accepted distance between the outputs assumed and the best responses to them", {
    minimum: 1e-14,
    maximum: 1,
    scale: "log",
  }),
  steps: whole(2000, "Time steps", { minimum: 20, maximum: 200_000, scale: "log" }),
});

interface State {
  readonly question: Question;
  readonly tolerance: number;
  readonly times: Float64Array;
  /** e^{rt} on the grid. */
  readonly growth: Float64Array;
  /** Trapezoidal weights. */
  readonly weights: Float64Array;
  /** Output of each class on the grid. */
  readonly outputs: readonly Float64Array[];
  /** Best responses of each class in the last round. */
  readonly plans: readonly Float64Array[];
  readonly shadow: Float64Array;
  readonly response: Float64Array;
  /** Slope of a best response's own marginal revenue, and of the market's price as the responder counts it. */
  readonly own: number;
  readonly all: number;
  /** 1/N where a producer sees its own part of the market, else 0. */
  readonly share: number;
  readonly relaxation: number;
}

/** Exhaustible reserves on a time grid: best responses to the current price path, partly followed, again and again. */
export const priceIteration: Solver<ExhaustibleModel, typeof options, State, ExhaustibleCandidate> = {
  name: "price-iteration",
  title: "Best responses to the price path",
  family: "diffusion",
  kind: "exhaustible",
  story:
    "Everybody plans against the price path of the last round, on a grid in time; the market then moves part of the way " +
    "to what they planned. Assumes nothing about the shape of the answer, and is of second order in the time step.",
  reference:
    "O. Guéant, J.-M. Lasry, P.-L. Lions, Mean field games and applications, Paris–Princeton Lectures 2010 (fixed point on the price)",
  options,
  refuses: (model, question) => otherKind(model) ?? refusedQuestion(model, question),
  init: (model, question, { tolerance, steps }) => {
    const planner = question.concept === "planner";
    const share = planner ? 0 : 1 / question.players;
    const own = model.quadraticCost + 2 * share * model.slope;
    const all = planner ? 2 * model.slope : model.slope;
    const times = evenGrid(0, 1.02 * exhaustionBound(model, question), steps + 1);
    const h = times[1];
    return {
      question,
      tolerance,
      times,
      growth: times.map((t) => Math.exp(model.discount * t)),
      weights: times.map((_, i) => (i === 0 || i === steps ? h / 2 : h)),
      outputs: model.classes.map(() => new Float64Array(steps + 1)),
      plans: model.classes.map(() => new Float64Array(steps + 1)),
      shadow: new Float64Array(model.classes.length),
      response: new Float64Array(steps + 1),
      own,
      all,
      share,
      // The response falls by between 0 and all/own per unit of everybody's output: this factor balances both ends.
      relaxation: 2 / (2 + all / own),
    };
  },
  step: (model, state) => {
    const gap = follow(model, state);
    const status = gap <= state.tolerance ? "converged" : "running";
    return {
      metrics: { gap },
      status,
      ...(status === "converged" ? { reason: `outputs move by less than ${state.tolerance}` } : {}),
    };
  },
  candidate: (model, { question, times, growth, outputs, plans, shadow, all, share }) => {
    const mean = meanOutput(model, outputs);
    const last = times[times.length - 1];
    const within = (values: Float64Array): ((t: number) => number) => {
      const at = linearInterpolation(times, values);
      return (t) => (t >= last ? 0 : at(t));
    };
    const meanAt = within(mean);
    const planAt = plans.map(within);
    return {
      model,
      question,
      extraction: (j, t) => planAt[j](t),
      shadowPrice: shadow.slice(),
      exhaustion: Float64Array.from(model.classes, (_, j) =>
        stopTime(times, (i) => margin(model) - all * (mean[i] - share * outputs[j][i]) - shadow[j] * growth[i]),
      ),
      assumedPrice: (t) => priceAt(model, meanAt(t)),
      mesh: times,
    };
  },
};

/** One round: every class's best response to the outputs of the last, and a part of the way towards it. */
function follow(model: ExhaustibleModel, state: State): number {
  const { outputs, plans, weights, growth, shadow, response, own, all, share, relaxation } = state;
  const M = margin(model);
  const mean = meanOutput(model, outputs);
  let gap = 0;
  outputs.forEach((output, j) => {
    for (let i = 0; i < mean.length; i++) response[i] = M - all * (mean[i] - share * output[i]);
    shadow[j] = shadowPriceOf(response, growth, weights, own * model.classes[j].reserves, shadow[j]);
    for (let i = 0; i < mean.length; i++) {
      const best = Math.max(0, response[i] - shadow[j] * growth[i]) / own;
      gap = Math.max(gap, Math.abs(best - output[i]));
      plans[j][i] = best;
      // The mean of this round is already taken, so that all classes move at once.
      output[i] += relaxation * (best - output[i]);
    }
  });
  return gap;
}

/**
 * The λ ≥ 0 with Σ weight (base − λ growth)₊ = target.
 *
 * The sum is convex, decreasing and piecewise linear in λ, so that Newton's method from the left never passes the root
 * and ends at it after finitely many pieces.
 */
function shadowPriceOf(
  base: Float64Array,
  growth: Float64Array,
  weights: Float64Array,
  target: number,
  guess: number,
): number {
  const sumsAt = (lambda: number): { excess: number; slope: number } => {
    let excess = -target;
    let slope = 0;
    for (let i = 0; i < base.length; i++) {
      const margin = base[i] - lambda * growth[i];
      if (margin > 0) {
        excess += weights[i] * margin;
        slope += weights[i] * growth[i];
      }
    }
    return { excess, slope };
  };
  // The last round's price is a start only if it lies to the left of the root.
  let lambda = guess;
  let { excess, slope } = sumsAt(lambda);
  if (!(excess >= 0)) {
    lambda = 0;
    ({ excess, slope } = sumsAt(0));
  }
  for (let k = 0; k < 200 && excess > 0; k++) {
    const next = lambda + excess / slope;
    if (next === lambda) break;
    lambda = next;
    ({ excess, slope } = sumsAt(lambda));
  }
  return lambda;
}

function meanOutput({ classes }: ExhaustibleModel, outputs: readonly Float64Array[]): Float64Array {
  return outputs[0].map((_, i) => outputs.reduce((sum, output, j) => sum + classes[j].weight * output[i], 0));
}

/** Where a decreasing function given on the grid passes 0, by linear interpolation; the last time where it does not. */
function stopTime(times: Float64Array, at: (i: number) => number): number {
  for (let i = 1; i < times.length; i++) {
    const value = at(i);
    if (value <= 0) {
      const before = at(i - 1);
      return times[i - 1] + ((times[i] - times[i - 1]) * before) / (before - value);
    }
  }
  return times[times.length - 1];
}
