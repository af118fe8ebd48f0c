import { describe, expect, it } from "vitest";
import { blowUpHorizon } from "./blow-up.ts";
import { conditionalMeanAlong } from "./conditional-mean.ts";
import { expectedCost } from "./cost.ts";
import type { LinearQuadraticModel } from "./model.ts";
import { commodityProducers, energyTransition, priceImpact, systemicRisk, tradeCrowding } from "./models.testing.ts";
import type { MomentsAtTime } from "./moments.ts";
import { moments } from "./moments.ts";
import { solvePlanner } from "./planner.ts";
import type { Entry, Numbers, Rule } from "./reference-numbers.testing.ts";
import {
  feedback,
  gain,
  limit,
  load,
  openLoop,
  planner,
  questionOf,
  strategyOf,
  mismatches,
} from "./reference-numbers.testing.ts";

/** Gains on (x − x̄, x̄, …, 1) at t, whatever the number of common states. */
function gainsOf(model: LinearQuadraticModel, question = limit, t = 0): readonly number[] {
  const K = gain(model, strategyOf(keyOf(model), model, question), t);
  return [K[0], K[0] + K[1], ...K.subarray(2)];
}

function costOf(model: LinearQuadraticModel, question = limit): number {
  return expectedCost(model, question.players, strategyOf(keyOf(model), model, question));
}

function momentsOf(model: LinearQuadraticModel, question = limit, t = model.horizon): MomentsAtTime {
  return moments(model, question.players, strategyOf(keyOf(model), model, question)).at(t);
}

const keys = new Map<LinearQuadraticModel, string>();
function keyOf(model: LinearQuadraticModel): string {
  const key = keys.get(model) ?? String(keys.size);
  keys.set(model, key);
  return key;
}

/** One model per builder and parameters, so that each is solved once. */
function cached<P>(build: (p: P) => LinearQuadraticModel): (p: P) => LinearQuadraticModel {
  const built = new Map<string, LinearQuadraticModel>();
  return (p) => {
    const key = JSON.stringify(p);
    const model = built.get(key) ?? build(p);
    built.set(key, model);
    return model;
  };
}

const argument = (entry: Entry, name: string): number => entry.args?.[name] as number;
const listed = (entry: Entry, name: string): readonly number[] => [entry.args?.[name] ?? []].flat();
const asked = ({ id }: Entry) => (/\.mfc\.|chi_mfc|cartel/.test(id) ? planner(Infinity) : limit);
const part = (id: string, i: number): string => id.split(".")[i];

type Energy = Parameters<typeof energyTransition>[0];
const energy = cached(energyTransition);

const energyRules: readonly Rule<Energy>[] = [
  {
    pattern: /\.(mfg|mfc)\.(eta|chi|psi)\./,
    answer: (entry, p) => {
      const [own, mean, constant] = gainsOf(energy(p), asked(entry), argument(entry, "t"));
      return -p.k * { eta: own, chi: mean, psi: constant }[part(entry.id, 3) as "eta" | "chi" | "psi"];
    },
  },
  { pattern: /\.Em_T$/, answer: (entry, p) => momentsOf(energy(p), asked(entry)).mean[0] },
  { pattern: /\.Varm_T$/, answer: (entry, p) => momentsOf(energy(p), asked(entry)).common.data[0] },
  { pattern: /\.varD_T$/, answer: (entry, p) => momentsOf(energy(p), asked(entry)).deviation.data[0] },
  { pattern: /\.(mfg|mfc)\.J$/, answer: (entry, p) => costOf(energy(p), asked(entry)) },
  { pattern: /\.mfc\.J_value$/, answer: (_entry, p) => solvePlanner(energy(p), Infinity).cost },
  { pattern: /\.PoA$/, answer: (_entry, p) => costOf(energy(p)) / solvePlanner(energy(p), Infinity).cost },
  {
    pattern: /\.N\d+\.alpha0$/,
    answer: (entry, p) => {
      const [, mean, constant] = gainsOf(energy(p), questionOf(entry));
      return mean * p.x0 + constant;
    },
  },
  { pattern: /\.N\d+\.J$/, answer: (entry, p) => costOf(energy(p), questionOf(entry)) },
  {
    pattern: /\.T_star$/,
    answer: (_entry, p) => {
      const rest = { b: 0, d: 0, B: 0, Dm: 0, s1: 0.1, s0: 0.1, T: 1, x0: 1 };
      return blowUpHorizon(energyTransition({ ...rest, ...p }), limit, 10) as number;
    },
  },
  {
    pattern: /\.pathwise_m$/,
    answer: (entry, p) => {
      const model = energy(p);
      const noise = (t: number, out: Float64Array): void => void out.fill(0.7 * Math.sin((2 * Math.PI * t) / p.T));
      const mean = conditionalMeanAlong(model, strategyOf(keyOf(model), model, limit), noise);
      const out = new Float64Array(1);
      return listed(entry, "t").map((t) => {
        mean(t, out);
        return out[0];
      });
    },
  },
];

