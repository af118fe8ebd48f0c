/**
 * The beach bar on a graphon: types of people who mind some more than others.
 *
 * P. E. Caines, M. Huang, "Graphon mean field games and their equations", SIAM J. Control Optim. 59 (2021) 4373–4399; K. Cui,
 * H. Koeppl, "Learning graphon mean field games and approximate Nash equilibria", ICLR 2022, whose graphons are here; the beach of
 * S. Perrin et al., NeurIPS 2020. Types are the midpoints α_i = (i − ½)/K, equally many, a population each.
 */

import { z } from "zod";
import { InputError, choice, json, real, whole } from "../../core/index.ts";
import type { Axis, Game, ParametersOf, Quantities, Quantity } from "../../core/index.ts";
import type { FiniteCandidate } from "../candidate.ts";
import {
  aroundCircle,
  floorParameter,
  horizonParameter,
  initialLaw,
  initialParameter,
  stillParameter,
  wrap,
} from "../game-parts.ts";
import type { FiniteModel, Reward } from "../model.ts";
import { finiteQuantities, measureFinite } from "../quantities.ts";
import { wholeAxis } from "../space.ts";

const parameters = z.object({
  T: horizonParameter(10),
  n: whole(10, "Places on the beach", { symbol: "n", minimum: 2, maximum: 10_000 }),
  bar_loc: whole(5, "Place of the bar", { minimum: 0, maximum: 9999 }),
  types: whole(5, "Number of types", { symbol: "K", minimum: 1, maximum: 50 }),
  graphon: choice(
    ["constant", "rank-one", "min", "max", "power-law", "block"],
    "max",
    "W(α,β): constant p; rank-one (1 − cα)(1 − cβ); min min(α,β); max 1 − max(α,β); power-law (1 − g)²(αβ)^−g; block by two or more communities",
  ),
  p: real(1, "With the constant graphon: p", { symbol: "p", minimum: 0, open: "minimum", maximum: 1 }),
  c: real(0.9, "With the rank-one graphon: c", { symbol: "c", minimum: 0, maximum: 1, open: "maximum" }),
  g: real(0.3, "With the power law: g", { symbol: "g", minimum: 0, maximum: 1, open: "maximum" }),
  blocks: json(
    z.array(z.array(z.number().min(0).max(1e6)).min(1)).min(1),
    [
      [1, 0.1],
      [0.1, 1],
    ],
    "With the block graphon: how much communities, equally large parts of [0, 1], mind each other",
  ),
  aversion: choice(
    ["linear", "log"],
    "linear",
    "linear: a crowd costs κ n z, 1 where an even one is; log: ln(z + ε), as in beach-bar",
  ),
  kappa: real(2, "Weight of crowds", { symbol: "\\kappa", minimum: 0, maximum: 1e6 }),
  log_eps: floorParameter(1e-20),
  p_still: stillParameter(),
  mu0: initialParameter("uniform"),
});

type Parameters = ParametersOf<typeof parameters>;

