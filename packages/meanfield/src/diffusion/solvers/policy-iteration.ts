import { z } from "zod";
import { choice } from "../../core/index.ts";
import type { Question, Solver, Step } from "../../core/index.ts";
import { bestResponse } from "../pde/best-response.ts";
import type { BestResponse } from "../pde/best-response.ts";
import type { GridCandidate } from "../pde/candidate.ts";
import { policyValue } from "../pde/evaluation.ts";
import { flowDistance, massFault, mixPolicies } from "../pde/iteration-flows.ts";
import { gridOptions, gridProblem, quickGrid, refusesGrid, toleranceOption } from "../pde/iteration-options.ts";
import { attempt, firstReply, judgeOf, meanValue, replyCandidate } from "../pde/iteration.ts";
import type { IterationMetrics, Judge } from "../pde/iteration.ts";
import type { DiffusionModel } from "../pde/model.ts";
import { improvedPolicy } from "../pde/momenta.ts";
import type { GridFlow, GridPolicy, GridProblem, GridValue } from "../pde/problem.ts";
import { transportMass } from "../pde/transport.ts";

/** The share of the newest policy after n earlier ones. */
const shares = {
  none: (): number => 1,
  uniform: (n: number): number => 1 / (n + 1),
  linear: (n: number): number => 2 / (n + 2),
} as const;

const options = z.object({
  tolerance: toleranceOption(1e-9),
  smoothing: choice(
    ["none", "uniform", "linear"],
    "none",
    "Which policy is played: none, the newest; uniform, the average of all; linear, their average with weights that grow in proportion to their number",
  ),
  ...gridOptions,
});

interface State {
  readonly question: Question;
  readonly problem: GridProblem;
  readonly judge: Judge;
  readonly share: (n: number) => number;
  count: number;
  /** The policy looked at last, the flow it induces, what it costs there, and the best response to that flow. */
  policy: GridPolicy;
  flow: GridFlow;
  value: GridValue;
  answer: BestResponse;
  /** The policy to be looked at next, and its flow where that is known. */
  next: GridPolicy;
  nextFlow: GridFlow | undefined;
}

/** Linear equations only: where a policy takes the population, what it costs there, and a policy that would cost less. */
export const policyIteration: Solver<DiffusionModel, typeof options, State, GridCandidate> = {
  name: "policy-iteration",
  title: "Policy iteration",
  family: "diffusion",
  kind: "fields",
  story:
    "Everybody follows a policy; the population that does so and the cost of doing so are two linear equations, and every " +
    "player then improves on the policy as if nobody else did. After the first answer nonlinear equations are solved only " +
    "to measure exploitability, and the limit is reached fast where players care little about each other; smoothing " +
    "holds the rounds together where they care more.",
  reference:
    "S. Cacace, F. Camilli, A. Goffi, ESAIM: COCV 27 (2021) 85; smoothing: M. Laurière, J. Song, Q. Tang, Appl. Math. Optim. 87 (2023) 17",
  options,
  refuses: (model, question) => refusesGrid(model, question),
  quick: quickGrid,
  init: (model, question, { tolerance, smoothing, ...grid }) => {
    const problem = gridProblem(model, question, grid);
    // To begin with a policy that players can have, whatever their controls.
    const { flow, response, induced } = firstReply(problem);
    const { policy, value } = response;
    return {
      question,
      problem,
      judge: judgeOf({
        tolerance,
        patience: smoothing === "none" ? 60 : 500,
        advice: smoothing === "none" ? "policies swing: try smoothing = linear, or newton" : "try newton",
      }),
      share: shares[smoothing],
      count: 0,
      policy,
      flow,
      value,
      answer: response,
      next: policy,
      nextFlow: induced,
    };
  },
  step: (_model, state): Step => {
    const { question, problem, judge } = state;
    const metrics = attempt(() => improve(state));
    if (typeof metrics === "string") return { metrics: {}, status: "diverged", reason: metrics };
    // The value of a policy solves its own equation; that of the best response to the same flow is bound by the game's.
    return judge.step(metrics, () => {
      const { flow, answer } = state;
      return replyCandidate(problem, question, { flow, response: answer, induced: flow });
    });
  },
  candidate: (_model, { problem, question, flow, value, policy }) => ({
    kind: "grid",
    model: problem.model,
    question,
    problem,
    flow,
    value,
    policy,
  }),
};

/** Looks at the next policy and improves on it; the numbers are those of the policy looked at. */
function improve(state: State): IterationMetrics & { readonly value_gap: number } {
  const { problem } = state;
  state.policy = state.next;
  state.flow = state.nextFlow ?? transportMass(problem, state.policy);
  state.value = policyValue(problem, state.policy, state.flow);
  const better = improvedPolicy(problem, state.value, state.flow);
  const image = transportMass(problem, better);
  const share = state.share(state.count);
  state.next = share === 1 ? better : mixPolicies(state.policy, better, share);
  state.nextFlow = share === 1 ? image : undefined;
  state.count++;
  const answer = bestResponse(problem, state.flow);
  state.answer = answer;
  const cost = meanValue(problem, state.value);
  return {
    exploitability: cost - meanValue(problem, answer.value),
    // Of the flow of this policy and of the one that improves on it.
    distance: flowDistance(state.flow, image),
    residual: answer.residual,
    mass: massFault(problem, state.flow),
    cost,
    value_gap: valueGap(state.value, answer.value),
  };
}

/** By how much the policy is worse than the best response, at the place and time where that is most. */
function valueGap({ value }: GridValue, { value: least }: GridValue): number {
  let gap = 0;
  value.forEach((values, s) => {
    // Written so that not-a-number shows.
    for (let k = 0; k < values.length; k++) if (!(values[k] - least[s][k] <= gap)) gap = values[k] - least[s][k];
  });
  return gap;
}
