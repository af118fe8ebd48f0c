/**
 * Cyber-security: pay for defence, or take the risk that the others make.
 *
 * V. Kolokoltsov, A. Bensoussan, "Mean-field-game model for botnet defense in cyber-security", Appl. Math. Optim. 74 (2016)
 * 669–692; R. Carmona, F. Delarue, "Probabilistic Theory of Mean Field Games", vol. I (2018), section 7.2.3, whose symbols and
 * numbers are kept; here in steps of Δ, by Euler's rule.
 */

import { z } from "zod";
import { InputError, real, scalar } from "../../core/index.ts";
import type { Game, ParametersOf } from "../../core/index.ts";
import type { FiniteCandidate } from "../candidate.ts";
import { horizonParameter, initialLaw, initialParameter } from "../game-parts.ts";
import type { FiniteModel } from "../model.ts";
import { finiteQuantities, measureFinite, overTimes } from "../quantities.ts";
import { namedAxis } from "../space.ts";

const rate = { minimum: 0, maximum: 1000, unit: "1/year" } as const;
const cost = { minimum: 0, maximum: 1e6, unit: "cost/year" } as const;

const parameters = z.object({
  T: horizonParameter(100),
  dt: real(0.1, "Length of a step", { symbol: "\\Delta", minimum: 0, open: "minimum", maximum: 100, unit: "year" }),
  lambda: real(0.8, "Speed of a switch of defence once it is asked for", { ...rate, symbol: "\\lambda" }),
  v_H: real(0.6, "Strength of the hackers", { symbol: "v_H", minimum: 0, maximum: 1000 }),
  k_D: real(0.3, "Cost of being defended", { ...cost, symbol: "k_D" }),
  k_I: real(0.5, "Cost of being infected", { ...cost, symbol: "k_I" }),
  q_rec_D: real(0.5, "Recovery of the defended", { ...rate, symbol: "q_{\\mathrm{rec}}^D" }),
  q_rec_U: real(0.4, "Recovery of the undefended", { ...rate, symbol: "q_{\\mathrm{rec}}^U" }),
  q_inf_D: real(0.4, "Direct attacks on the defended, a unit of strength", { ...rate, symbol: "q_{\\mathrm{inf}}^D" }),
  q_inf_U: real(0.3, "Direct attacks on the undefended, a unit of strength", {
    ...rate,
    symbol: "q_{\\mathrm{inf}}^U",
  }),
  beta_DD: real(0.4, "Contagion from defended to defended", { ...rate, symbol: "\\beta_{DD}" }),
  beta_DU: real(0.3, "Contagion from defended to undefended", { ...rate, symbol: "\\beta_{DU}" }),
  beta_UU: real(0.3, "Contagion from undefended to undefended", { ...rate, symbol: "\\beta_{UU}" }),
  beta_UD: real(0.4, "Contagion from undefended to defended", { ...rate, symbol: "\\beta_{UD}" }),
  mu0: initialParameter("uniform", "shares of DI, DS, UI and US, or uniform"),
});

type Parameters = ParametersOf<typeof parameters>;

/** Numbers of the states: defended or not, infected or susceptible; the last, US, is 3. */
const [DI, DS, UI] = [0, 1, 2];

