/**
 * Exhaustible resources sold by many producers, Hotelling's problem as a mean-field game.
 *
 * H. Hotelling, "The economics of exhaustible resources", Journal of Political Economy 39 (1931) 137–175; O. Guéant,
 * J.-M. Lasry, P.-L. Lions, "Mean field games and applications", Paris–Princeton Lectures on Mathematical Finance 2010;
 * P. Chan, R. Sircar, "Bertrand and Cournot mean field games", Applied Mathematics & Optimization 71 (2015) 533–569.
 */

import { z } from "zod";
import { evenGrid, InputError, listed, once, real, RefusalError, scalar, series } from "../../core/index.ts";
import type { Game, ParametersOf, Quantities, Quantity, Question } from "../../core/index.ts";
import { integrateAdaptive } from "../../numeric/adaptive-quadrature.ts";
import { bestPlan, consumerSurplusOf, profitOf } from "../exhaustible/certify.ts";
import { exhaustionClosedForm, valueAlone } from "../exhaustible/closed-form.ts";
import { exhaustionBound, margin, meanExtraction, priceAt, refusedQuestion } from "../exhaustible/model.ts";
import type { ExhaustibleCandidate, ExhaustibleModel } from "../exhaustible/model.ts";
import { phasedMesh } from "../exhaustible/pieces.ts";
import { solveShadowPrices } from "../exhaustible/shadow-prices.ts";

const parameters = z.object({
  P0: real(10, "Price at no output", { symbol: "P_0", minimum: 0, open: "minimum", maximum: 1000 }),
  c1: real(2, "Linear cost of extraction; below the price at no output", { symbol: "c_1", minimum: 0, maximum: 1000 }),
  c2: real(1, "Quadratic cost of extraction", {
    symbol: "c_2",
    minimum: 0,
    open: "minimum",
    maximum: 1000,
    scale: "log",
  }),
  gamma: real(3, "Fall of the price per unit of average output", { symbol: "\\gamma", minimum: 0, maximum: 1000 }),
  r: real(0.1, "Discount rate", { minimum: 0, open: "minimum", maximum: 10, scale: "log" }),
  x0: real(5, "Reserves of the producers outside classes 1 and 2", {
    symbol: "x_0",
    minimum: 0,
    open: "minimum",
    maximum: 1e6,
    scale: "log",
  }),
  x1: real(3, "Reserves of class 1", { symbol: "x_1", minimum: 0, open: "minimum", maximum: 1e6, scale: "log" }),
  x2: real(8, "Reserves of class 2", { symbol: "x_2", minimum: 0, open: "minimum", maximum: 1e6, scale: "log" }),
  w1: real(0, "Share of producers in class 1", { symbol: "w_1", minimum: 0, maximum: 1 }),
  w2: real(0, "Share of producers in class 2; the rest, 1 − w1 − w2, has reserves x0", {
    symbol: "w_2",
    minimum: 0,
    maximum: 1,
  }),
});

type Parameters = ParametersOf<typeof parameters>;

