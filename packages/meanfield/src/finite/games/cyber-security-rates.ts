/**
 * Computers that are defended or not, susceptible or infected, under attack from a hacker and from each other.
 *
 * V. N. Kolokoltsov, A. Bensoussan, "Mean-field-game model for botnet defense in cyber-security", Appl. Math. Optim. 74 (2016)
 * 669–692; R. Carmona, F. Delarue, "Probabilistic theory of mean field games with applications I", Springer 2018, chapter
 * 7, whose numbers these are but for the strength of the attack; the parameters by direction of contagion as in
 * Thöni et al., arXiv 2606.23155, 2026.
 */

import { z } from "zod";
import { choice, json, real } from "../../core/index.ts";
import type { Game, ParametersOf, Quantity } from "../../core/index.ts";
import { initialLaw, initialParameter, requireLength } from "../game-parts.ts";
import { namedAxis } from "../space.ts";
import type { RatesCandidate } from "../rates/candidate.ts";
import type { Moment, Move, RatesModel } from "../rates/model.ts";
import { chance } from "../rates/pieces.ts";
import { alongTime, controlOf, measureRates, ratesQuantities, shareOf } from "../rates/quantities.ts";

const cost = { minimum: 0, maximum: 1e6 } as const;

/** Recovery and infection from outside by defended and undefended, then contagion: β_xy from x to y. */
const names = ["q_recD", "q_recU", "q_infD", "q_infU", "beta_DD", "beta_DU", "beta_UU", "beta_UD"] as const;

const parameters = z.object({
  T: real(10, "Horizon", { symbol: "T", minimum: 0, open: "minimum", maximum: 1000 }),
  k_D: real(0.3, "Cost of being defended, per time", { ...cost, symbol: "k_D" }),
  k_I: real(0.5, "Cost of being infected, per time", { ...cost, symbol: "k_I" }),
  speed: real(0.8, "Rate at which defence is switched on or off by who wants to", {
    symbol: "\\lambda",
    minimum: 0,
    open: "minimum",
    maximum: 1e3,
  }),
  effort: real(0, "Cost of asking for a switch, half the square of the share of effort; 0 leaves all or nothing", {
    symbol: "\\varepsilon",
    ...cost,
  }),
  v_H: real(0.6, "Strength of the hacker", { symbol: "v_H", minimum: 0, maximum: 100 }),
  form: choice(
    ["constant", "arc", "mean-field"],
    "constant",
    "Rates: as given; or times 4t(T − t)/T²; or times the share of the defended infected",
  ),
  rates: json(
    z.array(z.number().min(0).max(1e3)),
    [0.5, 0.4, 0.4, 0.3, 0.4, 0.3, 0.3, 0.4],
    `Eight rates: ${names.join(", ")}`,
    "\\gamma",
  ),
  mu0: initialParameter("uniform", "shares of DI, DS, UI, US, or uniform"),
});

type Parameters = ParametersOf<typeof parameters>;

const [DI, DS, UI, US] = [0, 1, 2, 3];

/** Players who defend themselves or not. */
export const cyberSecurityRates: Game<typeof parameters, RatesModel, RatesCandidate> = {
  id: "cyber-security-rates",
  title: "Cyber-security",
  family: "finite",
  story:
    "A computer is defended or undefended, infected or susceptible. Its owner may ask to switch between defended and " +
    "undefended, which happens after a random time; the hacker infects susceptible computers, infected ones infect others, and " +
    "all recover, by rates that depend on defence. Defence costs, and so does infection. Where effort costs nothing all or " +
    "nothing is best, and a moment of switching that falls between two points of time may keep iterations from settling.",
  reference:
    "V. N. Kolokoltsov, A. Bensoussan, Appl. Math. Optim. 74 (2016) 669–692; R. Carmona, F. Delarue, 2018, chapter 7",
  equations: [
    {
      caption: "Cost",
      tex: "f(x,\\alpha)=k_D\\,\\mathbf 1_{\\{x\\text{ defended}\\}}+k_I\\,\\mathbf 1_{\\{x\\text{ infected}\\}}+\\tfrac\\varepsilon2\\alpha^2",
    },
    {
      caption: "Infection of the defended, and of the undefended likewise",
      tex: "q_{DS\\to DI}=v_Hq^D_{inf}+\\beta_{DD}\\,\\mu(DI)+\\beta_{UD}\\,\\mu(UI)",
    },
    { caption: "Switching", tex: "q_{Di\\leftrightarrow Ui}=\\lambda\\alpha,\\qquad\\alpha\\in[0,1]" },
  ],
  parameters,
  presets: {
    arc: { title: "Rates that rise and fall", parameters: { form: "arc" } },
    "mean-field": { title: "Rates that follow the law", parameters: { form: "mean-field" } },
    protective: {
      title: "Defence that is cheap and keeps infection out, for a while",
      parameters: { k_D: 0.1, effort: 0.02, rates: [0.5, 0.4, 0.1, 0.3, 0.1, 0.3, 0.3, 0.1] },
    },
  },
  concepts: ["nash", "planner"],
  information: ["feedback"],
  check: ({ rates }) => requireLength("rates", rates, names.length),
  build: modelOf,
  quantities: [
    ...ratesQuantities,
    { name: "infected", title: "Infected", story: "Share of infected computers, defended or not." },
    { name: "defended", title: "Defended", story: "Share of defended computers, infected or not." },
    {
      name: "defending",
      title: "Wish to be defended",
      story: "With how much effort susceptible undefended players ask to be defended, from 0 to 1.",
    },
  ],
  measure: (_p, _question, candidate) => ({
    ...measureRates(candidate),
    infected: () => sumOf(candidate, DI, UI),
    defended: () => sumOf(candidate, DI, DS),
    defending: () => controlOf(candidate, US, DS),
  }),
};

