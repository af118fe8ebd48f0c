import { describe, expect, it } from "vitest";
import { parseParameters } from "../../core/index.ts";
import type { RateColumn } from "../../core/index.ts";
import { wassersteinSamples } from "../../measure/wasserstein-samples.ts";
import { normalDistribution } from "../../numeric/normal-distribution.ts";
import { randomStream } from "../../numeric/random.ts";
import { findRoot } from "../../numeric/roots.ts";
import { meanWithError } from "../../numeric/statistics.ts";
import { finished, logNormal } from "../backward.testing.ts";
import type { Loadings } from "../candidate.ts";
import { closedLinearSolution } from "../closed-forms/linear.ts";
import { logNormalBsde } from "../games/log-normal-bsde.ts";
import { expectation, gaussianRule } from "../gaussian-rule.ts";
import { linearErrors } from "../linear/second-moments.ts";
import { linearModel } from "../model.ts";
import type { LinearSystem } from "../model.ts";
import { chaos } from "./chaos.ts";
import { expectedLogNormalDistance } from "./empirical-law.ts";
import { logNormalLaws } from "./log-normal-laws.ts";
import { marginalDistances } from "./marginals.ts";
import { gaussRuleOf, sumRules } from "./sum-rule.ts";

const settings = { players: [2, 3, 5, 10, 30, 100, 300, 1000, 3000, 10_000], repeats: 0, steps: 100, seed: 0 };
const columnsOf = (system: LinearSystem, chosen = {}): readonly RateColumn[] =>
  finished(chaos(linearModel(1, system), { ...settings, ...chosen })).columns;
const named = (columns: readonly RateColumn[], name: string): RateColumn => {
  const found = columns.find((column) => column.name === name);
  if (found === undefined) throw new Error(`no column ${name}`);
  return found;
};
const preset = (given: Readonly<Record<string, unknown>>): LinearSystem => {
  const { linear } = logNormalBsde.build(parseParameters(logNormalBsde.parameters, given));
  if (linear === undefined) throw new Error("linear");
  return linear;
};
const [plain, exposed] = [preset({}), preset({ b: 0.6, h: 0.1 })];
const at = (system: LinearSystem, N: number, t = 0.5): Loadings => closedLinearSolution(1, system, N).at(t);
/** ln M at half time has this deviation. */
const deviationOf = ({ noise }: LinearSystem): number => (noise.kind === "log-normal" ? noise.s : 0) * Math.SQRT1_2;

