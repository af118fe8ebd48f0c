import { known, once, scalar } from "../core/index.ts";
import type { Axis, Quantities, Quantity, QuantityDefinition } from "../core/index.ts";
import { respond } from "./best-response.ts";
import type { FiniteCandidate } from "./candidate.ts";
import { judgeDevice } from "./certify-device.ts";
import { compile } from "./compile.ts";
import { emptyValues, evaluate, worth } from "./evaluation.ts";
import { forgone } from "./exploitability.ts";
import { emptyField, induce } from "./flow.ts";
import type { FiniteAxis, FiniteModel, Population } from "./model.ts";
import { plannerReward, seeksPlanner } from "./social-optimum.ts";

/** What a person asks of any finite game; a game may add its own. */
export const finiteQuantities: readonly QuantityDefinition[] = [
  {
    name: "exploitability",
    title: "Exploitability",
    symbol: "E",
    story:
      "What one player gains by a best response to the flow that the policy itself induces; the sum over populations " +
      "(NashConv) where there are several.",
  },
  {
    name: "mean_reward",
    title: "Mean reward",
    symbol: "J",
    story: "Expected sum of rewards of a player who keeps the policy, averaged over the initial law (and populations).",
  },
  {
    name: "planner_reward",
    title: "Mean reward under a planner",
    symbol: "J^*",
    story:
      "The largest mean reward that one hand steering everybody was found to reach, by mirror descent from three starts: the largest " +
      "there is where the total reward is concave in the flow, no more than a lower bound of it elsewhere. Left out for games too large to " +
      "find it beside, and where less was found than the equilibrium earns.",
  },
  {
    name: "price_of_anarchy",
    title: "Price of anarchy",
    story:
      "Cost of the equilibrium over cost under a planner, for rewards the inverse: at least 1, and a lower bound where the planner's " +
      "problem is not concave and more may be had than was found. Left out where the two differ in sign, where the planner's optimum is " +
      "not known, and where less was found than the equilibrium earns.",
  },
  {
    name: "device_reward",
    title: "Mean reward under a device",
    story:
      "Of a correlation device: expected sum of rewards of a player who does as it is told, averaged over populations; left out " +
      "where nobody is told anything.",
  },
  {
    name: "cce_gap",
    title: "Gain of not listening",
    story:
      "Of a correlation device: what players gain who decide beforehand not to listen to it; the sum over populations. Zero for a " +
      "coarse correlated equilibrium; left out where nobody is told anything.",
  },
  {
    name: "ce_gap",
    title: "Gain of doing something else",
    story:
      "Of a correlation device: what players gain who do the best they can instead of each policy they are told; the sum over " +
      "policies and populations. Zero for a correlated equilibrium; left out where nobody is told anything.",
  },
  {
    name: "value",
    title: "Value",
    symbol: "V_t(s)",
    story:
      "Expected sum of rewards from t on of a player in a state who keeps the policy, against the policy's own flow.",
  },
  {
    name: "policy",
    title: "Policy",
    symbol: "\\pi_t(a\\mid s)",
    story: "Probability of each action in each state at each time.",
  },
  {
    name: "flow",
    title: "Law of states",
    symbol: "\\mu_t(s)",
    story: "Share of the population in each state at each time, under the policy.",
  },
];

/** The definitions for games of several populations: one of each by name, `flow_prey`, beside the common ones. */
export function quantitiesOf(names: readonly string[]): readonly QuantityDefinition[] {
  return finiteQuantities.flatMap((definition) => {
    if (/^(planner_reward|price_of_anarchy|device_reward|cce_gap|ce_gap)$/.test(definition.name)) return [definition];
    const each = names.map((name) => ofPopulation(definition, name));
    return /^(exploitability|mean_reward)$/.test(definition.name) ? [definition, ...each] : each;
  });
}

function ofPopulation(definition: QuantityDefinition, name: string): QuantityDefinition {
  return { ...definition, name: `${definition.name}_${name}`, title: `${definition.title} of ${name}` };
}