export const hotellingResource: Game<typeof parameters, ExhaustibleModel, ExhaustibleCandidate> = {
  id: "hotelling-resource",
  title: "Exhaustible resources (Hotelling)",
  family: "diffusion",
  story:
    "Producers own finite reserves and sell in one market, whose price falls with their average output. A unit sold today " +
    "cannot be sold tomorrow, so each holds back until the discounted margin is the same at all times. Price-takers " +
    "extract fastest, a few Cournot players more slowly, a cartel slowest: the monopolist is the conservationist's friend.",
  reference:
    "H. Hotelling, The economics of exhaustible resources, J. Political Economy 39 (1931) 137–175; O. Guéant, J.-M. Lasry, P.-L. Lions, Mean field games and applications (2010)",
  equations: [
    {
      caption: "Reserves and price",
      tex: "\\dot X_t=-q_t,\\quad X_t\\ge0,\\quad q_t\\ge0,\\qquad P_t=P_0-\\gamma\\bar q_t",
    },
    { caption: "Profit", tex: "\\int_0^\\infty e^{-rt}\\big(q_tP_t-c_1q_t-\\tfrac{c_2}2q_t^2\\big)dt" },
    {
      caption:
        "Output until the reserves are gone at τ, with κ = c₂ + γ, c₂ + γ(1+1/N) or c₂ + 2γ for price-takers, N players, a cartel",
      tex: "q_t=\\frac{(P_0-c_1)\\big(1-e^{-r(\\tau-t)}\\big)}{\\kappa}",
    },
    {
      caption: "Exhaustion and shadow price",
      tex: "r\\tau=y+W_0(-e^{-y}),\\quad y=1+\\frac{r\\kappa x_0}{P_0-c_1},\\qquad \\lambda_0=(P_0-c_1)e^{-r\\tau}",
    },
  ],
  parameters,
  presets: {
    HA: { title: "One class of producers", parameters: {} },
    H2types: {
      title: "Small and large reserves side by side",
      parameters: { x1: 3, x2: 8, w1: 0.4, w2: 0.6 },
    },
  },
  concepts: ["nash", "planner"],
  information: ["open-loop"],
  check: (p, question) => {
    if (!(p.P0 > p.c1))
      throw new InputError("c1", p.c1, `below P0 = ${p.P0}: otherwise nothing is ever worth extracting`);
    if (p.w1 + p.w2 > 1 + rounding) throw new InputError("w2", p.w2, `at most 1 − w1 = ${1 - p.w1}`);
    const model = build(p);
    const why = refusedQuestion(model, question);
    if (why !== undefined) throw new RefusalError(why);
    // The cartel, to whom all is compared, takes longest; e^{rt} and the shadow price must stay within double precision.
    if (p.r * exhaustionBound(model, { ...question, concept: "planner" }) > 600) {
      throw new RefusalError(
        `r = ${p.r}: the reserves last so long that their shadow price is below 1e-260 of the price; take smaller reserves or a smaller r`,
      );
    }
  },
  build,
  quantities: [
    {
      name: "exhaustion_time",
      title: "Time of exhaustion",
      symbol: "\\tau",
      story: "When the reserves are gone; by class where there are several.",
    },
    {
      name: "shadow_price",
      title: "Shadow price",
      symbol: "\\lambda_0",
      story: "What one more unit of reserves is worth at the start; by class where there are several.",
    },
    {
      name: "extraction",
      title: "Output",
      symbol: "q_t",
      story: "Output of a producer; by class where there are several.",
    },
    {
      name: "mean_extraction",
      title: "Average output",
      symbol: "\\bar q_t",
      story: "Output averaged over all producers.",
    },
    { name: "price", title: "Price", symbol: "P_t", story: "Market price." },
    {
      name: "profit",
      title: "Discounted profit",
      story: "Profit of a producer over all time; by class where there are several.",
    },
    {
      name: "consumer_surplus",
      title: "Consumer surplus",
      story: "Discounted surplus of the buyers, ∫e^{−rt} ½γ q̄² dt.",
    },
    { name: "cost", title: "Cost", symbol: "J", story: "Minus the profit averaged over the producers." },
    { name: "cost_planner", title: "Cartel's cost", story: "The same under the cartel that maximises joint profit." },
    {
      name: "price_of_anarchy",
      title: "Price of anarchy",
      story: "Cost over the cartel's, that is profit over its profit: costs are negative here, so below 1 is a loss.",
    },
    {
      name: "value_alone",
      title: "Value without externality",
      symbol: "u(x)",
      story: "What reserves x are worth to a producer who meets the price P₀ for ever: the profit if γ were 0.",
    },
  ],
  measure: (_parameters, question, candidate) => {
    const { model } = candidate;
    const cartel = once(() => {
      const planner: Question = { ...question, concept: "planner" };
      return question.concept === "planner" ? candidate : solveShadowPrices(model, planner);
    });
    return quantities(model, question, {
      exhaustion: candidate.exhaustion,
      shadowPrice: candidate.shadowPrice,
      extraction: candidate.extraction,
      mean: (t) => meanExtraction(candidate, t),
      profit: (j) => profitOf(candidate, question, j),
      surplus: () => consumerSurplusOf(candidate),
      cartelProfit: (j) => profitOf(cartel(), question, j),
      valueAlone: (x) =>
        x === 0
          ? 0
          : bestPlan(() => margin(model), model.quadraticCost, model.discount, x, Float64Array.of(0, 1e-9)).profit,
    });
  },
  exact: (p, question) => {
    const model = build(p);
    const ours = closedFormRegime(model, question);
    const cartel = once(() => closedFormRegime(model, { ...question, concept: "planner" }));
    return quantities(model, question, {
      ...ours,
      cartelProfit: (j) => cartel().profit(j),
      valueAlone: (x) => valueAlone(model, x),
    });
  },
};