describe("W₂² of few players of a log-normal system", () => {
  it.each([
    ["plain", 2, plain],
    ["plain", 3, plain],
    ["exposed", 3, exposed],
    ["all weights", 3, logNormal],
    ["decaying", 2, preset({ c: -3 })],
  ] as const)("is that of distribution functions summed over all noises: %s, N = %d", (_, N, system) => {
    const s = deviationOf(system);
    const [finite, limit] = [at(system, N), at(system, Infinity)];
    const rule = gaussianRule(0.2, 8);
    const M = (z: number): number => Math.exp(s * z - 0.5 * s * s);
    const share = finite.mean / N;
    const own = finite.own + share;
    // P(Y¹ ≤ y), the others' noises in the plane.
    const distribution = (y: number): number =>
      expectation(rule, (z) => {
        const below = (third: number): number => {
          const x = (y - finite.constant - share * (M(z) + third)) / own;
          return x > 0 ? normalDistribution((Math.log(x) + 0.5 * s * s) / s) : 0;
        };
        return N === 2 ? below(0) : expectation(rule, (z3) => below(M(z3)));
      });
    const outer = gaussianRule(0.5, 5.5);
    const squared = expectation(outer, (z) => {
      const y = limit.own * M(z) + limit.mean + limit.constant;
      return (findRoot((x) => distribution(x) - normalDistribution(z), y - 5, y + 5, { tolerance: 1e-10 }) - y) ** 2;
    });
    const ours = logNormalLaws(s, limit).squaredDistance(1, N, finite) ?? Number.NaN;
    // The outer rule leaves out what has a probability of 10⁻⁷.
    expect(Math.abs(ours / squared - 1)).toBeLessThan(1e-5);
  });

  it.each([
    ["plain", plain],
    ["exposed", exposed],
    ["skewed", preset({ s: 1.2 })],
  ] as const)("comes to the constant of first-order perturbation: %s", (_, system) => {
    // δ = [ΔA M + ΔB + Δy + B(M − 1) − ½B²Var M (ln f)′]/N, the last since the others' noise spreads the law like heat.
    const s = deviationOf(system);
    const many = 1e7;
    const [finite, { own, mean, constant }] = [at(system, many), at(system, Infinity)];
    const squared = expectation(gaussianRule(0.0625, 9), (z) => {
      const m = Math.exp(s * z - 0.5 * s * s);
      const moved = many * ((finite.own - own) * m + finite.mean - mean + finite.constant - constant);
      const spread = (mean * mean * Math.expm1(s * s) * (1 + z / s)) / (2 * own * m);
      return (moved + mean * (m - 1) + spread) ** 2;
    });
    const { constant: reached, asymptotic } = named(columnsOf(system), "w2_squared_marginal");
    // Differences of loads of 10⁷ players keep nine digits; the next term of a skewed law is 10⁴ times 1/N.
    expect(Math.abs((reached ?? 0) / squared - 1)).toBeLessThan(
      system.noise.kind === "log-normal" && system.noise.s > 1 ? 1e-3 : 1e-6,
    );
    expect(asymptotic).toBeCloseTo(-2, 4);
  });

  it("is that of Gaussian systems where volatility is small, for one and for two", () => {
    const s = 1e-4;
    const system = preset({ s });
    for (const N of [2, 5, 100]) {
      const [finite, limit] = [at(system, N), at(system, Infinity)];
      const laws = logNormalLaws(deviationOf(system), limit);
      for (const k of [1, 2] as const) {
        const ours = (laws.squaredDistance(k, N, finite) ?? 0) / k;
        // The sum carries all that two players' laws differ in. What is left is of first order in s.
        const { squaredDistance } = marginalDistances(k, N, 0.5 * s * s, finite, 0);
        expect(Math.abs(ours / squaredDistance - 1)).toBeLessThan(1e-6);
      }
    }
  });

  it("knows two players from below and above: the same where two are all, else a power of N apart", () => {
    for (const system of [plain, exposed, preset({ c: -0.5, b: 0.4, h: 1 })]) {
      const columns = columnsOf(system);
      const [one, least, most] = ["marginal", "pair_least", "pair_most"].map((name) =>
        named(columns, `w2_squared_${name}`),
      );
      expect(least.value).toHaveLength(10);
      least.value.forEach((value, k) => {
        expect(value).toBeLessThanOrEqual(most.value[k] * (1 + 1e-9));
        // Two players are at least as far from the limit as each of them.
        expect(value).toBeGreaterThan(one.value[k]);
      });
      expect(Math.abs((least.slope?.slope ?? 0) + 2)).toBeLessThan(0.05);
      expect(Math.abs((most.slope?.slope ?? 0) + 1)).toBeLessThan(0.01);
      expect(least.asymptotic).toBeCloseTo(-2, 4);
      expect(most.asymptotic).toBeCloseTo(-1, 6);
    }
    // Without b the sums of two players and of two of the limit are moved by one and the same noise.
    const columns = columnsOf(plain);
    const [least, most] = ["least", "most"].map((name) => named(columns, `w2_squared_pair_${name}`).value[0]);
    expect(Math.abs(least / most - 1)).toBeLessThan(1e-9);
  });

  it("is nothing without a coupling, and then no column", () => {
    const names = columnsOf(preset({ c: 0 }), { players: [2, 5, 100] }).map(({ name }) => name);
    expect(names).toEqual(["error_Y", "error_Z", "empirical_w2_squared"]);
  });

  it("is left out where no rule holds the others, and says so", () => {
    // ln M has a deviation of 1.1: sums of a few such variables are nothing like their Gauss rules, many are nearly normal.
    const { players, remark, value } = named(
      columnsOf(preset({ s: 1.6 }), { players: [5, 1e6] }),
      "w2_squared_marginal",
    );
    expect(players).toEqual([1e6]);
    expect(value).toHaveLength(1);
    expect(remark).toMatch(/left out for N = 5: no rule/);
    // Beyond, there are errors of the coupling only.
    expect(columnsOf(preset({ s: 5 })).map(({ name }) => name)).not.toContain("w2_squared_marginal");
  });
});

