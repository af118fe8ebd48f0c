/**
 * Smart grid: demand response as a stationary game. Its model, with the papers it is made from, is in demand-response.ts;
 * the reasons for it are in docs/games/smart-grid.md.
 */

import { z } from "zod";
import { choice, listed, once, real, scalar, whole } from "../../core/index.ts";
import type { Axis, Game, ParametersOf, Quantities, Quantity } from "../../core/index.ts";
import type { StationaryCandidate } from "../candidate.ts";
import { baseDemand, demandResponse, devices, gridStates } from "../demand-response.ts";
import { fieldOf } from "../exploitability.ts";
import { featuresAt } from "../finite-model.ts";
import { tableOf } from "../finite-quantities.ts";
import type { FiniteStationaryModel } from "../model.ts";
import { measureStationary, stationaryQuantities } from "../quantities.ts";

const parameters = z.object({
  device: choice(devices, "deferrable", "What a household can shift: work that can wait, or the charging of a battery"),
  periods: whole(4, "Periods of a day", { symbol: "H", minimum: 2, maximum: 12 }),
  levels: whole(3, "Largest backlog of work (deferrable), or charge of a full battery", {
    symbol: "B",
    minimum: 1,
    maximum: 9,
  }),
  base: real(1, "Inflexible demand of a household, averaged over the day", { minimum: 0, maximum: 1000 }),
  swing: real(0.4, "Relative daily swing of the inflexible demand, whose peak is two thirds through the day", {
    minimum: 0,
    maximum: 1,
  }),
  p0: real(0.2, "Price at no demand", { symbol: "p_0", minimum: 0, maximum: 1000 }),
  p1: real(1, "Rise of the price per unit of average demand", { symbol: "p_1", minimum: 0, maximum: 1000 }),
  power: real(1, "What a device that is on draws, or feeds in when discharging", {
    minimum: 0,
    open: "minimum",
    maximum: 1000,
  }),
  arrival: real(
    0.3,
    "Probability of a need in a period: a unit of work (deferrable), or a level of charge that the owner uses (battery)",
    { minimum: 0, open: "minimum", maximum: 1 },
  ),
  wait: real(0.02, "Discomfort per period and squared backlog (deferrable)", { minimum: 0, maximum: 1000 }),
  overflow: real(3, "Cost of a need that cannot be met: a full backlog, an empty battery", {
    minimum: 0,
    maximum: 1000,
  }),
  efficiency: real(0.9, "Probability that a charging battery gains a level (battery)", {
    minimum: 0,
    open: "minimum",
    maximum: 1,
  }),
  wear: real(0.05, "Cost of a period of charging or discharging (battery)", { minimum: 0, maximum: 1000 }),
  ramp: real(
    0.02,
    "Cost of a change of power, by its square: off to on 1, charging to discharging 4; a plan that is impossible costs 2 more",
    {
      minimum: 0,
      maximum: 1000,
    },
  ),
  loss: real(0.02, "Probability that a plan is lost on its way and the device stays off", {
    minimum: 0,
    maximum: 1,
    open: "maximum",
  }),
  gamma: real(0.98, "Discount factor of a period", { symbol: "\\gamma", minimum: 0, maximum: 1, open: "both" }),
});

type Parameters = ParametersOf<typeof parameters>;