/** The quantities of a candidate; each is computed when it is asked for. */
export function measureFinite({ model, policy, question, device }: FiniteCandidate): Quantities {
  const judged = once(() => {
    const game = compile(model);
    const field = emptyField(game);
    const [own, best] = [emptyValues(game), emptyValues(game)];
    induce(field, policy);
    evaluate(field, policy, own);
    respond(field, best);
    return { mu: field.parts.map(({ mu }) => mu), own, gains: forgone(field, policy, best), worth: worth(field, own) };
  });
  const told = device === undefined ? undefined : once(() => judgeDevice(model, device));
  const { populations } = model;
  const several = populations.length > 1;
  const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
  const parts = populations.map((population, p): Quantities => {
    const suffix = several ? `_${population.name}` : "";
    const own: Quantities = several
      ? {
          [`exploitability${suffix}`]: () => scalar(judged().gains[p]),
          [`mean_reward${suffix}`]: () => scalar(judged().worth[p]),
        }
      : {};
    return {
      ...own,
      [`value${suffix}`]: () => byState(model, population, judged().own.V[p]),
      [`policy${suffix}`]: () => byStateAndAction(model, population, policy[p]),
      [`flow${suffix}`]: () => byState(model, population, judged().mu[p]),
    };
  });
  const own = (): number => total(judged().worth);
  const best = once(() => (question.concept === "planner" ? own() : atLeast(own(), plannerReward(model))));
  return {
    exploitability: () => scalar(total(judged().gains)),
    mean_reward: () => scalar(own() / populations.length),
    ...(question.concept === "planner" || seeksPlanner(model)
      ? { planner_reward: () => scalar(known(best()) / populations.length) }
      : {}),
    ...(question.concept === "planner" || !seeksPlanner(model)
      ? {}
      : { price_of_anarchy: () => scalar(known(priceOf(own(), known(best())))) }),
    ...(told === undefined
      ? {}
      : {
          device_reward: () => scalar(told().earned / populations.length),
          cce_gap: () => scalar(told().coarse),
          ce_gap: () => scalar(told().correlated),
        }),
    ...Object.assign({}, ...parts),
  };
}

/** By how much an optimum may be missed, relatively. */
const slack = 1e-5;

/** An optimum, or undefined where that is no more than one of many: a planner could have kept to the equilibrium. */
export function atLeast(equilibrium: number, optimum: number | undefined): number | undefined {
  if (optimum === undefined) return undefined;
  return optimum >= equilibrium - slack * Math.max(1, Math.abs(equilibrium)) ? optimum : undefined;
}

/** Cost over cost, or reward over reward, so that it is at least one; undefined where signs differ or it would be less. */
export function priceOf(equilibrium: number, optimum: number): number | undefined {
  if (!(equilibrium * optimum > 0)) return undefined;
  // What is nought but for rounding has no ratios.
  const sizes = [Math.abs(equilibrium), Math.abs(optimum)];
  if (Math.min(...sizes) < slack * Math.max(...sizes)) return undefined;
  const price = equilibrium < 0 ? equilibrium / optimum : optimum / equilibrium;
  return price >= 1 - slack ? Math.max(1, price) : undefined;
}

/** One number a time as a quantity, at all times or the first of them. */
export function overTimes(model: FiniteModel, values: Float64Array): Quantity {
  const { grid, ...axis } = timesOf(model);
  return tableQuantity([{ ...axis, grid: grid.subarray(0, values.length) }], values);
}

/** A table over times and states as a quantity. */
export function byState(model: FiniteModel, { states }: Population, values: Float64Array): Quantity {
  return tableQuantity([timesOf(model), ...states.map(axisOf)], values);
}

/** A table over times, states and actions as a quantity. */
export function byStateAndAction(model: FiniteModel, { states, actions }: Population, values: Float64Array): Quantity {
  return tableQuantity([timesOf(model), ...states.map(axisOf), ...actions.map(axisOf)], values);
}

function timesOf({ horizon }: FiniteModel): Axis {
  return { name: "t", grid: Float64Array.from({ length: horizon + 1 }, (_, t) => t), kind: "discrete" };
}

/** Of states or actions, with the words for them. */
export function axisOf({ name, grid, labels }: FiniteAxis): Axis {
  return { name, grid, kind: "discrete", ...(labels === undefined ? {} : { labels }) };
}

function tableQuantity(axes: readonly Axis[], values: Float64Array): Quantity {
  const places = axes.map(({ grid }) => new Map(Array.from(grid, (x, i) => [x, i])));
  return {
    axes,
    at: (...coordinates) => {
      let index = 0;
      coordinates.forEach((x, i) => (index = index * axes[i].grid.length + (places[i].get(x) ?? Number.NaN)));
      return values[index];
    },
  };
}