describe("Gauss rules of sums", () => {
  it("have the moments of a thousand copies", () => {
    const s = 0.4;
    const normal = gaussianRule(0.0625, 8.5);
    const rule = sumRules({ nodes: normal.nodes.map((z) => Math.exp(s * z)), weights: normal.weights }, 12)(1000);
    expect(rule.nodes).toHaveLength(12);
    const moment = (k: number): number => Math.exp(0.5 * k * k * s * s);
    const [m1, m2, m3] = [1, 2, 3].map(moment);
    const sum = (power: number, centre: number): number =>
      rule.nodes.reduce((total, node, j) => total + rule.weights[j] * (node - centre) ** power, 0);
    // Cumulants of copies add up.
    expect(sum(0, 0)).toBeCloseTo(1, 13);
    expect(sum(1, 0) / (1000 * m1)).toBeCloseTo(1, 13);
    expect(sum(2, 1000 * m1) / (1000 * (m2 - m1 ** 2))).toBeCloseTo(1, 11);
    expect(sum(3, 1000 * m1) / (1000 * (m3 - 3 * m1 * m2 + 2 * m1 ** 3))).toBeCloseTo(1, 9);
  });

  it("are a measure itself where that has no more points, and nothing for no copies", () => {
    const measure = { nodes: Float64Array.of(-1, 0.5, 4), weights: Float64Array.of(0.2, 0.7, 0.1) };
    const rule = gaussRuleOf(measure, 8);
    expect(rule.nodes).toHaveLength(3);
    rule.nodes.forEach((node, j) => expect(node).toBeCloseTo(measure.nodes[j], 13));
    rule.weights.forEach((weight, j) => expect(weight).toBeCloseTo(measure.weights[j], 13));
    expect([...sumRules(measure, 8)(0).nodes]).toEqual([0]);
  });
});

describe("the empirical law of a log-normal system", () => {
  it("expects of one and of two variables what can be written down", () => {
    for (const s of [0.1, 0.7, 2]) {
      const variance = Math.expm1(s * s);
      expect(expectedLogNormalDistance(1, s) / (2 * variance)).toBeCloseTo(1, 12);
      // Two: c₂ = Φ(s) − ½, E max = 2Φ(s/√2).
      const apart = 2 * (2 * normalDistribution(s * Math.SQRT1_2) - 1);
      const two = 2 * variance - 2 * (normalDistribution(s) - 0.5) * apart;
      expect(expectedLogNormalDistance(2, s) / two).toBeCloseTo(1, 12);
    }
    expect(() => expectedLogNormalDistance(0, 1)).toThrow(RangeError);
  });

  it("is that of normal variables where s is small", () => {
    // √N E W₂²… of M ≈ 1 + sZ: relative corrections of order s.
    const s = 1e-3;
    const ratio = (N: number): number => expectedLogNormalDistance(N, s) / (s * s);
    expect(Math.abs(ratio(2) - (2 - 4 / (Math.sqrt(2 * Math.PI) * Math.sqrt(Math.PI))))).toBeLessThan(1e-5);
  });

  it.each([
    ["plain", 6, 2000, plain],
    ["exposed", 6, 2000, exposed],
    ["all weights", 40, 1000, logNormal],
    ["plain", 1000, 200, plain],
  ] as const)("is as far from the limit's as simulation of all players: %s, N = %d", (_, N, repeats, system) => {
    const s = deviationOf(system);
    const { own, mean, constant } = at(system, N);
    const limit = at(system, Infinity);
    const M = (z: number): number => Math.exp(s * z - 0.5 * s * s);
    // So many atoms that their size adds some parts in a thousand of the distance of six players, or of a thousand.
    const { nodes, weights } = gaussianRule(N > 100 ? 0.005 : 0.02, 7);
    const positions = nodes.map((node) => limit.own * M(node) + limit.mean + limit.constant);
    const law = { kind: "particles", count: positions.length, dimension: 1, positions, weights } as const;
    const noise = randomStream(7, N);
    const z = new Float64Array(N);
    const distances = Float64Array.from({ length: repeats }, (_r, r) => {
      noise.fillNormal(z, r * N);
      const martingales = z.map(M);
      const average = martingales.reduce((sum, value) => sum + value, 0) / N;
      return (
        wassersteinSamples(
          martingales.map((m) => own * m + mean * average + constant),
          law,
          2,
        ) ** 2
      );
    });
    const { mean: simulated, standardError } = meanWithError(distances);
    const exact = named(columnsOf(system, { players: [N, 2000] }), "empirical_w2_squared").value[0];
    expect(standardError).toBeLessThan(0.1 * exact);
    expect(Math.abs(simulated - exact)).toBeLessThan(4 * standardError);
  });
});