/** People on a circular beach, some of whom know, and mind, many others. */
export const graphonBeach: Game<typeof parameters, FiniteModel, FiniteCandidate> = {
  id: "graphon-beach",
  title: "Beach bar on a graphon",
  family: "finite",
  story:
    "The people of the beach bar are of different types: type α minds type β by W(α, β), the graphon, the limit of large networks. " +
    "With linear aversion those who know many lie far from the bar and leave it to those who know few. With " +
    "logarithmic aversion only proportions matter: where all start alike, all types lying alike is an equilibrium whatever " +
    "the graphon. Exploitability is the sum over types.",
  reference:
    "P. E. Caines, M. Huang, Graphon mean field games and their equations, SIAM J. Control Optim. 59 (2021); K. Cui, H. Koeppl, ICLR 2022",
  equations: [
    {
      caption: "Neighbours",
      tex: "z_t^i(s)=\\frac1K\\sum_jW(\\alpha_i,\\alpha_j)\\,\\mu_t^j(s),\\qquad\\alpha_i=\\frac{i-1/2}K",
    },
    {
      caption: "Reward of type i",
      tex: "r^i=-d(s,\\text{bar})-\\frac{|a|}n-\\kappa\\,n\\,z^i(s)\\quad\\text{or}\\quad-d(s,\\text{bar})-\\frac{|a|}n-\\kappa\\ln(z^i(s)+\\varepsilon)",
    },
    {
      caption: "Moves",
      tex: "s'=s+a+e,\\qquad a\\in\\{-1,0,1\\},\\qquad P(e=0)=p_{\\text{still}},\\quad P(e=\\pm1)=\\tfrac{1-p_{\\text{still}}}2",
    },
  ],
  parameters,
  presets: {
    "one-beach": {
      title: "A constant graphon and logarithms: the beach bar, type by type",
      parameters: { graphon: "constant", aversion: "log", kappa: 1, T: 2, n: 4, bar_loc: 2, types: 3 },
    },
    "rank-one": { title: "Popular and lonely people", parameters: { graphon: "rank-one" } },
    "power-law": { title: "A few know nearly all", parameters: { graphon: "power-law", g: 0.5 } },
    communities: { title: "Two communities that hardly mind each other", parameters: { graphon: "block", types: 4 } },
  },
  concepts: ["nash", "planner"],
  information: ["feedback"],
  check,
  build: modelOf,
  quantities: [
    ...finiteQuantities,
    {
      name: "gain",
      title: "Exploitability of a type",
      story: "What one player of each type gains by a best response.",
    },
    { name: "reward", title: "Mean reward of a type", story: "Expected sum of rewards of a player of each type." },
    {
      name: "degree",
      title: "Degree of a type",
      symbol: "\\sum_jW(\\alpha_i,\\alpha_j)/K",
      story: "How much each type minds everybody together.",
    },
    {
      name: "crowd",
      title: "Crowd",
      symbol: "\\mu_t(s)",
      story: "Share of all people in each place at each time.",
    },
    {
      name: "distance",
      title: "Distance to the bar",
      story: "Mean distance to the bar of each type at the end.",
    },
  ],
  axes: { type: { title: "type", symbol: "\\alpha" } },
  measure: (p, _question, candidate) => measured(p, candidate),
};

function check({ n, bar_loc, graphon, blocks, types }: Parameters): void {
  if (bar_loc >= n) throw new InputError("bar_loc", bar_loc, `a place of the beach, at most ${n - 1}`);
  if (graphon !== "block") return;
  if (blocks.some((row, i) => row.length !== blocks.length || row.some((weight, j) => weight !== blocks[j]?.[i])))
    throw new InputError("blocks", blocks, "a symmetric matrix");
  if (types % blocks.length !== 0)
    throw new InputError("types", types, `a multiple of ${blocks.length}, as many in each community`);
}

/** W(α, β). */
function graphonOf({ graphon, p, c, g, blocks }: Parameters): (x: number, y: number) => number {
  const community = (x: number): number => Math.min(blocks.length - 1, Math.floor(x * blocks.length));
  switch (graphon) {
    case "constant":
      return () => p;
    case "rank-one":
      return (x, y) => (1 - c * x) * (1 - c * y);
    case "min":
      return Math.min;
    case "max":
      return (x, y) => 1 - Math.max(x, y);
    case "power-law":
      return (x, y) => (1 - g) ** 2 * (x * y) ** -g;
    case "block":
      return (x, y) => blocks[community(x)][community(y)];
  }
}

/** α_i. */
function typesOf({ types }: Parameters): Float64Array {
  return Float64Array.from({ length: types }, (_, i) => (i + 0.5) / types);
}

/** W(α_i, α_j)/K, a row a type. */
function weightsOf(p: Parameters): number[][] {
  const [alpha, W] = [Array.from(typesOf(p)), graphonOf(p)];
  return alpha.map((x) => alpha.map((y) => W(x, y) / p.types));
}