export const smartGrid: Game<typeof parameters, FiniteStationaryModel, StationaryCandidate> = {
  id: "smart-grid",
  title: "Smart grid: demand response",
  family: "stationary",
  story:
    "Households pay a price of electricity that rises with everybody's demand and swings with the hour. Each has a device " +
    "that can wait (an appliance with a backlog of work) or a battery that is used, charged and may feed in, and plans " +
    "period by period what it does next. Who waits for cheap hours makes them dear for the others who wait; what nobody " +
    "counts is that each kilowatt at the peak raises everybody's bill.",
  reference:
    "Specified here after R. Couillet, S. M. Perlaza, H. Tembine, M. Debbah, IEEE J. Sel. Areas Commun. 30 (2012) 1086–1096; C. Alasseur, I. Ben Taher, A. Matoussi, J. Optim. Theory Appl. 184 (2020) 644–670; A. De Paola, D. Angeli, G. Strbac, IEEE Trans. Smart Grid 8 (2017) 3104–3116",
  equations: [
    {
      caption:
        "State: period of the day h, level ℓ, mode u (0 off, 1 on; −1 discharging); the action plans the next mode",
      tex: "X=(h,\\ell,u),\\qquad h'=h+1\\bmod H,\\qquad u'=a\\ \\text{if possible and the plan arrives, else}\\ 0",
    },
    {
      caption: "Backlog (deferrable): on does a unit of work, new work comes with probability p",
      tex: "\\ell'=\\min(B,\\,\\ell-u+\\varepsilon),\\qquad\\varepsilon\\sim\\mathrm{Bernoulli}(p)",
    },
    {
      caption: "Charge (battery): charging gains a level with probability η, the owner uses one with probability p",
      tex: "\\ell'=\\max(0,\\,\\ell+\\eta_uu-\\varepsilon),\\qquad\\eta_u\\sim\\mathrm{Bernoulli}(\\eta)\\ \\text{if}\\ u=1,\\ \\text{else}\\ 1",
    },
    {
      caption: "Demand and price in period h",
      tex: "D_h=b_h+\\mathrm{power}\\cdot\\mathbb E[u\\mid h],\\qquad p_h=p_0+p_1D_h,\\qquad b_h=\\mathrm{base}\\,\\big(1+\\mathrm{swing}\\cos2\\pi(\\tfrac hH-\\tfrac23)\\big)",
    },
    {
      caption:
        "Reward: the bill, discomfort of waiting (deferrable) or wear (battery), ramping, needs that are not met",
      tex: "r=-p_h\\,(b_h+\\mathrm{power}\\,u)-\\mathrm{wait}\\,\\ell^2\\ \\text{or}\\ -\\mathrm{wear}\\,|u|\\;-\\mathrm{ramp}\\,(u'-u)^2-\\mathrm{overflow}\\,\\mathbb P(\\text{unmet})",
    },
  ],
  parameters,
  presets: {
    deferrable: { title: "Appliances that can wait", parameters: {} },
    battery: { title: "Batteries that their owners use", parameters: { device: "battery" } },
    "vehicle-to-grid": {
      title: "Batteries that are seldom used and sell at the peak",
      parameters: { device: "battery", levels: 2, swing: 0.8, power: 0.5, arrival: 0.1, wear: 0.01, ramp: 0.01 },
    },
    "six-periods": { title: "Appliances that can wait, a day of six periods", parameters: { periods: 6 } },
  },
  concepts: ["nash", "planner"],
  information: ["feedback"],
  build: demandResponse,
  // Values are spread over many states, of which each is seldom met: three times the usual steps.
  learning: { "likelihood-ratio": { "step-size": 60 } },
  quantities: [
    ...stationaryQuantities.map((quantity) =>
      quantity.name === "mean_field"
        ? { ...quantity, title: "Mean level", story: "Backlog or charge, averaged over households and the day." }
        : quantity.name === "equilibrium_mean_field"
          ? { ...quantity, title: "Mean levels of all answers" }
          : quantity,
    ),
    {
      name: "demand",
      title: "Demand",
      symbol: "D_h",
      story: "Average demand of a household in each period of the day, inflexible and flexible.",
    },
    { name: "price", title: "Price", symbol: "p_h", story: "Price of electricity in each period." },
    { name: "base_demand", title: "Inflexible demand", symbol: "b_h", story: "Demand without the devices." },
    {
      name: "demand_unmanaged",
      title: "Demand without response",
      story: "Demand if every device always ran or charged as soon as it could.",
    },
    { name: "peak_demand", title: "Peak demand", story: "Largest demand of the day." },
    {
      name: "peak_reduction",
      title: "Peak reduction",
      story: "Share of the peak without response that the policy takes off.",
    },
    { name: "bill", title: "Bill", story: "What a household pays for electricity per period, averaged over the day." },
    {
      name: "law_by_level",
      title: "Levels through the day",
      story: "Share of households at each backlog or charge, in each period.",
    },
  ],
  measure: (p, _question, candidate) => ({ ...measureStationary(candidate), ...gridQuantities(p, candidate) }),
};

function gridQuantities(p: Parameters, candidate: StationaryCandidate): Quantities {
  const model = candidate.model as FiniteStationaryModel;
  const states = gridStates(p);
  const base = baseDemand(p);
  const demandOf = (policy: Float64Array): Float64Array =>
    featuresAt(model, fieldOf(model, policy)).map((flexible, h) => base[h] + flexible);
  const field = once(() => fieldOf(model, tableOf(candidate)));
  const demand = once(() => demandOf(tableOf(candidate)));
  const unmanaged = once(() => demandOf(always(model, 1)));
  const price = (h: number): number => p.p0 + p.p1 * demand()[h];
  const periods = base.map((_, h) => h);
  const byPeriod = (values: ArrayLike<number>): Quantity => listed("period", periods, values);
  const levelOf = (law: Float64Array): number => states.reduce((sum, { level }, x) => sum + level * law[x], 0);
  const all = [candidate, ...candidate.others];
  return {
    mean_field: () => scalar(levelOf(field())),
    ...(all.length === 1
      ? {}
      : {
          equilibrium_mean_field: () =>
            listed(
              "equilibrium",
              all.map((_, i) => i),
              all.map((one) => levelOf(one.field)),
            ),
        }),
    demand: () => byPeriod(demand()),
    price: () => byPeriod(demand().map((_, h) => price(h))),
    base_demand: () => byPeriod(base),
    demand_unmanaged: () => byPeriod(unmanaged()),
    peak_demand: () => scalar(Math.max(...demand())),
    peak_reduction: () => scalar(1 - Math.max(...demand()) / Math.max(...unmanaged())),
    bill: () => scalar(demand().reduce((sum, D, h) => sum + (price(h) * D) / p.periods, 0)),
    law_by_level: () => lawByLevel(p, field()),
  };
}

/** The policy that plans one and the same mode everywhere. */
function always({ states, actions }: FiniteStationaryModel, action: number): Float64Array {
  return Float64Array.from({ length: states * actions }, (_, i) => (i % actions === action ? 1 : 0));
}

/** P(level | period): every period holds 1/H of the population. */
function lawByLevel(p: Parameters, field: Float64Array): Quantity {
  const shares = new Float64Array(p.periods * (p.levels + 1));
  gridStates(p).forEach(({ period, level }, x) => (shares[period * (p.levels + 1) + level] += p.periods * field[x]));
  const axis = (name: string, count: number): Axis => ({
    name,
    grid: Float64Array.from({ length: count }, (_, i) => i),
    kind: "discrete",
  });
  return {
    axes: [axis("period", p.periods), axis("level", p.levels + 1)],
    at: (period, level) => shares[period * (p.levels + 1) + level],
  };
}
