/**
 * Players who jump by chance unless they pay for other rates, by the relative entropy between both.
 *
 * Without crowding the problem is linear in exp(−u): E. Todorov, "Efficient computation of optimal actions", PNAS 106 (2009)
 * 11478–11483; in continuous time W. H. Fleming, "Logarithmic transformations and stochastic control", 1982.
 */

import { z } from "zod";
import { evenGrid, json, real, scalar, whole } from "../../core/index.ts";
import type { Game, ParametersOf, Quantities, Quantity } from "../../core/index.ts";
import { matrixExponential } from "../../numeric/matrix-exponential.ts";
import { initialLaw, initialParameter, requireLength } from "../game-parts.ts";
import { wholeAxis } from "../space.ts";
import type { RatesCandidate } from "../rates/candidate.ts";
import type { Move, RatesModel } from "../rates/model.ts";
import { everywhere, itself } from "../rates/pieces.ts";
import { fieldOf, measureRates, ratesQuantities } from "../rates/quantities.ts";

const costs = (meaning: string, symbol: string, fallback: number[]) =>
  json(z.array(z.number().min(-1e3).max(1e3)).min(1).max(256), fallback, `${meaning}: one number a state`, symbol);

const parameters = z.object({
  d: whole(3, "States 0, …, d − 1", { symbol: "d", minimum: 2, maximum: 256 }),
  T: real(1, "Horizon", { symbol: "T", minimum: 0, open: "minimum", maximum: 1000 }),
  q: real(1, "Rate of every jump that costs nothing", { symbol: "q", minimum: 0, open: "minimum", maximum: 50 }),
  running: costs("Cost per time", "c", [0, 0.5, 1]),
  terminal: costs("Cost at the end", "g", [0, 1, 2]),
  kappa: real(0, "Cost of company, per time and share of the state; none leaves a closed form", {
    symbol: "\\kappa",
    minimum: 0,
    maximum: 1e4,
  }),
  mu0: initialParameter("uniform"),
});

type Parameters = ParametersOf<typeof parameters>;

/** Rates beyond are not allowed. */
const most = 100;

/** Players whose haste is charged by information. */
export const klRates: Game<typeof parameters, RatesModel, RatesCandidate> = {
  id: "kl-rates",
  title: "Jumps charged by relative entropy",
  family: "finite",
  story:
    "Left alone, players jump anywhere at one rate; other rates cost what the law of the path then differs, in relative entropy. " +
    "States differ in cost, and crowded ones may cost more. Without crowding the exponential of minus the value solves a linear " +
    "equation: a closed form to hold methods against.",
  reference: "E. Todorov, Efficient computation of optimal actions, PNAS 106 (2009) 11478–11483",
  equations: [
    {
      caption: "Running cost",
      tex: "f(x,a,\\mu)=\\sum_{y\\neq x}\\Bigl(a_{xy}\\ln\\frac{a_{xy}}q-a_{xy}+q\\Bigr)+c_x+\\kappa\\,\\mu(x),\\qquad a^*_{xy}=q\\,e^{-(u_y-u_x)}",
    },
    { caption: "Without crowding", tex: "e^{-u(t)}=e^{(Q-\\operatorname{diag}c)(T-t)}\\,e^{-g}" },
  ],
  parameters,
  presets: { crowded: { title: "Crowded states cost more", parameters: { kappa: 2 } } },
  concepts: ["nash", "planner"],
  information: ["feedback"],
  check: ({ d, running, terminal }) => {
    requireLength("running", running, d);
    requireLength("terminal", terminal, d);
  },
  build: modelOf,
  quantities: ratesQuantities,
  measure: (_p, _question, candidate) => measureRates(candidate),
  exact: closedForm,
};

function modelOf({ d, T, q, running, terminal, kappa, mu0 }: Parameters): RatesModel {
  const [price, company] = [0, 1];
  return {
    family: "finite",
    kind: "controlled-rates",
    horizon: T,
    states: wholeAxis("state", d),
    initial: initialLaw(mu0, d),
    parameters: {
      names: ["q", "kappa"],
      at: (_t, _mu, out) => {
        out[price] = q;
        out[company] = kappa;
      },
    },
    moves: everywhere(d, jump),
    running: {
      value: (x, { gamma, mu }) => running[x] + gamma[company] * mu[x],
      pull: (x, { gamma, mu }, weight, into) => {
        into.gamma[company] += weight * mu[x];
        into.mu[x] += weight * gamma[company];
      },
    },
    terminal: { value: (x) => terminal[x] },
  };
}

/** a ln(a/q) − a + q for the rate a. */
function jump(from: number, to: number): Move {
  return {
    from,
    to,
    range: [0, most],
    control: {
      value: (delta, { gamma: [q] }) => Math.min(q * Math.exp(-delta), most),
      pull: (delta, { gamma: [q] }, weight, into) => {
        const a = q * Math.exp(-delta);
        if (!(a < most)) return 0;
        into.gamma[0] += weight * Math.exp(-delta);
        return -weight * a;
      },
    },
    rate: itself,
    cost: {
      value: (a, { gamma: [q] }) => (a > 0 ? a * Math.log(a / q) : 0) - a + q,
      pull: (a, { gamma: [q] }, weight, into) => {
        into.gamma[0] += weight * (1 - a / q);
        return weight * Math.log(a / q);
      },
    },
  };
}

/** Where nobody minds company: φ = e^{−u} solves φ̇ = −(Q − diag c) φ, and flows are those of Doob's transform by φ. */
function closedForm({ d, T, q, running, terminal, kappa, mu0 }: Parameters): Quantities {
  if (kappa > 0) return {};
  const generator = new Float64Array(d * d);
  for (let x = 0; x < d; x++)
    for (let y = 0; y < d; y++) generator[x * d + y] = x === y ? -(d - 1) * q - running[x] : q;
  const after = (time: number): Float64Array =>
    matrixExponential({ rows: d, columns: d, data: generator.map((entry) => entry * time) }).data;
  const phiAt = (t: number): Float64Array => {
    const P = after(T - t);
    return Float64Array.from({ length: d }, (_, x) =>
      terminal.reduce((sum, g, y) => sum + P[x * d + y] * Math.exp(-g), 0),
    );
  };
  const initial = initialLaw(mu0, d);
  const start = phiAt(0);
  const lawAt = (t: number): Float64Array => {
    const [P, phi] = [after(t), phiAt(t)];
    return phi.map((value, y) => value * initial.reduce((sum, share, x) => sum + (share / start[x]) * P[x * d + y], 0));
  };
  const fastest = (t: number): number => (q * Math.max(...phiAt(t))) / Math.min(...phiAt(t));
  const t = evenGrid(0, T, 101);
  // Then the bound on rates is met, which it knows nothing of.
  if (t.some((time) => !(fastest(time) <= most))) return {};
  const field = (at: (t: number) => Float64Array): Quantity => fieldOf(t, wholeAxis("state", d), at);
  const cost = initial.reduce((sum, share, x) => sum - share * Math.log(start[x]), 0);
  return {
    value: () => field((time) => phiAt(time).map((phi) => -Math.log(phi))),
    flow: () => field(lawAt),
    social_cost: () => scalar(cost),
    exploitability: () => scalar(0),
  };
}
