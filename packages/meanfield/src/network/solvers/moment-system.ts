import { z } from "zod";
import { real, whole } from "../../core/index.ts";
import type { Question, Solver } from "../../core/index.ts";
import { randomStream } from "../../numeric/random.ts";
import type { MomentLaw, Moments, NetworkCandidate } from "../candidate.ts";
import { closureOf, integrateMoments, noisyNeurons } from "../closed-moments.ts";
import type { Closure } from "../closed-moments.ts";
import { drawNeurons, initialMoments } from "../initial.ts";
import type { NetworkModel } from "../model.ts";
import { streams } from "../streams.ts";

const options = z.object({
  tolerance: real(1e-12, "Relative tolerance of the integrator", { minimum: 1e-14, maximum: 1e-2, scale: "log" }),
  seed: whole(0, "Seed of finitely many neurons before training", { minimum: 0 }),
});

interface State {
  readonly question: Question;
  readonly closure: Closure;
  readonly start: Moments;
  readonly tolerance: number;
  solved: Pick<NetworkCandidate, "law" | "mesh" | "assumed"> | undefined;
}

/** Closed equations for the moments of a neuron: exact but for the integrator, where they exist. */
export const momentSystem: Solver<NetworkModel, typeof options, State, NetworkCandidate> = {
  name: "moment-system",
  title: "Closed moment system",
  family: "network",
  story:
    "Integrates the mean and the covariance of a neuron, which follow equations of their own for the activations identity " +
    "and square. Exact and quick; with finitely many neurons, too, once they are drawn.",
  reference:
    "A. M. Saxe, J. L. McClelland, S. Ganguli, Exact solutions to the nonlinear dynamics of learning in deep linear neural networks, ICLR 2014; the moment systems follow from their equations",
  options,
  refuses: (model, { players }) => {
    if (model.horizon === Infinity) return "it integrates up to a time T, and the stationary law is asked for";
    const closure = closureOf(model);
    if (typeof closure === "string") return closure;
    const noisy = model.temperature > 0 && Number.isFinite(players);
    if (noisy && !keepsNoiseApart(model))
      return "with noise it takes finitely many neurons only where they are linear with one fixed c; otherwise the limit";
    return undefined;
  },
  init: (model, question, { tolerance, seed }) => {
    const closure = closureOf(model);
    if (typeof closure === "string") throw new RangeError(closure);
    return { question, closure, tolerance, start: startOf(model, question, seed), solved: undefined };
  },
  step: (model, state) => {
    const { closure, start, tolerance, question } = state;
    const { players } = question;
    const flow = integrateMoments(closure, start, model.horizon, tolerance);
    const noisy = model.temperature > 0 && Number.isFinite(players);
    const finite = noisy ? noisyNeurons(closure, start, model.horizon, players) : undefined;
    const law: MomentLaw = {
      kind: "moments",
      gaussian: model.initial.kind === "gaussian" && (noisy || !Number.isFinite(players)),
      at: finite === undefined ? flow.at : (t) => ({ mean: flow.at(t).mean, covariance: finite.own(t) }),
      ...(finite === undefined ? {} : { fluctuation: finite.average }),
    };
    const { mesh, secondAt } = flow;
    state.solved = { law, mesh, assumed: (t, out) => closure.predict(secondAt(t), out) };
    return { metrics: { steps: mesh.length - 1 }, status: "converged", reason: "the moments are integrated up to T" };
  },
  candidate: (model, { question, closure, start, solved }) => ({
    model,
    question,
    design: closure.design,
    ...(solved ?? {
      mesh: Float64Array.of(0),
      law: { kind: "moments", gaussian: false, at: () => start },
      assumed: (_t, out) => void out.fill(Number.NaN),
    }),
  }),
};

/** Whether a linear network has one c for all neurons, so that noise is felt by each of them alone and by the average. */
function keepsNoiseApart({ activation, trainsOutput, initial }: NetworkModel): boolean {
  return activation.name === "identity" && !trainsOutput && initialMoments(initial).covariance.data[0] === 0;
}

/** Moments of the law before training, or of the sample where finitely many neurons are trained without noise. */
function startOf(model: NetworkModel, { players }: Question, seed: number): Moments {
  if (!Number.isFinite(players) || model.temperature > 0) return initialMoments(model.initial);
  const points = drawNeurons(model.initial, players, randomStream(seed, streams.start));
  return initialMoments({ kind: "points", parameters: points.length / players, points });
}
