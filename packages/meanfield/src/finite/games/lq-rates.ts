/**
 * Players on a line of places who may jump anywhere: rates cost quadratically, places and company at the end count.
 *
 * Thöni, Lambrecht, Dayanıklı, Efroni, Kachman, Laurière, "Neural parameter calibration for finite-state mean field games",
 * arXiv 2606.23155, 2026: the linear–quadratic system for the game and that for control.
 */

import { z } from "zod";
import { choice, real, whole } from "../../core/index.ts";
import type { Game, ParametersOf } from "../../core/index.ts";
import { initialLaw, initialParameter } from "../game-parts.ts";
import { wholeAxis } from "../space.ts";
import type { RatesCandidate } from "../rates/candidate.ts";
import type { Charge, Move, Parameters as RatesParameters, RatesModel } from "../rates/model.ts";
import { everywhere, itself } from "../rates/pieces.ts";
import { measureRates, ratesQuantities } from "../rates/quantities.ts";

const weight = { minimum: 0, maximum: 1e6 } as const;

const parameters = z.object({
  d: whole(3, "States 0, …, d − 1", { symbol: "d", minimum: 2, maximum: 256 }),
  T: real(2, "Horizon", { symbol: "T", minimum: 0, open: "minimum", maximum: 1000 }),
  gamma_form: choice(
    ["constant", "arc", "mean-field"],
    "constant",
    "The price γ: gamma; or low + (gamma − low) 4t(T − t)/T²; or low + (gamma − low) times the share of state 0",
  ),
  gamma: real(1.55, "Price of rates, or the highest one", {
    symbol: "\\gamma",
    minimum: 0,
    open: "minimum",
    maximum: 1e6,
  }),
  low: real(0.1, "The lowest price, where it varies", { minimum: 0, open: "minimum", maximum: 1e6 }),
  base: real(2, "Rate that costs nothing", { symbol: "q", minimum: 0, maximum: 100 }),
  c: real(0.1, "Cost of company on the way", { ...weight, symbol: "c" }),
  p: real(1, "Its power of the share", { symbol: "p", minimum: 1, maximum: 10 }),
  reward: real(5, "Cost at the end of every place away from the last", { ...weight, symbol: "w" }),
  company: real(1, "Cost of company at the end", { ...weight, symbol: "k" }),
  mu0: initialParameter("uniform"),
});

type Parameters = ParametersOf<typeof parameters>;

/** Rates beyond are not allowed. */
const most = 100;

/** Players who are in a hurry only at the end. */
export const lqRates: Game<typeof parameters, RatesModel, RatesCandidate> = {
  id: "lq-rates",
  title: "Linear–quadratic jumps",
  family: "finite",
  story:
    "Every player jumps between d places at rates it chooses, and pays for rates other than usual, for company, and at the end " +
    "for being away from the last place. Far from the end there is nothing to hurry for: the price of rates hardly shows in " +
    "the flow, which is why it is hard to infer from it.",
  reference: "Thöni et al., Neural parameter calibration for finite-state mean field games, arXiv 2606.23155, 2026",
  equations: [
    {
      caption: "Running cost",
      tex: "f(x,a,\\mu)=\\gamma\\sum_{y\\neq x}(a_{xy}-q)^2+c\\,\\mu(x)^p,\\qquad a^*_{xy}=\\Bigl[q-\\frac{u_y-u_x}{2\\gamma}\\Bigr]_0^{100}",
    },
    { caption: "Cost at the end", tex: "g(x,\\mu)=w(d-1-x)+k\\,\\mu(x)" },
  ],
  parameters,
  presets: {
    arc: { title: "A price that rises and falls", parameters: { gamma_form: "arc", gamma: 3 } },
    "mean-field": { title: "A price that follows the law", parameters: { gamma_form: "mean-field", gamma: 3 } },
    control: {
      title: "As published for control: only company counts",
      parameters: { T: 1, base: 0.3, c: 2, p: 2, reward: 0, company: 0, mu0: [0.8, 0.1, 0.1] },
    },
  },
  concepts: ["nash", "planner"],
  information: ["feedback"],
  build: modelOf,
  quantities: ratesQuantities,
  measure: (_p, _question, candidate) => measureRates(candidate),
};

function modelOf({ d, T, gamma_form, gamma, low, base, c, p, reward, company, mu0 }: Parameters): RatesModel {
  return {
    family: "finite",
    kind: "controlled-rates",
    horizon: T,
    states: wholeAxis("state", d),
    initial: initialLaw(mu0, d),
    parameters: priceOf(gamma_form, gamma, low, T),
    moves: everywhere(d, (from, to) => jump(from, to, base)),
    running: crowd(() => 0, c, p),
    terminal: crowd((x) => reward * (d - 1 - x), company, 1),
  };
}

function priceOf(form: Parameters["gamma_form"], gamma: number, low: number, T: number): RatesParameters {
  const names = ["gamma"];
  if (form === "mean-field")
    return {
      names,
      at: (_t, mu, out) => (out[0] = low + (gamma - low) * mu[0]),
      pull: (_t, _mu, [slope], into) => (into[0] += (gamma - low) * slope),
    };
  const at = form === "arc" ? (t: number) => low + ((gamma - low) * 4 * t * (T - t)) / T ** 2 : () => gamma;
  return { names, at: (t, _mu, out) => (out[0] = at(t)) };
}

/** γ(a − q)² for the rate a. */
function jump(from: number, to: number, base: number): Move {
  return {
    from,
    to,
    range: [0, most],
    control: {
      value: (delta, { gamma }) => Math.min(Math.max(base - delta / (2 * gamma[0]), 0), most),
      pull: (delta, { gamma: [gamma] }, slope, into) => {
        const a = base - delta / (2 * gamma);
        if (!(a > 0 && a < most)) return 0;
        into.gamma[0] += (slope * delta) / (2 * gamma * gamma);
        return -slope / (2 * gamma);
      },
    },
    rate: itself,
    cost: {
      value: (a, { gamma }) => gamma[0] * (a - base) ** 2,
      pull: (a, { gamma }, slope, into) => {
        into.gamma[0] += slope * (a - base) ** 2;
        return slope * 2 * gamma[0] * (a - base);
      },
    },
  };
}

/** place(x) + c μ(x)^p. */
function crowd(place: (x: number) => number, c: number, p: number): Charge {
  return {
    value: (x, { mu }) => place(x) + c * mu[x] ** p,
    pull: (x, { mu }, slope, into) => {
      into.mu[x] += slope * c * p * mu[x] ** (p - 1);
    },
  };
}