type Impact = Parameters<typeof priceImpact>[0];
type Crowding = Parameters<typeof tradeCrowding>[0];
const impact = cached(priceImpact);
const crowding = cached(tradeCrowding);

const impactRules: readonly Rule<Impact & Crowding>[] = [
  {
    pattern: /^S5\.\w+\.[AMC]\.t/,
    answer: (entry, p) => {
      const t = argument(entry, "t");
      const [own, mean, price] = gainsOf(impact(p), limit, t);
      const letter = part(entry.id, 2);
      if (letter === "C") return -Math.exp(-p.r * t) * (price + p.lam);
      return -Math.exp(-p.r * t) * (letter === "A" ? own : mean);
    },
  },
  { pattern: /\.mfg\.abar0$/, answer: (_entry, p) => momentsOf(impact(p), limit, 0).meanControl[0] },
  { pattern: /^S5\..*\.mfg\.EX$/, answer: (_entry, p) => momentsOf(impact(p)).mean[0] },
  { pattern: /\.mfg\.ES$/, answer: (_entry, p) => momentsOf(impact(p)).mean[1] },
  { pattern: /\.mfg\.VX$/, answer: (_entry, p) => momentsOf(impact(p)).common.data[0] },
  { pattern: /\.mfg\.CXS$/, answer: (_entry, p) => momentsOf(impact(p)).common.data[1] },
  { pattern: /\.mfg\.VS$/, answer: (_entry, p) => momentsOf(impact(p)).common.data[3] },
  { pattern: /\.mfg\.varD$/, answer: (_entry, p) => momentsOf(impact(p)).deviation.data[0] },
  { pattern: /^S5\..*\.mfg\.J$/, answer: (_entry, p) => costOf(impact(p)) },
  {
    pattern: /\.N\d+\.gains0$/,
    answer: (entry, p) => gainsOf(impact(p), questionOf(entry)).slice(0, 3),
  },
  { pattern: /\.N\d+\.J$/, answer: (entry, p) => costOf(impact(p), questionOf(entry)) },
  { pattern: /^S5\..*\.mfc\.J$/, answer: (_entry, p) => solvePlanner(impact(p), Infinity).cost },
  { pattern: /\.cost_gap$/, answer: (_entry, p) => costOf(impact(p)) - solvePlanner(impact(p), Infinity).cost },
  { pattern: /^S5\..*\.PoA$/, answer: (_entry, p) => costOf(impact(p)) / solvePlanner(impact(p), Infinity).cost },
  {
    pattern: /\.planner_T_star$/,
    answer: (_entry, p) => {
      const rest = { s: 0.1, s0: 0.1, T: 1, m0: 1, v0: 0, S0: 1 };
      return blowUpHorizon(priceImpact({ ...rest, ...p }), planner(Infinity), 10) as number;
    },
  },
  {
    pattern: /\.T_individual$/,
    answer: (entry, p) => {
      const rest = { s: 0.1, s0: 0.1, m0: 1, v0: 0, S0: 1 };
      const explosion = (T: number): number | undefined => blowUpHorizon(priceImpact({ ...rest, ...p, T }), limit);
      // The discount makes the coefficients move with T: the bound is the T whose explosion falls on t = 0.
      const bound = entry.value as number;
      expect(explosion(bound * (1 - 1e-9))).toBeUndefined();
      const past = bound * (1 + 1e-9);
      expect(explosion(past)).toBeCloseTo(past, 8);
      const time = Math.log(Math.exp(1.2 * p.r) + p.r / p.q) / p.r;
      expect(explosion(1.2)).toBeCloseTo(1.2 - time, 11);
      return bound;
    },
  },
  {
    pattern: /^S5b\..*\.(eta|chi_mfg|chi_mfc)\./,
    answer: (entry, p) => {
      const fraction = entry.id.endsWith(".t0T") ? 0 : 0.5;
      const [own, mean] = gainsOf(crowding(p), asked(entry), fraction * p.T);
      if (entry.id.includes(".eta.")) return -p.ca * own;
      return -p.ca * mean + (entry.id.includes("mfc") ? p.h : 0);
    },
  },
  { pattern: /^S5b\..*\.mT$/, answer: (entry, p) => momentsOf(crowding(p), asked(entry)).mean[0] },
  { pattern: /^S5b\..*\.varX_T$/, answer: (entry, p) => momentsOf(crowding(p), asked(entry)).state.data[0] },
  { pattern: /^S5b\..*\.J$/, answer: (entry, p) => costOf(crowding(p), asked(entry)) },
  { pattern: /^S5b\..*\.PoA$/, answer: (_entry, p) => costOf(crowding(p)) / solvePlanner(crowding(p), Infinity).cost },
];

