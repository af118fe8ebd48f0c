/**
 * An epidemic among players who meet fewer people when it pays.
 *
 * Thöni, Lambrecht, Dayanıklı, Efroni, Kachman, Laurière, "Neural parameter calibration for finite-state mean field games",
 * arXiv 2606.23155, 2026, with the minimum over contacts exact instead of on a grid.
 */

import { z } from "zod";
import { choice, real, scalar } from "../../core/index.ts";
import type { Game, ParametersOf, Quantity } from "../../core/index.ts";
import { initialLaw, initialParameter } from "../game-parts.ts";
import { namedAxis } from "../space.ts";
import type { RatesCandidate } from "../rates/candidate.ts";
import type { Move, RatesModel } from "../rates/model.ts";
import { chance } from "../rates/pieces.ts";
import { alongTime, controlOf, measureRates, peakOf, ratesOf, ratesQuantities, shareOf } from "../rates/quantities.ts";

const rate = { minimum: 0, maximum: 100 } as const;

const parameters = z.object({
  T: real(40, "Horizon", { symbol: "T", minimum: 0, open: "minimum", maximum: 1000 }),
  form: choice(
    ["constant", "arc", "mean-field"],
    "constant",
    "The rates β and γ: as given; or times 4t(T − t)/T²; or times 1 minus the share of the infected",
  ),
  beta: real(0.4, "Rate of contagion, without restraint, if all were infected", { ...rate, symbol: "\\beta" }),
  gamma: real(0.125, "Rate of recovery", { ...rate, symbol: "\\gamma" }),
  c_alpha: real(1, "Cost of restraint", { symbol: "c_\\alpha", minimum: 0, open: "minimum", maximum: 1e6 }),
  c_I: real(1, "Cost of illness, per time", { symbol: "c_I", minimum: 0, maximum: 1e6 }),
  mu0: initialParameter([0.99, 0.01, 0], "shares of the susceptible, the infected and the recovered, or uniform"),
});

type Parameters = ParametersOf<typeof parameters>;

const [S, I, R] = [0, 1, 2];
/** Places of the parameters. */
const [beta, gamma, cAlpha, cI] = [0, 1, 2, 3];

/** Players who choose their contacts. */
export const sirRates: Game<typeof parameters, RatesModel, RatesCandidate> = {
  id: "sir-rates",
  title: "Epidemic with contacts by choice",
  family: "finite",
  story:
    "The susceptible choose which share α of their contacts to keep: fewer cost more, but each brings the risk of falling ill. " +
    "Near the peak everybody keeps away, which lowers it; nobody counts the others whom it would infect, so that a planner " +
    "restrains people more.",
  reference: "Thöni et al., Neural parameter calibration for finite-state mean field games, arXiv 2606.23155, 2026",
  equations: [
    {
      caption: "Rates",
      tex: "q_{S\\to I}=\\beta\\,\\alpha\\,\\mu_t(I),\\qquad q_{I\\to R}=\\gamma",
    },
    {
      caption: "Cost and best share of contacts",
      tex: "f=\\tfrac{c_\\alpha}2(1-\\alpha)^2\\mathbf 1_{S}+c_I\\mathbf 1_{I},\\qquad\\alpha^*=\\Bigl[1-\\frac{\\beta\\,\\mu_t(I)(u_I-u_S)}{c_\\alpha}\\Bigr]_0^1",
    },
  ],
  parameters,
  presets: {
    mild: { title: "An illness too mild to keep away from", parameters: { c_I: 0.1 } },
    careless: { title: "Nobody minds: the epidemic without a game", parameters: { c_I: 0 } },
    arc: { title: "Rates that rise and fall", parameters: { form: "arc" } },
  },
  concepts: ["nash", "planner"],
  information: ["feedback"],
  build: modelOf,
  quantities: [
    ...ratesQuantities,
    { name: "infected", title: "Infected", symbol: "\\mu_t(I)", story: "Share of the infected." },
    {
      name: "contacts",
      title: "Contacts kept",
      symbol: "\\alpha_t",
      story: "Share of contacts that the susceptible keep.",
    },
    {
      name: "peak_infected",
      title: "Peak of the infected",
      story: "The largest share of infected at points of the grid.",
    },
    { name: "peak_time", title: "Time of the peak", story: "When it is reached." },
    { name: "attack_rate", title: "Ever infected", story: "Share of those not susceptible at T." },
    { name: "new_cases", title: "New infections", story: "Rate of new infections per player, β α μ(S) μ(I)." },
  ],
  measure: (_p, _question, candidate) => {
    const { grid, mu } = candidate;
    return {
      ...measureRates(candidate),
      infected: () => shareOf(candidate, I),
      contacts: () => controlOf(candidate, S, I),
      peak_infected: () => scalar(peakOf(candidate, I).share),
      peak_time: () => scalar(peakOf(candidate, I).t),
      attack_rate: () => scalar(1 - mu[(grid.t.length - 1) * 3 + S]),
      new_cases: () => newCases(candidate),
    };
  },
};