const rounding = 1e-12;

function build(p: Parameters): ExhaustibleModel {
  const rest = 1 - p.w1 - p.w2;
  const classes = [
    { label: 0, reserves: p.x0, weight: rest > rounding ? rest : 0 },
    { label: 1, reserves: p.x1, weight: p.w1 },
    { label: 2, reserves: p.x2, weight: p.w2 },
  ];
  return {
    family: "diffusion",
    kind: "exhaustible",
    intercept: p.P0,
    slope: p.gamma,
    linearCost: p.c1,
    quadraticCost: p.c2,
    discount: p.r,
    classes: classes.filter(({ weight }) => weight > 0),
  };
}

interface Answers {
  readonly exhaustion: Float64Array;
  readonly shadowPrice: Float64Array;
  readonly extraction: (j: number, t: number) => number;
  readonly mean: (t: number) => number;
  readonly profit: (j: number) => number;
  readonly surplus: () => number;
  readonly cartelProfit: (j: number) => number;
  readonly valueAlone: (x: number) => number;
}

function quantities(model: ExhaustibleModel, question: Question, answers: Answers): Quantities {
  const { classes } = model;
  // The grid must not depend on the answer: both roads are compared on it.
  const grid = evenGrid(0, exhaustionBound(model, question), 101);
  const labels = classes.map(({ label }) => label);
  const byClass = (value: (j: number) => number): Quantity =>
    classes.length === 1
      ? scalar(value(0))
      : listed(
          "class",
          labels,
          classes.map((_, j) => value(j)),
        );
  const average = (value: (j: number) => number): number =>
    classes.reduce((sum, { weight }, j) => sum + weight * value(j), 0);
  const extraction = (): Quantity => {
    if (classes.length === 1) return series(grid, (t) => answers.extraction(0, t));
    const place = listed(
      "class",
      labels,
      classes.map((_, j) => j),
    );
    return {
      axes: [...place.axes, { name: "t", grid }],
      at: (label, t) => answers.extraction(place.at(label), t),
    };
  };
  const largest = Math.max(...classes.map(({ reserves }) => reserves));
  const cost = once(() => -average(answers.profit));
  const cartel = once(() => -average(answers.cartelProfit));
  return {
    exhaustion_time: () => byClass((j) => answers.exhaustion[j]),
    shadow_price: () => byClass((j) => answers.shadowPrice[j]),
    extraction,
    mean_extraction: () => series(grid, answers.mean),
    price: () => series(grid, (t) => priceAt(model, answers.mean(t))),
    profit: () => byClass(answers.profit),
    consumer_surplus: () => scalar(answers.surplus()),
    cost: () => scalar(cost()),
    cost_planner: () => scalar(cartel()),
    price_of_anarchy: () => scalar(cost() / cartel()),
    value_alone: () => ({
      axes: [{ name: "x", grid: evenGrid(0, 2 * largest, 41) }],
      at: (x) => answers.valueAlone(x),
    }),
  };
}

/** Everything of a regime from the closed form; profits by quadrature of it, phase by phase. */
function closedFormRegime(model: ExhaustibleModel, question: Question) {
  const { exhaustion, shadowPrice, extraction } = exhaustionClosedForm(model, question);
  const { discount, linearCost, quadraticCost, slope, classes } = model;
  const mean = (t: number): number => classes.reduce((sum, { weight }, j) => sum + weight * extraction(j, t), 0);
  const phases = [...phasedMesh(exhaustion, discount)];
  const overTime = (f: (t: number) => number): number =>
    phases
      .slice(1)
      .reduce((sum, end, i) => sum + integrateAdaptive((t) => Math.exp(-discount * t) * f(t), phases[i], end).value, 0);
  return {
    exhaustion,
    shadowPrice,
    extraction,
    mean,
    profit: (j: number): number =>
      overTime((t) => {
        const q = extraction(j, t);
        return (priceAt(model, mean(t)) - linearCost - 0.5 * quadraticCost * q) * q;
      }),
    surplus: (): number => overTime((t) => 0.5 * slope * mean(t) ** 2),
  };
}
