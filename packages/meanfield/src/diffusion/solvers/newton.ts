import { z } from "zod";
import { choice } from "../../core/index.ts";
import type { Question, Solver, Step } from "../../core/index.ts";
import type { GridCandidate } from "../pde/candidate.ts";
import { flowDistance } from "../pde/iteration-flows.ts";
import { gridOptions, gridProblem, quickGrid, refusesGrid, toleranceOption } from "../pde/iteration-options.ts";
import { attempt, firstReply, judgeOf, measure, replyCandidate, replyTo, restingFlow } from "../pde/iteration.ts";
import type { IterationMetrics, Judge, Reply } from "../pde/iteration.ts";
import { viscosity } from "../pde/model.ts";
import type { DiffusionModel } from "../pde/model.ts";
import { add, newtonDirection } from "../pde/newton-step.ts";
import type { LinearSolver } from "../pde/newton-step.ts";
import type { GridProblem } from "../pde/problem.ts";
import { spaceTimeOf } from "../pde/space-time.ts";

const options = z.object({
  tolerance: toleranceOption(1e-10),
  linear: choice(
    ["krylov", "direct"],
    "krylov",
    "How the linear systems are solved: krylov, by generalised minimal residuals; direct, by elimination of the whole " +
      "space–time system (lines up to about 200 points × 200 steps, 0.3 GB; planes and kernels much less)",
  ),
  ...gridOptions,
});

/** Newton steps with one viscosity before it is given up. */
const mostSteps = 25;
/** Shortest step that is tried. */
const leastLength = 1 / 128;
/** How exactly games on the way to the model's own are solved. */
const onTheWay = 1e-4;
/** Largest multiple of the viscosity that is tried. */
const mostViscous = 4096;

interface State {
  readonly question: Question;
  readonly problem: GridProblem;
  /** Of the model's own game; a new one each time that it is taken up. */
  judge: Judge;
  readonly tolerance: number;
  readonly linear: LinearSolver;
  /** The multiple of the viscosity that is being solved, the game with it, and how many steps were made there. */
  factor: number;
  current: GridProblem;
  steps: number;
  /** In the game that is being solved; undefined where its first equation has no solution. */
  reply: Reply | undefined;
  /** The last reply in the model's own game. */
  own: Reply;
  /** The least multiple that was solved, with its flow. */
  solved: { readonly factor: number; readonly reply: Reply } | undefined;
  /** By what the multiple is divided next. */
  ratio: number;
  /** Multiples in the order in which they were tried. */
  readonly path: number[];
  /** Products with Jacobians so far, those of the last step, and the share of it that was gone. */
  products: number;
  lastProducts: number;
  length: number;
}

/** Newton's method on the whole space–time system at once. */
export const newton: Solver<DiffusionModel, typeof options, State, GridCandidate> = {
  name: "newton",
  title: "Newton's method in space and time",
  family: "diffusion",
  kind: "fields",
  story:
    "Asks at once how everybody's answer, at all times, reacts to everybody's flow at all times, and goes where both would " +
    "agree: digits double with every step, however strong the coupling. A step costs a dozen linear sweeps and keeps as " +
    "many space–time fields (8 bytes for each point, time and field: 1.3 MB each at 400 × 400). Where it does not " +
    "converge from afar, it follows the game from larger viscosities down.",
  reference:
    "Y. Achdou, I. Capuzzo-Dolcetta, SIAM J. Numer. Anal. 48 (2010) 1136–1162, section 4; Y. Saad, M. H. Schultz, SIAM J. Sci. Stat. Comput. 7 (1986) 856–869",
  options,
  refuses: (model, question) => refusesGrid(model, question),
  quick: quickGrid,
  init: (model, question, { tolerance, linear, ...grid }) => {
    const problem = gridProblem(model, question, grid);
    const reply = firstReply(problem);
    return {
      question,
      problem,
      judge: judgeFor(tolerance),
      tolerance,
      linear: linear === "direct" ? spaceTimeOf(problem, reply) : linear,
      factor: 1,
      current: problem,
      steps: 0,
      reply,
      own: reply,
      solved: undefined,
      ratio: 2,
      path: [1],
      products: 0,
      lastProducts: 0,
      length: 0,
    };
  },
  step: (_model, state): Step => {
    const { reply, current, factor } = state;
    if (reply === undefined) return retreat(state, {}, "the value equation has no solution on the way");
    const looked = attempt(() => measure(current, reply));
    if (typeof looked === "string") return retreat(state, {}, looked);
    const metrics = {
      ...looked,
      viscosity: viscosity(current.model),
      linear_products: state.lastProducts,
      step_length: state.length,
    };
    if (factor === 1) {
      state.own = reply;
      const step = state.judge.step(metrics, () => replyCandidate(current, state.question, reply));
      if (step.status === "converged") return { ...step, reason: `${step.reason ?? ""}${wayOf(state)}` };
      if (step.status === "diverged") return step;
    } else if (metrics.distance <= onTheWay) {
      state.solved = { factor, reply };
      turnTo(state, Math.max(1, factor / state.ratio), reply);
      state.ratio = Math.min(2, state.ratio ** 1.5);
      return { metrics, status: "running" };
    }
    return advance(state, reply, metrics);
  },
  candidate: (_model, { problem, question, own }) => replyCandidate(problem, question, own),
};