type Commodity = Parameters<typeof commodityProducers>[0];
const commodity = cached(commodityProducers);
const identical = (p: Commodity): LinearQuadraticModel => commodity({ ...p, v0: 0, theta: 0 });
const priceAt = (p: Commodity, t: number): number => p.P0 + p.A * Math.sin(p.w * t);
const output = (entry: Entry, p: Commodity, t: number): number =>
  momentsOf(commodity(p), asked(entry), t).meanControl[0];
const surplus = (entry: Entry, p: Commodity): number => {
  // Constant output in set A: ½ γ ᾱ² over the horizon.
  expect([p.r, p.A]).toEqual([0, 0]);
  return (p.gamma / 2) * output(entry, p, 0) ** 2 * p.T;
};

const commodityRules: readonly Rule<Commodity>[] = [
  {
    pattern: /\.pi$/,
    answer: (entry, p) => {
      // The first-order condition at T, solved for the shadow price of a unit of x.
      const slope = asked(entry).concept === "planner" ? p.c2 + 2 * p.gamma : p.c2 + p.gamma;
      return priceAt(p, p.T) - p.c1 - slope * output(entry, p, p.T);
    },
  },
  { pattern: /\.xbar_T$/, answer: (entry, p) => momentsOf(commodity(p), asked(entry)).mean[0] },
  { pattern: /\.abar\.t/, answer: (entry, p) => output(entry, p, argument(entry, "t")) },
  {
    pattern: /\.price\.t/,
    answer: (entry, p) => priceAt(p, argument(entry, "t")) - p.gamma * output(entry, p, argument(entry, "t")),
  },
  { pattern: /\.varX_T$/, answer: (entry, p) => momentsOf(commodity(p), asked(entry)).state.data[0] },
  { pattern: /\.(mfg|cartel_planner_theta0)\.J$/, answer: (entry, p) => costOf(commodity(p), asked(entry)) },
  { pattern: /\.CS$/, answer: surplus },
  { pattern: /\.efficiency$/, answer: (_entry, p) => costOf(commodity(p)) / solvePlanner(commodity(p), Infinity).cost },
  {
    pattern: /\.welfare_gap$/,
    answer: (entry, p) => {
      const cartel = { ...entry, id: "cartel" };
      return surplus(entry, p) - costOf(commodity(p)) - (surplus(cartel, p) - costOf(commodity(p), planner(Infinity)));
    },
  },
  {
    pattern: /\.N\d+\.abar0$/,
    answer: (entry, p) => momentsOf(identical(p), questionOf(entry), 0).meanControl[0],
  },
  { pattern: /(\.N\d+|theta0_identical)\.J$/, answer: (entry, p) => costOf(identical(p), questionOf(entry)) },
  { pattern: /theta0_identical\.abar0$/, answer: (_entry, p) => momentsOf(identical(p), limit, 0).meanControl[0] },
];

/** What each controls at 0 when the three players start at m − 1, m + 0.3 and m + 0.7. */
function controlsFromSpread(gains: readonly number[], rest: number): readonly number[] {
  return [-1, 0.3, 0.7].map((deviation) => gains[0] * deviation + rest);
}