/** Owners of computers who switch their defence on and off while infections spread. */
export const cyberSecurity: Game<typeof parameters, FiniteModel, FiniteCandidate> = {
  id: "cyber-security",
  title: "Cyber-security",
  family: "finite",
  story:
    "Computers are defended (D) or not (U), infected (I) or susceptible (S). Hackers attack them directly and the infected infect " +
    "others; owners may ask for their defence to be switched, which takes a while, and defence costs as infection does. The " +
    "numbers of the book have defended computers attacked more than others are, so that nobody stays defended; " +
    "preset `worth-it` has a defence that works, `free-riders` one that would, if others had it too.",
  reference:
    "V. Kolokoltsov, A. Bensoussan, Appl. Math. Optim. 74 (2016) 669–692; R. Carmona, F. Delarue, Probabilistic Theory of Mean Field Games, vol. I (2018), section 7.2.3",
  equations: [
    {
      caption: "Infection",
      tex: "P(DI\\mid DS)=\\bigl(v_Hq_{\\mathrm{inf}}^D+\\beta_{DD}\\,\\mu(DI)+\\beta_{UD}\\,\\mu(UI)\\bigr)\\Delta,\\quad P(UI\\mid US)=\\bigl(v_Hq_{\\mathrm{inf}}^U+\\beta_{UU}\\,\\mu(UI)+\\beta_{DU}\\,\\mu(DI)\\bigr)\\Delta",
    },
    {
      caption: "Recovery and switches",
      tex: "P(DS\\mid DI)=q_{\\mathrm{rec}}^D\\Delta,\\quad P(US\\mid UI)=q_{\\mathrm{rec}}^U\\Delta,\\quad P(U\\cdot\\mid D\\cdot)=P(D\\cdot\\mid U\\cdot)=\\lambda a\\Delta,\\ a\\in\\{0,1\\}",
    },
    {
      caption: "Reward",
      tex: "r_t(s)=-\\bigl(k_D\\mathbf 1_{\\{s\\in\\{DI,DS\\}\\}}+k_I\\mathbf 1_{\\{s\\in\\{DI,UI\\}\\}}\\bigr)\\Delta\\ (t<T),\\qquad r_T=0",
    },
  ],
  parameters,
  presets: {
    "worth-it": {
      title: "A defence that works: few attacks get through, recovery is quick",
      parameters: { q_inf_D: 0.05, beta_DD: 0.05, beta_UD: 0.05, q_rec_D: 1, k_D: 0.08 },
    },
    "free-riders": {
      title: "Contagion: nobody pays for the defence that would protect the others too",
      parameters: { v_H: 0.2, q_inf_D: 0.1, beta_DD: 0.2, beta_UD: 0.2, beta_DU: 1, beta_UU: 1, k_D: 0.25 },
    },
  },
  concepts: ["nash", "planner"],
  information: ["feedback"],
  check,
  build: modelOf,
  quantities: [
    ...finiteQuantities,
    { name: "infected", title: "Infected share", story: "Share of computers that are infected, at each time." },
    { name: "defended", title: "Defended share", story: "Share of computers that are defended, at each time." },
    {
      name: "peak_infected",
      title: "Peak of infection",
      story: "The largest share of computers that are infected at one time.",
    },
  ],
  measure: (_p, _question, candidate) => {
    const { horizon } = candidate.model;
    const shares = ([one, two]: readonly [number, number]) =>
      Float64Array.from(
        { length: horizon + 1 },
        (_, t) => candidate.flow[0][4 * t + one] + candidate.flow[0][4 * t + two],
      );
    const infected = shares([DI, UI]);
    return {
      ...measureFinite(candidate),
      infected: () => overTimes(candidate.model, infected),
      defended: () => overTimes(candidate.model, shares([DI, DS])),
      peak_infected: () => scalar(Math.max(...infected)),
    };
  },
};

/** @throws InputError where a step is too long for its rates to be probabilities. */
function check(p: Parameters): void {
  const attacked = (direct: number, ...betas: number[]): number => p.v_H * direct + Math.max(...betas);
  const out = Math.max(
    p.q_rec_D,
    p.q_rec_U,
    attacked(p.q_inf_D, p.beta_DD, p.beta_UD),
    attacked(p.q_inf_U, p.beta_DU, p.beta_UU),
  );
  const most = p.lambda + out;
  if (p.dt * most > 1)
    throw new InputError("dt", p.dt, `at most ${Number((1 / most).toPrecision(3))}, one over the largest rate`);
}

function modelOf(p: Parameters): FiniteModel {
  check(p);
  const { T, dt, lambda, k_D, k_I, mu0 } = p;
  return {
    family: "finite",
    kind: "discrete-time",
    horizon: T,
    populations: [
      {
        name: "computers",
        states: [
          namedAxis("computer", [
            "defended, infected",
            "defended, susceptible",
            "undefended, infected",
            "undefended, susceptible",
          ]),
        ],
        actions: [namedAxis("action", ["keep", "switch"])],
        initial: initialLaw(mu0, 4),
        transition: {
          sees: "states",
          timed: false,
          successors: (_t, s, a, { states: [mu] }, emit) => {
            const switched = lambda * a * dt;
            const health = dt * healthRate(p, s, mu);
            emit((s + 2) % 4, switched);
            emit(s ^ 1, health);
            emit(s, 1 - switched - health);
          },
        },
        reward: {
          // After the last step nothing is paid: what counts is the time on the way.
          base: {
            timed: true,
            at: (t, s) => (t < T ? -dt * ((s < UI ? k_D : 0) + (s === DI || s === UI ? k_I : 0)) : 0),
          },
        },
      },
    ],
  };
}

/** The rate of falling ill, or of recovering. */
function healthRate(p: Parameters, s: number, mu: Float64Array): number {
  const { v_H } = p;
  switch (s) {
    case DI:
      return p.q_rec_D;
    case UI:
      return p.q_rec_U;
    case DS:
      return v_H * p.q_inf_D + p.beta_DD * mu[DI] + p.beta_UD * mu[UI];
    default:
      return v_H * p.q_inf_U + p.beta_UU * mu[UI] + p.beta_DU * mu[DI];
  }
}
