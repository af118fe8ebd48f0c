import { once, scalar } from "../core/index.ts";
import type { Axis, Quantities, Quantity, QuantityDefinition } from "../core/index.ts";
import { respond } from "./best-response.ts";
import type { FiniteCandidate } from "./candidate.ts";
import { compile } from "./compile.ts";
import { emptyValues, evaluate, worth } from "./evaluation.ts";
import { forgone } from "./exploitability.ts";
import { emptyField, induce } from "./flow.ts";
import type { FiniteAxis, FiniteModel, Population } from "./model.ts";

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
  return finiteQuantities.flatMap((definition) =>
    definition.name === "exploitability" || definition.name === "mean_reward"
      ? [definition, ...names.map((name) => ofPopulation(definition, name))]
      : names.map((name) => ofPopulation(definition, name)),
  );
}

function ofPopulation(definition: QuantityDefinition, name: string): QuantityDefinition {
  return { ...definition, name: `${definition.name}_${name}`, title: `${definition.title} of ${name}` };
}

/** The quantities of a candidate; each is computed when it is asked for. */
export function measureFinite({ model, policy }: FiniteCandidate): Quantities {
  const judged = once(() => {
    const game = compile(model);
    const field = emptyField(game);
    const [own, best] = [emptyValues(game), emptyValues(game)];
    induce(field, policy);
    evaluate(field, policy, own);
    respond(field, best);
    return { mu: field.parts.map(({ mu }) => mu), own, gains: forgone(field, policy, best), worth: worth(field, own) };
  });
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
  return {
    exploitability: () => scalar(total(judged().gains)),
    mean_reward: () => scalar(total(judged().worth) / populations.length),
    ...Object.assign({}, ...parts),
  };
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

function axisOf({ name, grid }: FiniteAxis): Axis {
  return { name, grid, kind: "discrete" };
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