function newCases(candidate: RatesCandidate): Quantity {
  const { t } = candidate.grid;
  const [susceptible, rates] = [shareOf(candidate, S), ratesOf(candidate)];
  return alongTime(candidate.grid, (i) => susceptible.at(t[i]) * rates.at(t[i], S, I));
}

function modelOf({ T, form, beta: contagion, gamma: recovery, c_alpha, c_I, mu0 }: Parameters): RatesModel {
  const shape = (t: number, mu: Float64Array): number =>
    form === "constant" ? 1 : form === "arc" ? (4 * t * (T - t)) / T ** 2 : 1 - mu[I];
  return {
    family: "finite",
    kind: "controlled-rates",
    horizon: T,
    states: namedAxis("health", ["susceptible", "infected", "recovered"]),
    initial: initialLaw(mu0, 3),
    parameters: {
      names: ["beta", "gamma", "c_alpha", "c_I"],
      at: (t, mu, out) => {
        const by = shape(t, mu);
        out[beta] = contagion * by;
        out[gamma] = recovery * by;
        out[cAlpha] = c_alpha;
        out[cI] = c_I;
      },
      ...(form === "mean-field"
        ? {
            pull: (_t, _mu, slopes, into) => {
              into[I] -= contagion * slopes[beta] + recovery * slopes[gamma];
            },
          }
        : {}),
    },
    moves: [
      infection,
      chance(
        I,
        R,
        (at) => at.gamma[gamma],
        (_at, weight, into) => {
          into.gamma[gamma] += weight;
        },
      ),
    ],
    running: {
      value: (x, at) => (x === I ? at.gamma[cI] : 0),
      pull: (x, _at, weight, into) => {
        if (x === I) into.gamma[cI] += weight;
      },
    },
    terminal: { value: () => 0 },
  };
}

/** At the rate β α μ(I), for c_α (1 − α)²/2. */
const infection: Move = {
  from: S,
  to: I,
  range: [0, 1],
  control: {
    value: (delta, at) => Math.min(Math.max(1 - (at.gamma[beta] * at.mu[I] * delta) / at.gamma[cAlpha], 0), 1),
    pull: (delta, { gamma: at, mu }, weight, into) => {
      const withheld = (at[beta] * mu[I] * delta) / at[cAlpha];
      if (!(withheld > 0 && withheld < 1)) return 0;
      into.gamma[beta] -= (weight * mu[I] * delta) / at[cAlpha];
      into.mu[I] -= (weight * at[beta] * delta) / at[cAlpha];
      into.gamma[cAlpha] += (weight * withheld) / at[cAlpha];
      return (-weight * at[beta] * mu[I]) / at[cAlpha];
    },
  },
  rate: {
    value: (a, at) => at.gamma[beta] * a * at.mu[I],
    pull: (a, at, weight, into) => {
      into.gamma[beta] += weight * a * at.mu[I];
      into.mu[I] += weight * at.gamma[beta] * a;
      return weight * at.gamma[beta] * at.mu[I];
    },
  },
  cost: {
    value: (a, at) => (at.gamma[cAlpha] / 2) * (1 - a) ** 2,
    pull: (a, at, weight, into) => {
      into.gamma[cAlpha] += (weight * (1 - a) ** 2) / 2;
      return -weight * at.gamma[cAlpha] * (1 - a);
    },
  },
};
