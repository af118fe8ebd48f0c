import type { CommonPath, ConditionalFlow, FlowSummary, NamedArray, Question, Wing } from "../core/index.ts";
import { evenGrid, RefusalError } from "../core/index.ts";
import { orRefuse, refusing } from "../core/too-extreme.ts";
import { wingByKind } from "../core/wing-by-kind.ts";
import { zeros } from "../numeric/matrix.ts";
import type { Matrix } from "../numeric/matrix.ts";
import { aggregateWing } from "./aggregate/wing.ts";
import { exhaustibleAgents } from "./exhaustible/agents.ts";
import { certifyExhaustible } from "./exhaustible/certify.ts";
import type { ExhaustibleCandidate, ExhaustibleModel } from "./exhaustible/model.ts";
import { chaos } from "./chaos/chaos.ts";
import type { LinearQuadraticCandidate } from "./linear-quadratic/candidate.ts";
import { certifyLinearQuadratic } from "./linear-quadratic/certify.ts";
import { conditionalMeanOn } from "./linear-quadratic/conditional-mean.ts";
import { decentralised } from "./linear-quadratic/decentralised.ts";
import { exploitability } from "./linear-quadratic/deviation.ts";
import { hasCommonNoise } from "./linear-quadratic/model.ts";
import type { LinearQuadraticModel } from "./linear-quadratic/model.ts";
import { moments } from "./linear-quadratic/moments.ts";
import { solveRiccati } from "./linear-quadratic/riccati.ts";
import { fieldsWing } from "./pde/wing.ts";
import { linearQuadraticAgents } from "./simulation/agents.ts";
import { simulateLinearQuadratic } from "./simulation/simulate.ts";

/** Exhaustible resources without noise. */
export const exhaustibleWing: Wing<ExhaustibleModel, ExhaustibleCandidate> = {
  family: "diffusion",
  certify: certifyExhaustible,
  agents: (_model, candidate, settings) => refusing(exhaustibleAgents(candidate, settings)),
};

/** Games of the family `diffusion`, each by the wing of its kind. */
export const diffusionWing = wingByKind("diffusion", {
  aggregate: aggregateWing as unknown as Wing,
  exhaustible: exhaustibleWing as unknown as Wing,
  fields: fieldsWing as unknown as Wing,
});

/** What linear–quadratic games offer beside their solvers. */
export const linearQuadraticWing: Wing<LinearQuadraticModel, LinearQuadraticCandidate> = {
  family: "linear-quadratic",
  certify: certifyLinearQuadratic,
  simulate: (model, candidate, events, settings) => {
    requireFitting(model, candidate);
    return refusing(simulateLinearQuadratic(model, candidate.strategy, events, settings));
  },
  agents: (model, candidate, settings) => {
    requireFitting(model, candidate);
    return refusing(linearQuadraticAgents(model, candidate.strategy, settings));
  },
  strategies: { zero: zeroStrategy },
  decentralise: (candidate) => ({ ...candidate, strategy: decentralised(candidate.strategy) }),
  exploitability: (model, { players, information }, candidate) => {
    requireFitting(model, candidate);
    const seen = Number.isFinite(players) ? information : "feedback";
    return orRefuse(() => exploitability(model, players, candidate.strategy, seen));
  },
  chaos: (model, settings) => refusing(chaos(model, settings)),
  flow: (model, players, candidate) => orRefuse(() => flow(model, players, candidate)),
  commonNoise: (model) => ({ count: hasCommonNoise(model) ? model.noise.common.columns : 0, horizon: model.horizon }),
  conditionalFlow,
  ownGain: (model, question) => orRefuse(() => ownGain(model, question)),
  arrays: gains,
};

/** A strategy found in another game may be played in this one only if it says what to do in all of it. */
function requireFitting(model: LinearQuadraticModel, candidate: LinearQuadraticCandidate): void {
  const { horizon, layout } = candidate.model;
  for (const [field, name] of [
    ["state", "state coordinates"],
    ["control", "controls"],
    ["common", "common coordinates"],
  ] as const) {
    const [theirs, ours] = [layout[field], model.layout[field]];
    if (theirs !== ours)
      throw new RefusalError(`the strategy is for a game with ${theirs} ${name}, this one has ${ours}`);
  }
  if (horizon < model.horizon) {
    throw new RefusalError(`the strategy ends at its horizon T = ${horizon}, this game at T = ${model.horizon}`);
  }
}

function flow(model: LinearQuadraticModel, players: number, { strategy }: LinearQuadraticCandidate): FlowSummary {
  const { layout, horizon } = model;
  const t = evenGrid(0, horizon, 201);
  const { at } = moments(model, players, strategy);
  const rows = [...t].map(at);
  return {
    t,
    coordinates: Array.from({ length: layout.state }, (_, i) => ({
      mean: Float64Array.from(rows, ({ mean }) => mean[i]),
      deviation: Float64Array.from(rows, ({ state }) => Math.sqrt(state.data[i * layout.state + i])),
    })),
  };
}

/** Gaussian: the mean follows the path, the covariance around it knows nothing of it. */
function conditionalFlow(
  model: LinearQuadraticModel,
  { strategy }: LinearQuadraticCandidate,
  { t: times, noises }: CommonPath,
): ConditionalFlow {
  const { state, common } = model.layout;
  const follow = conditionalMeanOn(model, strategy, times, noises);
  const { at } = moments(model, Infinity, strategy);
  const roots = ({ rows, data }: Matrix): Float64Array =>
    Float64Array.from({ length: rows }, (_, i) => Math.sqrt(Math.max(0, data[i * rows + i])));
  return {
    state,
    common,
    mean: (t) => {
      const out = new Float64Array(state + common);
      follow(t, out);
      return out;
    },
    deviation: (t) => roots(at(t).deviation),
    law: (t) => {
      const moment = at(t);
      return { mean: moment.mean, deviation: roots(moment.common) };
    },
  };
}

/** −∂α/∂x at time 0: the pull of a player towards where the others are. */
function ownGain(model: LinearQuadraticModel, question: Question): number {
  const gain = zeros(model.layout.control, model.layout.stateSize);
  solveRiccati(model, question).strategy.gain(0, gain);
  return -gain.data[0];
}

/** Nobody ever acts: α ≡ 0. */
function zeroStrategy(model: LinearQuadraticModel): LinearQuadraticCandidate {
  return {
    model,
    question: { concept: "nash", players: Infinity, information: "feedback" },
    strategy: { source: "empirical", gain: (_t, out) => void out.data.fill(0) },
    assumedMean: (_t, out) => void out.fill(Number.NaN),
  };
}

/** K(t) on (x, x̄, s, 1) as an array of shape (times, k, 2d+e+1), and its times. */
function gains(
  { layout, horizon }: LinearQuadraticModel,
  candidate: LinearQuadraticCandidate,
): Record<string, NamedArray> {
  const grid = evenGrid(0, horizon, 101);
  const gain = zeros(layout.control, layout.stateSize);
  const data = new Float64Array(grid.length * gain.data.length);
  grid.forEach((t, i) => {
    candidate.strategy.gain(t, gain);
    data.set(gain.data, i * gain.data.length);
  });
  return {
    strategy_gain: { shape: [grid.length, layout.control, layout.stateSize], data },
    strategy_gain_t: { shape: [grid.length], data: grid },
  };
}
