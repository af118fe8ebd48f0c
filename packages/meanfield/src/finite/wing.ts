import { RefusalError } from "../core/index.ts";
import type { NamedArray, Wing } from "../core/index.ts";
import { orRefuse, refusing } from "../core/too-extreme.ts";
import { uniformPolicy } from "./best-response.ts";
import type { FiniteCandidate } from "./candidate.ts";
import { certifyAnswer } from "./certify-device.ts";
import { compile, emptyProfile } from "./compile.ts";
import { emptyField, induce } from "./flow.ts";
import { groundsOf } from "./ground.ts";
import type { FiniteModel } from "./model.ts";
import { finiteAgents } from "./simulation/agents.ts";
import { chaosFinite } from "./simulation/chaos.ts";
import { epsilonKind, exactEpsilon } from "./simulation/epsilon.ts";
import { simulateFinite } from "./simulation/play.ts";
import { startingFrom } from "./starting-from.ts";

/** What finite games offer beside their solvers. */
export const finiteWing: Wing<FiniteModel, FiniteCandidate> = {
  family: "finite",
  certify: (model, question, candidate) => orRefuse(() => certifyAnswer(model, question, candidate)),
  finiteGames: "simulated",
  startingFrom,
  simulate: (model, candidate, events, settings) =>
    refusing(simulateFinite(model, withoutDevice(candidate), events, settings)),
  agents: (model, candidate, settings) => refusing(finiteAgents(model, candidate, settings)),
  exploitability: (model, { players }, { policy, device }) =>
    device === undefined && players < Infinity && epsilonKind(model) === "exact"
      ? orRefuse(() => exactEpsilon(compile(model), policy, players))
      : undefined,
  chaos: (model, settings) => refusing(chaosFinite(model, settings)),
  chaosDefaults: () => ({ players: [100, 1000, 10_000, 100_000], repeats: 100 }),
  ownSteps: ({ horizon }) => horizon,
  grounds: groundsOf,
  strategies: { uniform: uniformStrategy },
  arrays,
};

/** Every allowed action alike. */
function uniformStrategy(model: FiniteModel): FiniteCandidate {
  const game = compile(model);
  const policy = emptyProfile(game);
  uniformPolicy(game, policy);
  const field = emptyField(game);
  induce(field, policy);
  const question = { concept: "nash", players: Infinity, information: "feedback" } as const;
  return { model, question, policy, flow: field.parts.map(({ mu }) => mu.slice()) };
}

/** @throws RefusalError for correlation devices: players who are told what to do are more than a policy. */
function withoutDevice(candidate: FiniteCandidate): FiniteCandidate {
  if (candidate.device !== undefined)
    throw new RefusalError("correlation devices are not played with finitely many players; ask for equilibrium nash");
  return candidate;
}

/** Policies and laws, and devices, with the shapes of their axes, and the coordinates along these. */
function arrays({ horizon, populations }: FiniteModel, candidate: FiniteCandidate): Record<string, NamedArray> {
  const out: Record<string, NamedArray> = {};
  populations.forEach(({ name, states, actions }, p) => {
    const suffix = populations.length > 1 ? `_${name}` : "";
    const places = states.map(({ grid }) => grid.length);
    const choices = actions.map(({ grid }) => grid.length);
    out[`flow${suffix}`] = { shape: [horizon + 1, ...places], data: candidate.flow[p] };
    out[`policy${suffix}`] = { shape: [horizon + 1, ...places, ...choices], data: candidate.policy[p] };
    const { device } = candidate;
    if (device !== undefined) {
      const count = device.policies[p].length;
      out[`device_policies${suffix}`] = {
        shape: [count, horizon + 1, ...places, ...choices],
        data: joined(device.policies[p]),
      };
      out[`device_mixtures${suffix}`] = {
        shape: [device.weights.length, count],
        data: joined(device.recommendations.map((shares) => shares[p])),
      };
      out["device_weights"] = { shape: [device.weights.length], data: device.weights };
    }
    for (const axis of [...states, ...actions])
      out[`axis_${axis.name}${suffix}`] = { shape: [axis.grid.length], data: axis.grid };
  });
  return out;
}

function joined(tables: readonly Float64Array[]): Float64Array {
  return Float64Array.from(tables.flatMap((table) => Array.from(table)));
}
