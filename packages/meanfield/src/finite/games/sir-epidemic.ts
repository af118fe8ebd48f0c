/**
 * An epidemic of people who may see fewer others, and may be vaccinated.
 *
 * T. C. Reluga, "Game theory of social distancing in response to an epidemic", PLoS Comput. Biol. 6 (2010) e1000793;
 * R. Elie, E. Hubert, G. Turinici, "Contact rate epidemic control of COVID-19: an equilibrium view", Math. Model. Nat. Phenom. 15
 * (2020) 35; vaccination as in L. Laguzet, G. Turinici, "Individual vaccination as Nash equilibrium in a SIR model with
 * application to the 2009–2010 influenza A (H1N1) epidemic in France", Bull. Math. Biol. 77 (2015) 1955–1984.
 */

import { z } from "zod";
import { InputError, flag, real, scalar, whole } from "../../core/index.ts";
import type { Game, ParametersOf, Quantities } from "../../core/index.ts";
import type { FiniteCandidate } from "../candidate.ts";
import { horizonParameter } from "../game-parts.ts";
import type { FiniteAxis, FiniteModel } from "../model.ts";
import { finiteQuantities, measureFinite, overTimes } from "../quantities.ts";
import { namedAxis } from "../space.ts";

const rate = { minimum: 0, maximum: 1000, unit: "1/day" } as const;
const cost = { minimum: 0, maximum: 1e6, unit: "cost/day" } as const;

const parameters = z.object({
  T: horizonParameter(80),
  dt: real(0.5, "Length of a step", { symbol: "\\Delta", minimum: 0, open: "minimum", maximum: 100, unit: "day" }),
  beta: real(0.4, "Rate of infection where everybody sees everybody as usual", { ...rate, symbol: "\\beta" }),
  gamma: real(0.125, "Rate of recovery", { ...rate, symbol: "\\gamma" }),
  I_0: real(0.01, "Share of infected at the start", { symbol: "I_0", minimum: 0, maximum: 1 }),
  R_0: real(0, "Share of recovered at the start", { symbol: "R_0", minimum: 0, maximum: 1 }),
  c_I: real(1, "Cost of being infected", { ...cost, symbol: "c_I" }),
  c_contact: real(1, "Cost of seeing fewer people: half of this for seeing nobody", { ...cost, symbol: "c_\\alpha" }),
  levels: whole(21, "Levels of contact from nobody to as usual; 1 for as usual only", { minimum: 1, maximum: 1001 }),
  vaccination: flag(false, "Whether the susceptible may ask to be vaccinated"),
  c_V: real(1, "Cost of a vaccination", { symbol: "c_V", minimum: 0, maximum: 1e6, unit: "cost" }),
  v_max: real(0.1, "Rate of vaccination of those who ask", { ...rate, symbol: "v" }),
});

type Parameters = ParametersOf<typeof parameters>;

/** Numbers of the states; the vaccinated, where there are any, are 3. */
const [S, I, R, V] = [0, 1, 2, 3];

/** People who reduce contacts as long as many are ill. */
export const sirEpidemic: Game<typeof parameters, FiniteModel, FiniteCandidate> = {
  id: "sir-epidemic",
  title: "Epidemic with reduced contacts",
  family: "finite",
  story:
    "The susceptible (S) choose how many people to see: contacts infect in proportion to the share of infected (I), and seeing fewer " +
    "costs. The infected recover (R) and are immune. Each looks after itself only, so that the peak is lower than without fear, and " +
    "higher than a planner would have it. With `vaccination` the susceptible may also pay to become immune (V), and " +
    "the more others do the less it is worth.",
  reference:
    "T. C. Reluga, PLoS Comput. Biol. 6 (2010) e1000793; R. Elie, E. Hubert, G. Turinici, Math. Model. Nat. Phenom. 15 (2020) 35",
  equations: [
    {
      caption: "Infection, recovery, vaccination",
      tex: "P(I\\mid S,\\alpha,\\mu)=1-e^{-\\beta\\alpha\\mu(I)\\Delta},\\quad P(R\\mid I)=1-e^{-\\gamma\\Delta},\\quad P(V\\mid S,v)=e^{-\\beta\\alpha\\mu(I)\\Delta}\\bigl(1-e^{-v\\Delta}\\bigr)",
    },
    {
      caption: "Reward for t < T, nothing at T",
      tex: "r(S,\\alpha,v)=-\\tfrac{c_\\alpha}2(1-\\alpha)^2\\Delta-c_V\\bigl(1-e^{-v\\Delta}\\bigr),\\qquad r(I)=-c_I\\Delta,\\qquad r(R)=r(V)=0",
    },
    {
      caption: "Without vaccination and reduced contacts",
      tex: "S_T=S_0\\,\\exp\\Bigl(-\\frac{\\beta\\Delta}{1-e^{-\\gamma\\Delta}}\\,(R_T-R_0)\\Bigr)",
    },
  ],
  parameters,
  presets: {
    fearless: { title: "Nobody sees fewer people: the epidemic by itself", parameters: { levels: 1 } },
    severe: { title: "A severe illness", parameters: { c_I: 5, T: 160 } },
    vaccine: { title: "A vaccine, and contacts as usual", parameters: { vaccination: true, levels: 1 } },
    both: { title: "A vaccine and reduced contacts", parameters: { vaccination: true } },
  },
  concepts: ["nash", "planner"],
  information: ["feedback"],
  check,
  build: modelOf,
  quantities: [
    ...finiteQuantities,
    {
      name: "peak_infected",
      title: "Peak of infection",
      story: "The largest share of infected at one time.",
    },
    { name: "peak_time", title: "Time of the peak", unit: "day", story: "When the share of infected is largest." },
    {
      name: "attack_rate",
      title: "Attack rate",
      story: "Share of those susceptible at the start who were infected by the end; 0 where nobody was.",
    },
    { name: "vaccinated", title: "Vaccinated share", story: "Share of people who were vaccinated by the end." },
    {
      name: "contacts",
      title: "Contacts",
      symbol: "\\bar\\alpha_t",
      story: "Mean contact level of the susceptible, at each time before the end.",
    },
    {
      name: "reproduction_number",
      title: "Effective reproduction number",
      story: "Infections by one infected at each time before the end: β ᾱ S over the rate of recovery.",
    },
    {
      name: "cost_of_infection",
      title: "Cost of an infection",
      unit: "cost",
      story: "What one who is infected at the start pays until recovery or the end.",
    },
  ],
  measure: (p, _question, candidate) => measured(p, candidate),
  exact: (p) => ({ cost_of_infection: () => scalar(costOfInfection(p)) }),
};

