import { describe, expect, it } from "vitest";
import commodityNumbers from "../../../../../tests/reference/commodity-producers.json" with { type: "json" };
import { InputError, parseParameters, RefusalError, run, tabulate } from "../../core/index.ts";
import type { Quantities, Question } from "../../core/index.ts";
import { logLogSlope } from "../../numeric/regression.ts";
import { integrate } from "../../numeric/ode.ts";
import { findRoot } from "../../numeric/roots.ts";
import { certifyExhaustible } from "../exhaustible/certify.ts";
import { exhaustionClosedForm } from "../exhaustible/closed-form.ts";
import type { ExhaustibleCandidate } from "../exhaustible/model.ts";
import { exhaustionTimes } from "../solvers/exhaustion-times.ts";
import { priceIteration } from "../solvers/price-iteration.ts";
import { hotellingResource } from "./hotelling-resource.ts";
import { ask, limit, openLoop, planner, playersOf, reference } from "./reference.testing.ts";
import type { ReferenceRecord } from "./reference.testing.ts";

const data = reference(commodityNumbers);
const records = data.records.filter(({ id }) => id.startsWith("S3.H"));

function solve(given: Readonly<Record<string, unknown>>, question: Question, steps?: number) {
  const parameters = parseParameters(hotellingResource.parameters, given);
  hotellingResource.check?.(parameters, question);
  const model = hotellingResource.build(parameters);
  const outcome =
    steps === undefined
      ? run(exhaustionTimes, model, question, parseParameters(exhaustionTimes.options, {}))
      : run(priceIteration, model, question, parseParameters(priceIteration.options, { steps }));
  const candidate = outcome.candidate;
  const measured = hotellingResource.measure(parameters, question, candidate);
  const exact = hotellingResource.exact?.(parameters, question) ?? {};
  return { parameters, model, outcome, candidate, measured, exact };
}

function questionOf(record: ReferenceRecord): Question {
  if (record.id.includes(".cartel.")) return planner;
  return record.id.includes(".cournot_N")
    ? openLoop(playersOf({ ...record, id: record.id.replace("_N", ".N") }))
    : limit;
}

const symbols: Readonly<Record<string, readonly [name: string, ...at: number[]]>> = {
  tau_exhaustion: ["exhaustion_time"],
  lambda0_shadow_price: ["shadow_price"],
  q0: ["extraction", 0],
  price0: ["price", 0],
  discounted_profit: ["profit"],
  discounted_CS: ["consumer_surplus"],
  single_agent_value: ["value_alone", 5],
  lambda1: ["shadow_price", 1],
  lambda2: ["shadow_price", 2],
  tau1: ["exhaustion_time", 1],
  tau2: ["exhaustion_time", 2],
};