describe("the supremum along paths of a log-normal system", () => {
  it("is that of paths simulated by hand, known better by what is known of their averages", () => {
    const [N, steps] = [5, 32];
    const model = linearModel(1, logNormal);
    const { columns } = finished(chaos(model, { players: [N, 10], repeats: 400, steps, seed: 3 }));
    const column = named(columns, "error_Y_sup");
    const [value, error] = [column.value[0], column.standardError?.[0] ?? Number.NaN];
    const [finite, limit] = [N, Infinity].map((count) =>
      Array.from({ length: steps + 1 }, (_, n) => at(logNormal, count, n / steps)),
    );
    const s = 0.4;
    const noise = randomStream(99, 1);
    const draws = new Float64Array(N * steps);
    const suprema = Float64Array.from({ length: 800 }, (_, r) => {
      noise.fillNormal(draws, r * draws.length);
      const w = new Float64Array(N);
      const worst = new Float64Array(N);
      for (let n = 0; n <= steps; n++) {
        if (n > 0) for (let i = 0; i < N; i++) w[i] += Math.sqrt(1 / steps) * draws[(n - 1) * N + i];
        const m = w.map((x) => Math.exp(s * x - (0.5 * s * s * n) / steps));
        const average = m.reduce((sum, x) => sum + x / N, 0);
        const [ours, theirs] = [finite[n], limit[n]];
        m.forEach((x, i) => {
          const first = ours.own * x + ours.mean * average + ours.constant;
          worst[i] = Math.max(worst[i], (first - theirs.own * x - theirs.mean - theirs.constant) ** 2);
        });
      }
      return worst.reduce((sum, x) => sum + x / N, 0);
    });
    const { mean, standardError } = meanWithError(suprema);
    expect(Math.abs(value - mean)).toBeLessThan(4 * Math.hypot(error, standardError));
    // The same number of repetitions without a control variate would leave √2 times the error of twice as many.
    expect(error).toBeLessThan(0.7 * Math.SQRT2 * standardError);
    const errors = linearErrors(
      1,
      logNormal,
      N,
      closedLinearSolution(1, logNormal, N),
      closedLinearSolution(1, logNormal, Infinity),
    );
    // E sup is at least sup E, but for chance.
    expect(value + 4 * error).toBeGreaterThan(errors.y(0.3));
  });

  it("has no interval with one repetition, and falls like 1/N", () => {
    const one = finished(chaos(linearModel(1, plain), { players: [2, 4], repeats: 1, steps: 8, seed: 0 }));
    expect(named(one.columns, "error_Y_sup").standardError).toEqual([Infinity, Infinity]);
    const { columns } = finished(
      chaos(linearModel(1, plain), { players: [3, 30, 300], repeats: 100, steps: 32, seed: 0 }),
    );
    expect(Math.abs((named(columns, "error_Y_sup").slope?.slope ?? 0) + 1)).toBeLessThan(0.05);
  });
});