function modelOf(p: Parameters): FiniteModel {
  check(p);
  const { T, n, bar_loc, aversion, kappa, log_eps, p_still, mu0 } = p;
  const weights = weightsOf(p);
  const base: Reward["base"] = {
    timed: false,
    at: (_t, s, a) => -aroundCircle(s, bar_loc, n) - Math.abs(a - 1) / n,
  };
  const rewardOf = (i: number): Reward =>
    aversion === "linear"
      ? {
          base,
          couplings: [{ form: "local", weights: Float64Array.from(weights[i], (weight) => -kappa * n * weight) }],
        }
      : {
          base,
          coupled: {
            sees: "states",
            at: (_t, s, _a, { features }) => -kappa * Math.log(features[i * n + s] + log_eps),
          },
        };
  return {
    family: "finite",
    kind: "discrete-time",
    horizon: T,
    ...(aversion === "linear"
      ? {}
      : {
          features: {
            count: p.types * n,
            read: (_t, { states }, out) => {
              out.fill(0);
              weights.forEach((row, i) =>
                row.forEach((weight, j) => {
                  for (let s = 0; s < n; s++) out[i * n + s] += weight * states[j][s];
                }),
              );
            },
          },
        }),
    populations: weights.map((_, i) => ({
      name: `type_${i + 1}`,
      states: [wholeAxis("x", n)],
      actions: [wholeAxis("move", 3, -1)],
      initial: initialLaw(mu0, n),
      transition: {
        sees: "nothing",
        timed: false,
        successors: (_t, s, a, _laws, emit) => {
          const aim = s + a - 1;
          emit(wrap(aim, n), p_still);
          emit(wrap(aim - 1, n), (1 - p_still) / 2);
          emit(wrap(aim + 1, n), (1 - p_still) / 2);
        },
      },
      reward: rewardOf(i),
    })),
  };
}

/** Those of all populations with the type for an axis, after time where there is one. */
function measured(p: Parameters, candidate: FiniteCandidate): Quantities {
  const { n, bar_loc, types, T } = p;
  const each = measureFinite(candidate);
  const one = types === 1;
  const part = (name: string, i: number): Quantity => each[one ? name : `${name}_type_${i + 1}`]();
  const type: Axis = { name: "type", grid: typesOf(p), kind: "discrete" };
  const index = new Map(Array.from(type.grid, (alpha, i) => [alpha, i]));
  const joined = (name: string): Quantity => {
    const parts = Array.from(type.grid, (_, i) => part(name, i));
    const [time, ...rest] = parts[0].axes;
    return {
      axes: [time, type, ...rest],
      at: (t, alpha, ...others) => {
        const i = index.get(alpha);
        return i === undefined ? Number.NaN : parts[i].at(t, ...others);
      },
    };
  };
  const byType = (values: readonly number[]): Quantity => ({
    axes: [type],
    at: (alpha) => values[index.get(alpha) ?? Number.NaN],
  });
  const all = <X>(make: (i: number) => X): X[] => Array.from(type.grid, (_, i) => make(i));
  const { flow } = candidate;
  const crowd = flow[0].map((_, k) => flow.reduce((sum, mu) => sum + mu[k], 0) / types);
  return {
    ...Object.fromEntries(Object.entries(each).filter(([name]) => !name.includes("_type_"))),
    value: () => joined("value"),
    policy: () => joined("policy"),
    flow: () => joined("flow"),
    gain: () => byType(all((i) => part("exploitability", i).at())),
    reward: () => byType(all((i) => part("mean_reward", i).at())),
    degree: () => byType(weightsOf(p).map((row) => row.reduce((sum, weight) => sum + weight, 0))),
    crowd: () => {
      const { axes } = part("flow", 0);
      return { axes, at: (t, x) => crowd[t * n + x] };
    },
    distance: () =>
      byType(
        all((i) => flow[i].subarray(T * n).reduce((sum, share, x) => sum + share * aroundCircle(x, bar_loc, n), 0)),
      ),
  };
}