function sumOf(candidate: RatesCandidate, x: number, y: number): Quantity {
  const [one, other] = [shareOf(candidate, x), shareOf(candidate, y)];
  const { t } = candidate.grid;
  return alongTime(candidate.grid, (i) => one.at(t[i]) + other.at(t[i]));
}

function modelOf({ T, k_D, k_I, speed, effort, v_H, form, rates, mu0 }: Parameters): RatesModel {
  const [recD, recU, infD, infU, DD, DU, UU, UD] = names.map((_, k) => k);
  const shape = (t: number, mu: Float64Array): number =>
    form === "constant" ? 1 : form === "arc" ? (4 * t * (T - t)) / T ** 2 : mu[0];
  return {
    family: "finite",
    kind: "controlled-rates",
    horizon: T,
    states: namedAxis("state", [
      "defended infected",
      "defended susceptible",
      "undefended infected",
      "undefended susceptible",
    ]),
    initial: initialLaw(mu0, 4),
    parameters: {
      names,
      at: (t, mu, out) => out.set(rates.map((rate) => rate * shape(t, mu))),
      ...(form === "mean-field"
        ? {
            pull: (_t, _mu, slopes, into) => {
              rates.forEach((rate, k) => (into[0] += rate * slopes[k]));
            },
          }
        : {}),
    },
    moves: [
      ...[
        [DI, UI],
        [DS, US],
      ].flatMap(([x, y]) => [switching(x, y, speed, effort), switching(y, x, speed, effort)]),
      recovery(DI, DS, recD),
      recovery(UI, US, recU),
      infection(DS, DI, v_H, infD, DD, UD),
      infection(US, UI, v_H, infU, DU, UU),
    ],
    running: { value: (x) => (x === DI || x === DS ? k_D : 0) + (x === DI || x === UI ? k_I : 0) },
    terminal: { value: () => 0 },
  };
}

/** At the rate of the switch times the effort of those who gain by it; whoever is indifferent stays. */
function switching(from: number, to: number, speed: number, effort: number): Move {
  return {
    from,
    to,
    range: [0, 1],
    control: {
      value: (delta) => (delta < 0 ? Math.min((-speed * delta) / effort, 1) : 0),
      pull: (delta, _at, weight) => (delta < 0 && -speed * delta < effort ? (-weight * speed) / effort : 0),
    },
    rate: { value: (a) => speed * a, pull: (_a, _at, weight) => weight * speed },
    cost: { value: (a) => (effort / 2) * a * a, pull: (a, _at, weight) => weight * effort * a },
  };
}

function recovery(from: number, to: number, rate: number): Move {
  return chance(
    from,
    to,
    ({ gamma }) => gamma[rate],
    (_at, weight, into) => {
      into.gamma[rate] += weight;
    },
  );
}

/** From outside, by the defended and by the undefended. */
function infection(from: number, to: number, v_H: number, outside: number, byD: number, byU: number): Move {
  return chance(
    from,
    to,
    ({ gamma, mu }: Moment) => v_H * gamma[outside] + gamma[byD] * mu[DI] + gamma[byU] * mu[UI],
    ({ gamma, mu }, weight, into) => {
      into.gamma[outside] += weight * v_H;
      into.gamma[byD] += weight * mu[DI];
      into.gamma[byU] += weight * mu[UI];
      into.mu[DI] += weight * gamma[byD];
      into.mu[UI] += weight * gamma[byU];
    },
  );
}