/** Parameters of any set a check names, by its prefix. */
function parametersOf({ id, set }: Entry): Numbers {
  // The set C of the game without common noise stands only in the specification.
  if (id.startsWith("s1") && set === "C")
    return { a: 0.1, q: 0, eps: 4, c: 2, sigma: 0.5, rho: 0, T: 5, m0: -0.2, v0: 0.5 };
  const files: Readonly<Record<string, string>> = {
    s1_systemic_nocommon: "systemic-risk",
    s2_systemic_common: "systemic-risk-common-noise",
    S3: "commodity-producers",
    S4: "energy-transition",
    S5: "price-impact",
  };
  return load(files[part(id, 0)]).params[set];
}

const crossRules: readonly Rule<never>[] = [
  {
    pattern: /(open|closed)_gain_direct\.N3$/,
    answer: (entry, p) => -gainsOf(systemicRisk(p), (entry.id.includes("open") ? openLoop : feedback)(3))[0],
  },
  { pattern: /^S3.*open_direct\.N3$/, answer: (_entry, p) => momentsOf(identical(p), openLoop(3), 0).meanControl[0] },
  {
    pattern: /^S3.*feedback_direct\.N3$/,
    answer: (_entry, p) => momentsOf(identical(p), feedback(3), 0).meanControl[0],
  },
  {
    pattern: /^S4.*open_direct\.N3$/,
    answer: (_entry, p: Energy) => {
      const gains = gainsOf(energy(p), openLoop(3));
      return controlsFromSpread(gains, gains[1] * p.x0 + gains[2]);
    },
  },
  { pattern: /^S4.*feedback_direct\.N3$/, answer: (_entry, p) => momentsOf(energy(p), feedback(3), 0).meanControl[0] },
  {
    pattern: /^S5.*open_direct\.N3$/,
    answer: (_entry, p: Impact) => {
      const gains = gainsOf(impact(p), openLoop(3));
      return controlsFromSpread(gains, gains[1] * p.m0 + gains[2] * p.S0);
    },
  },
  { pattern: /^S5.*feedback_direct\.N3$/, answer: (_entry, p) => gainsOf(impact(p), feedback(3)).slice(0, 3) },
  {
    pattern: /^s[12].*planner_full\.N/,
    answer: (entry, p) => solvePlanner(systemicRisk(p), argument(entry, "N")).cost,
  },
  { pattern: /^S3.*planner_full\.N/, answer: (entry, p) => solvePlanner(identical(p), argument(entry, "N")).cost },
  { pattern: /^S4.*planner_full\.N/, answer: (entry, p) => solvePlanner(energy(p), argument(entry, "N")).cost },
  { pattern: /^S4.*planner_inf$/, answer: (_entry, p) => solvePlanner(energy(p), Infinity).cost },
  {
    pattern: /^S5.*planner_full$/,
    answer: (entry, p) => listed(entry, "N").map((N) => solvePlanner(impact(p), N).cost),
  },
  { pattern: /^S5.*planner_inf$/, answer: (_entry, p) => solvePlanner(impact(p), Infinity).cost },
] as readonly Rule<never>[];

describe("reference numbers", () => {
  it("energy transition", () =>
    expect(mismatches("energy-transition", energyRules, [/picard|fictitious|^S4\.CH|QUARTIC/], () => 1e-12)).toEqual(
      [],
    ));

  // T_mean: in that set a player's own problem stops being convex first, so the mean's explosion is never reached.
  it("price impact and trade crowding", () =>
    expect(mismatches("price-impact", impactRules, [/gateaux$/, /\.T_mean$/], () => 1e-12)).toEqual([]));

  it("commodity producers", () =>
    expect(mismatches("commodity-producers", commodityRules, [/^S3\.H/], () => 1e-12)).toEqual([]));

  it("checks that use neither Pontryagin nor Bellman", () =>
    expect(
      mismatches(
        "nash-direct-checks",
        crossRules,
        [],
        ({ id, suggested_tol }) => (id.includes("open") ? 1e-12 : suggested_tol),
        parametersOf,
      ),
    ).toEqual([]));

  it("the planner as a full N-dimensional regulator", () =>
    expect(mismatches("planner-checks", crossRules, [], () => 1e-12, parametersOf)).toEqual([]));
});
