/**
 * Equilibrium price: producers whose common supply makes the price.
 *
 * X. Guo, A. Hu, R. Xu, J. Zhang, "A general framework for learning mean-field games", Math. Oper. Res. 48 (2023) 656–686,
 * section 7; the form and defaults of MFGLib.
 */

import { z } from "zod";
import { json, real, whole } from "../../core/index.ts";
import type { Game, ParametersOf } from "../../core/index.ts";
import type { FiniteCandidate } from "../candidate.ts";
import { horizonParameter, initialLaw, initialParameter } from "../game-parts.ts";
import type { FiniteModel } from "../model.ts";
import { finiteQuantities, measureFinite } from "../quantities.ts";
import { wholeAxis } from "../space.ts";

const positive = { minimum: 0, open: "minimum", maximum: 1e6 } as const;

const parameters = z.object({
  T: horizonParameter(4),
  s_inv: whole(3, "Largest inventory", { minimum: 0, maximum: 10_000 }),
  Q: whole(2, "Most that is produced and sold at a time", { symbol: "Q", minimum: 0, maximum: 1000 }),
  H: whole(2, "Most that inventory is refilled with at a time", { symbol: "H", minimum: 0, maximum: 1000 }),
  d: real(1, "Demand", { ...positive, symbol: "d" }),
  e0: real(1, "Supply that does not come from the players", { ...positive, symbol: "e_0" }),
  sigma: real(1, "Elasticity of demand", { ...positive, symbol: "\\sigma" }),
  c: json(
    z.array(z.number()).length(5),
    [1, 1, 1, 1, 1],
    "Costs c0 … c4: of a unit, quadratic, of refilling, of a unit sold beyond inventory, of holding",
    "c",
  ),
  mu0: initialParameter("uniform"),
});

/** Producers with inventories who sell at the price that all of them together make. */
export const equilibriumPrice: Game<typeof parameters, FiniteModel, FiniteCandidate> = {
  id: "equilibrium-price",
  title: "Equilibrium price",
  family: "finite",
  story:
    "Producers choose what to sell and how much to refill their inventory with. The price falls with what all sell " +
    "together; selling beyond one's inventory means hurried production at a loss, and inventory costs. The coupling is by one " +
    "number a time, the price.",
  reference:
    "X. Guo, A. Hu, R. Xu, J. Zhang, A general framework for learning mean-field games, Math. Oper. Res. 48 (2023) 656–686",
  equations: [
    {
      caption: "Price",
      tex: "p_t=\\Bigl(\\frac{d}{\\sum_{s,q,h}q\\,L_t(s,q,h)+e_0}\\Bigr)^{1/\\sigma}",
    },
    { caption: "Inventory", tex: "s'=\\min\\{s-\\min\\{q,s\\}+h,\\;s_{\\max}\\}" },
    {
      caption: "Reward",
      tex: "r=(p_t-c_0)q-c_1q^2-c_2h-(c_2+c_3)\\max\\{q-s,0\\}-c_4s",
    },
  ],
  parameters,
  presets: {},
  concepts: ["nash", "planner"],
  information: ["feedback"],
  build: modelOf,
  quantities: [
    ...finiteQuantities,
    {
      name: "price",
      title: "Price",
      symbol: "p_t",
      story: "Price at each time, at what is supplied under the policy.",
    },
  ],
  measure: (p, _question, candidate) => {
    const { states, horizon } = { states: p.s_inv + 1, horizon: p.T };
    const actions = (p.Q + 1) * (p.H + 1);
    const price = (t: number): number => {
      const [policy, flow] = [candidate.policy[0], candidate.flow[0]];
      const pairs = Float64Array.from({ length: states * actions }, (_, i) => {
        const s = Math.floor(i / actions);
        return flow[t * states + s] * policy[t * states * actions + i];
      });
      return priceAt(p, pairs);
    };
    const grid = Float64Array.from({ length: horizon + 1 }, (_, t) => t);
    return {
      ...measureFinite(candidate),
      price: () => ({ axes: [{ name: "t", grid, kind: "discrete" }], at: price }),
    };
  },
};

type Parameters = ParametersOf<typeof parameters>;

/** The price at a law over pairs. */
function priceAt({ Q, H, d, e0, sigma }: Parameters, pairs: Float64Array): number {
  let supply = 0;
  for (let i = 0; i < pairs.length;) {
    for (let q = 0; q <= Q; q++) {
      for (let h = 0; h <= H; h++, i++) supply += q * pairs[i];
    }
  }
  return (d / (supply + e0)) ** (1 / sigma);
}

function modelOf(p: Parameters): FiniteModel {
  const { T, s_inv, Q, H, c, mu0 } = p;
  const sold = (a: number): number => Math.floor(a / (H + 1));
  const refilled = (a: number): number => a % (H + 1);
  return {
    family: "finite",
    kind: "discrete-time",
    horizon: T,
    features: {
      count: 1,
      read: (_t, laws, out) => (out[0] = priceAt(p, laws.pairs[0])),
    },
    populations: [
      {
        name: "producers",
        states: [wholeAxis("inventory", s_inv + 1)],
        actions: [wholeAxis("sold", Q + 1), wholeAxis("refilled", H + 1)],
        initial: initialLaw(mu0, s_inv + 1),
        transition: {
          sees: "nothing",
          timed: false,
          successors: (_t, s, a, _laws, emit) => emit(Math.min(s - Math.min(sold(a), s) + refilled(a), s_inv), 1),
        },
        reward: {
          base: {
            timed: false,
            at: (_t, s, a) => {
              const [q, h] = [sold(a), refilled(a)];
              return -c[0] * q - c[1] * q * q - c[2] * h - (c[2] + c[3]) * Math.max(q - s, 0) - c[4] * s;
            },
          },
          coupled: {
            sees: "pairs",
            at: (_t, _s, a, { features: [price] }) => price * sold(a),
            factors: {
              count: 1,
              weights: (_t, { features: [price] }, out) => (out[0] = price),
              table: (_k, _s, a) => sold(a),
            },
          },
        },
      },
    ],
  };
}