describe("exhaustible resources", () => {
  it.each(records)("reproduces $id on both roads", (record) => {
    const given = { ...data.params[record.set as string], ...(record.id.includes("gamma0") ? { gamma: 0 } : {}) };
    const { measured, exact } = solve(given, questionOf(record));
    const [name, ...at] = symbols[record.id.split(".").at(-1) as string];
    for (const answers of [measured, exact]) {
      expect(Math.abs(ask(answers, name, ...at) - (record.value as number))).toBeLessThan(record.suggested_tol);
    }
  });

  it("agrees on both roads for many markets, and certifies itself", () => {
    let seed = 1;
    const uniform = (): number => (seed = (seed * 16807) % 2147483647) / 2147483647;
    const between = (low: number, high: number): number => low * (high / low) ** uniform();
    for (let market = 0; market < 40; market++) {
      const w1 = 0.1 * Math.floor(1 + 4 * uniform());
      const given = {
        c2: between(0.1, 10),
        gamma: uniform() < 0.1 ? 0 : between(0.1, 10),
        r: between(0.01, 1),
        x0: between(0.1, 50),
        x1: between(0.1, 50),
        x2: between(0.1, 50),
        w1,
        w2: market % 2 === 0 ? 1 - w1 : 0.3,
      };
      const question = [limit, planner, openLoop(10)][market % 3];
      const { measured, exact, outcome, candidate, model } = solve(given, question);
      expect(outcome.outcome).toBe("converged");
      expect(largestDifference(measured, exact)).toBeLessThan(1e-10);
      const { exploitability, consistency, residual } = certifyExhaustible(model, question, candidate);
      expect(exploitability === null).toBe(question === planner);
      expect(exploitability ?? 0).toBeLessThan(1e-10);
      expect(consistency).toBeLessThan(1e-12);
      expect(residual).toBeLessThan(1e-11);
    }
  });

  it("is found by best responses on a grid, with order two in the step", () => {
    const steps = Array.from({ length: 24 }, (_, i) => Math.round(150 * 1.16 ** i));
    for (const question of [limit, planner, openLoop(10)]) {
      const errors = steps.map((count) => {
        const { measured, exact, outcome } = solve({ ...data.params.H2types }, question, count);
        expect(outcome.outcome).toBe("converged");
        const distance = (name: string, label: number): number =>
          Math.abs(ask(measured, name, label) - ask(exact, name, label));
        return (
          distance("shadow_price", 1) + distance("shadow_price", 2) + distance("profit", 1) + distance("profit", 2)
        );
      });
      // Where the kink falls within its step changes the constant from grid to grid: the 95% interval must hold 2.
      const { low, high } = logLogSlope(steps, errors);
      expect(low).toBeLessThan(-2);
      expect(high).toBeGreaterThan(-2);
      expect(high - low).toBeLessThan(0.8);
      expect(errors.at(-1)).toBeLessThan(1e-6);
    }
  });

  it("is what shooting finds: the price path integrated as a differential equation runs dry exactly at P₀", () => {
    // While all extract, λ' = rλ and reserves fall by q = (M − λ)/κ; they must vanish just when λ reaches M.
    const { P0, c1, c2, gamma, r, x0 } = parseParameters(hotellingResource.parameters, {});
    const left = (start: number): number => {
      const path = integrate(
        (_t, y, dy) => {
          dy[0] = r * y[0];
          dy[1] = -(P0 - c1 - y[0]) / (c2 + gamma);
        },
        0,
        1000,
        Float64Array.of(start, x0),
        { events: [{ value: (_t, y) => y[0] - (P0 - c1), terminal: true }] },
      );
      return path.end[1];
    };
    const start = findRoot(left, 0.1, P0 - c1 - 0.1, { tolerance: 1e-13 });
    const { exact } = solve({}, limit);
    expect(start).toBeCloseTo(ask(exact, "shadow_price"), 10);
  });

  it("decouples by class: the smaller reserves run dry as if the larger were no larger", () => {
    const { candidate } = solve({ ...data.params.H2types }, limit);
    const alone = solve({ ...data.params.H2types, x0: 3, w1: 0, w2: 0 }, limit).candidate;
    expect(candidate.exhaustion[0]).toBeCloseTo(alone.exhaustion[0], 11);
  });

  it("splits one class into several without changing anything", () => {
    const together = solve({}, limit);
    const split = solve({ x1: 5, x2: 5, w1: 0.25, w2: 0.35 }, limit);
    for (const label of [0, 1, 2]) {
      expect(ask(split.measured, "exhaustion_time", label)).toBeCloseTo(ask(together.measured, "exhaustion_time"), 10);
      expect(ask(split.measured, "extraction", label, 2)).toBeCloseTo(ask(together.measured, "extraction", 2), 11);
    }
    expect(Object.keys(tabulate(split.measured.extraction()))).toEqual(["axes", "value"]);
    expect(Object.keys(tabulate(together.measured.extraction()))).toEqual(["t", "value"]);
  });

  it("is played fastest by price-takers and slowest by the cartel, and N players lie between, in order 1/N", () => {
    const time = (question: Question): number => ask(solve({}, question).exact, "exhaustion_time");
    const limitTime = time(limit);
    expect(time(openLoop(2))).toBeGreaterThan(time(openLoop(10)));
    expect(time(planner)).toBeGreaterThan(time(openLoop(2)));
    expect((time(openLoop(500)) - limitTime) / (time(openLoop(1000)) - limitTime)).toBeCloseTo(2, 2);
    const { exact } = solve({}, limit);
    expect(ask(exact, "price_of_anarchy")).toBeLessThan(1);
  });

  it("sees through a bad plan: its exploitability is what the best plan gains, by the strictly concave profit", () => {
    const { model, candidate } = solve({}, limit);
    const tau = candidate.exhaustion[0];
    // Everybody sells evenly over the same time.
    const even: ExhaustibleCandidate = { ...candidate, extraction: (_j, t) => (t < tau ? 5 / tau : 0) };
    const certificate = certifyExhaustible(model, limit, even);
    // Against the constant price of the even plan the best plan is that of a lone producer with this margin.
    const margin = 8 - (3 * 5) / tau;
    const profitEven = (((margin - (0.5 * 5) / tau) * 5) / tau) * (-Math.expm1(-0.1 * tau) / 0.1);
    const lone = exhaustionClosedForm({ ...model, slope: 0, intercept: margin + 2 }, limit).exhaustion[0];
    expect(lone).toBeLessThan(tau);
    const profitLone = (margin * Math.expm1(-0.1 * lone)) ** 2 / 0.2;
    expect(certificate.exploitability).toBeCloseTo(profitLone - profitEven, 10);
    expect(certificate.exploitability).toBeGreaterThan(0.1);
    expect(certificate.consistency).toBeGreaterThan(0.1);
    expect(certificate.residual).toBeGreaterThan(0.1);
  });

  it("marks plans that draw more or less than there is", () => {
    const { model, candidate } = solve({}, limit);
    const half: ExhaustibleCandidate = { ...candidate, extraction: (j, t) => 0.5 * candidate.extraction(j, t) };
    expect(certifyExhaustible(model, limit, half).residual).toBeGreaterThanOrEqual(0.5 - 1e-12);
  });

  it("is worth at the margin what the shadow price says", () => {
    for (const question of [limit]) {
      // u′(x) = λ₀ for the lone producer, whose price does not answer.
      const value = (x0: number): number => ask(solve({ gamma: 0, x0 }, question).measured, "profit");
      const slope = (value(5 + 1e-4) - value(5 - 1e-4)) / 2e-4;
      expect(slope).toBeCloseTo(ask(solve({ gamma: 0 }, question).measured, "shadow_price"), 7);
    }
  });

  it("refuses what makes no sense, naming it", () => {
    const check = (given: Record<string, unknown>, question: Question) => (): void =>
      hotellingResource.check?.(parseParameters(hotellingResource.parameters, given), question);
    expect(check({ c1: 10 }, limit)).toThrow(InputError);
    expect(check({ c1: 10 }, limit)).toThrow(/^c1 = 10: must be below P0 = 10/);
    expect(check({ w1: 0.6, w2: 0.5 }, limit)).toThrow(/^w2 = 0\.5: must be at most 1 − w1 = 0\.4/);
    expect(check({ w1: 0.4, w2: 0.6 }, openLoop(3))).toThrow(RefusalError);
    expect(check({ w1: 0.4, w2: 0.6 }, openLoop(3))).toThrow(/players = 3: the class 1 has the share 0\.4/);
    expect(check({ w1: 0.4, w2: 0.6 }, openLoop(5))).not.toThrow();
    expect(check({ x0: 1e6 }, limit)).toThrow(/the reserves last so long/);
    expect(check({}, { ...openLoop(5), information: "feedback" })).toThrow(/only the open-loop game/);
    const { model } = solve({}, limit);
    expect(exhaustionTimes.refuses({ ...model, kind: "something-else" as never }, limit)).toMatch(
      /exhaustible reserves/,
    );
  });
});

function largestDifference(measured: Quantities, exact: Quantities): number {
  const numbers = (quantities: Quantities, name: string): readonly number[] => {
    const table = tabulate(quantities[name]());
    return typeof table === "number" ? [table] : table.value;
  };
  return Math.max(
    ...Object.keys(exact).map((name) => {
      const theirs = numbers(exact, name);
      return Math.max(
        ...numbers(measured, name).map((value, i) => Math.abs(value - theirs[i]) / Math.max(1, Math.abs(theirs[i]))),
      );
    }),
  );
}