function judgeFor(tolerance: number): Judge {
  return judgeOf({ tolerance, patience: 5, advice: "Newton's method stands still" });
}

/** One Newton step, as long as it helps; where none does, another viscosity. */
function advance(state: State, reply: Reply, metrics: IterationMetrics & Step["metrics"]): Step {
  const { current, linear } = state;
  const { distance } = metrics;
  if (state.steps >= mostSteps) return retreat(state, metrics, `${mostSteps} steps were not enough`);
  state.steps++;
  // Exact enough for the error to square, or to be small enough, and no more exact than that.
  const aim = state.factor === 1 ? state.tolerance : onTheWay;
  const tolerance = Math.min(1e-2, Math.max(1e-12, 0.1 * distance, (0.1 * aim) / distance));
  const direction = attempt(() => newtonDirection(current, reply, linear, tolerance));
  if (typeof direction === "string") return retreat(state, metrics, direction);
  state.products += direction.products;
  state.lastProducts = direction.products;
  for (let length = 1; length >= leastLength; length /= 2) {
    const next = attempt(() => replyTo(current, add(reply.flow, direction.change, length)));
    if (typeof next === "string") continue;
    // Near rounding nothing falls any more, and a full step is as good as any.
    const better = flowDistance(next.flow, next.induced) <= (1 - 1e-4 * length) * distance;
    if (!better && !(distance <= 1e-9)) continue;
    state.reply = next;
    state.length = length;
    return { metrics, status: "running" };
  }
  return retreat(state, metrics, "no step brings the flow assumed nearer to the flow induced");
}

/** Goes on with a larger viscosity: from rest where none was solved yet, else nearer to the last that was. */
function retreat(state: State, metrics: Step["metrics"], why: string): Step {
  const { solved, factor } = state;
  if (solved !== undefined) state.ratio = Math.sqrt(Math.min(state.ratio, solved.factor / factor));
  if (solved === undefined ? 4 * factor > mostViscous : state.ratio < 1.01) {
    return { metrics, status: "diverged", reason: `${why}${wayOf(state)}` };
  }
  turnTo(state, solved === undefined ? 4 * factor : Math.max(1, solved.factor / state.ratio), solved?.reply);
  return { metrics, status: "running" };
}

function turnTo(state: State, factor: number, from: Reply | undefined): void {
  const { problem } = state;
  state.factor = factor;
  state.path.push(factor);
  state.steps = 0;
  state.length = 0;
  state.lastProducts = 0;
  const { model } = problem;
  state.current =
    factor === 1 ? problem : { ...problem, model: { ...model, volatility: Math.sqrt(factor) * model.volatility } };
  if (factor === 1) state.judge = judgeFor(state.tolerance);
  const { current } = state;
  const reply = attempt(() => replyTo(current, from?.flow ?? restingFlow(current)));
  state.reply = typeof reply === "string" ? undefined : reply;
}

/** In words, where the path led through other games. */
function wayOf({ path, products, problem }: State): string {
  const nu = viscosity(problem.model);
  const way = path.map((factor) => (factor * nu).toPrecision(3)).join(", ");
  return `; ${products} products with Jacobians${path.length === 1 ? "" : `, by way of ν = ${way}`}`;
}