/** The infected neither choose anything nor see the others: c_I Δ times a geometric sum. */
function costOfInfection({ T, dt, gamma, c_I }: Parameters): number {
  const recovery = -Math.expm1(-gamma * dt);
  return c_I * dt * (recovery === 0 ? T : -Math.expm1(-gamma * dt * T) / recovery);
}

function check({ I_0, R_0 }: Parameters): void {
  if (I_0 + R_0 > 1) throw new InputError("I_0", I_0, `at most 1 − R_0 = ${1 - R_0}`);
}

/** Contact level of an action: contact levels run slowest. */
function contactOf({ levels }: Parameters): Float64Array {
  return Float64Array.from({ length: levels }, (_, k) => (levels === 1 ? 1 : k / (levels - 1)));
}

function modelOf(p: Parameters): FiniteModel {
  check(p);
  const { T, dt, beta, gamma, I_0, R_0, c_I, c_contact, vaccination, c_V, v_max } = p;
  const contact = contactOf(p);
  const recovery = -Math.expm1(-gamma * dt);
  const uptake = -Math.expm1(-v_max * dt);
  const choices = vaccination ? 2 : 1;
  const asks = (a: number): boolean => a % choices === 1;
  const levelOf = (a: number): number => contact[Math.floor(a / choices)];
  // Only the susceptible have anything to choose, and at T nobody has; a single contact level is the usual one.
  const usual = choices * (contact.length - 1);
  const actions: FiniteAxis[] = [{ name: "contact", grid: contact }];
  if (vaccination) actions.push(namedAxis("vaccine", ["no", "yes"]));
  return {
    family: "finite",
    kind: "discrete-time",
    horizon: T,
    populations: [
      {
        name: "people",
        states: [namedAxis("health", ["susceptible", "infected", "recovered", ...(vaccination ? ["vaccinated"] : [])])],
        actions,
        allowed: (t, s, a) => (s === S && t < T) || a === usual,
        initial: Float64Array.of(1 - I_0 - R_0, I_0, R_0, ...(vaccination ? [0] : [])),
        transition: {
          sees: "states",
          timed: false,
          successors: (_t, s, a, { states: [mu] }, emit) => {
            if (s === I) {
              emit(R, recovery);
              emit(I, 1 - recovery);
              return;
            }
            if (s !== S) {
              emit(s, 1);
              return;
            }
            const well = Math.exp(-beta * levelOf(a) * mu[I] * dt);
            emit(I, 1 - well);
            if (asks(a)) emit(V, well * uptake);
            emit(S, asks(a) ? well * (1 - uptake) : well);
          },
        },
        reward: {
          base: {
            timed: true,
            at: (t, s, a) => {
              if (t === T || s > I) return 0;
              if (s === I) return -c_I * dt;
              return (-c_contact / 2) * (1 - levelOf(a)) ** 2 * dt - (asks(a) ? c_V * uptake : 0);
            },
          },
        },
      },
    ],
  };
}

function measured(p: Parameters, candidate: FiniteCandidate): Quantities {
  const { T, dt, beta, gamma, vaccination } = p;
  const [states, choices] = vaccination ? [4, 2] : [3, 1];
  const {
    flow: [mu],
    policy: [policy],
  } = candidate;
  const levels = contactOf(p);
  const width = levels.length * choices;
  const share = (t: number, s: number): number => mu[t * states + s];
  let peak = 0;
  for (let t = 1; t <= T; t++) if (share(t, I) > share(peak, I)) peak = t;
  const vaccinated = vaccination ? share(T, V) : 0;
  const contacts = Float64Array.from({ length: T }, (_, t) => {
    let sum = 0;
    for (let a = 0; a < width; a++) sum += policy[t * states * width + a] * levels[Math.floor(a / choices)];
    return sum;
  });
  const common = measureFinite(candidate);
  return {
    ...common,
    peak_infected: () => scalar(share(peak, I)),
    peak_time: () => scalar(peak * dt),
    attack_rate: () =>
      scalar(share(0, S) > 0 ? (share(T, I) + share(T, R) - share(0, I) - share(0, R)) / share(0, S) : 0),
    vaccinated: () => scalar(vaccinated),
    contacts: () => overTimes(candidate.model, contacts),
    reproduction_number: () =>
      overTimes(
        candidate.model,
        contacts.map((level, t) => (beta * dt * level * share(t, S)) / -Math.expm1(-gamma * dt)),
      ),
    cost_of_infection: () => scalar(-common["value"]().at(0, I)),
  };
}
