import { describe, expect, it } from "vitest";
import { meanFieldEquilibrium, parseParameters } from "../../core/index.ts";
import type { Game, Quantities } from "../../core/index.ts";
import { findRoot } from "../../numeric/roots.ts";
import { rungeKutta4 } from "../../numeric/runge-kutta-4.ts";
import type { FiniteCandidate } from "../candidate.ts";
import { anySolver, modelOf, solved } from "../finite.testing.ts";
import { onlineMirrorDescent } from "../solvers/online-mirror-descent.ts";
import { sirEpidemic } from "./sir-epidemic.ts";

function settled(given: Record<string, unknown>, tolerance: number): FiniteCandidate {
  const { candidate, outcome } = solved(anySolver(onlineMirrorDescent), modelOf(sirEpidemic, given), { tolerance });
  expect(outcome).toBe("converged");
  return candidate;
}

function equilibrium(given: Record<string, unknown>, tolerance = 1e-6): Quantities {
  const candidate = settled(given, tolerance);
  const game = sirEpidemic as unknown as Game;
  return game.measure(parseParameters(game.parameters, given), meanFieldEquilibrium, candidate);
}

function number(quantities: Quantities, name: string): number {
  return quantities[name]().at();
}

/** The equilibrium in continuous time with any contact level, by shooting at the cost of being susceptible. */
function inContinuousTime(): { peak: number; attackRate: number } {
  const [beta, gamma, horizon] = [0.4, 0.125, 40];
  const shoot = (cost: number) =>
    rungeKutta4(
      (t, [S, I, u], out) => {
        const risk = beta * I * ((1 - Math.exp(-gamma * (horizon - t))) / gamma - u);
        const alpha = Math.min(1, Math.max(0, 1 - risk));
        out[0] = -beta * alpha * S * I;
        out[1] = beta * alpha * S * I - gamma * I;
        out[2] = -((1 - alpha) ** 2) / 2 - alpha * risk;
      },
      0,
      horizon,
      [0.99, 0.01, cost],
      4000,
    );
  const cost = findRoot((start) => shoot(start).end[2], 0, 1 / gamma, { tolerance: 1e-10 });
  const { y, end } = shoot(cost);
  let peak = 0;
  for (let i = 1; i < y.length; i += 3) peak = Math.max(peak, y[i]);
  return { peak, attackRate: 1 - end[0] / 0.99 };
}

describe("without fear", () => {
  it.each([{ dt: 0.5 }, { dt: 2, beta: 1, gamma: 0.3, R_0: 0.2 }])(
    "the final size is that of its equation: %o",
    (given) => {
      const quantities = equilibrium({ levels: 1, T: 30, ...given });
      const { dt, beta, gamma, R_0 } = { beta: 0.4, gamma: 0.125, R_0: 0, ...given };
      const flow = quantities["flow"]();
      const [start, end] = [flow.at(0, 0), flow.at(30, 0)];
      const recovered = flow.at(30, 2) - R_0;
      expect(Math.log(end / start)).toBeCloseTo((-beta * dt * recovered) / -Math.expm1(-gamma * dt), 12);
      expect(number(quantities, "attack_rate")).toBeCloseTo(1 - end / start, 12);
      expect(quantities["reproduction_number"]().at(0)).toBeCloseTo((start * beta * dt) / -Math.expm1(-gamma * dt), 12);
    },
  );
});

describe("an equilibrium of fear", () => {
  it("tends to that of continuous time, to first order in the step", () => {
    const limit = inContinuousTime();
    const errors = [40, 80, 160].map((T) => {
      const [mu] = settled({ T, dt: 40 / T, levels: 101 }, 1e-7).flow;
      const peak = Math.max(...mu.filter((_, i) => i % 3 === 1));
      return [peak - limit.peak, 1 - mu[3 * T] / mu[0] - limit.attackRate];
    });
    errors[2].forEach((error) => expect(Math.abs(error)).toBeLessThan(0.005));
    for (const k of [0, 1])
      for (const i of [0, 1]) {
        const order = Math.log2(errors[i][k] / errors[i + 1][k]);
        // The attack rate comes to its order from below, and levels of contact leave some 10⁻⁴.
        expect(order).toBeGreaterThan(0.65);
        expect(order).toBeLessThan(1.3);
      }
  });

  it("lies between nobody's fear and a planner's care", () => {
    const [fearless, usual, severe] = [sirEpidemic.presets["fearless"].parameters, {}, { c_I: 5 }].map((given) =>
      equilibrium({ T: 60, ...given }),
    );
    expect(number(usual, "peak_infected")).toBeLessThan(0.8 * number(fearless, "peak_infected"));
    expect(number(severe, "peak_infected")).toBeLessThan(0.5 * number(usual, "peak_infected"));
    expect(number(usual, "price_of_anarchy")).toBeGreaterThan(1.1);
    expect(number(severe, "price_of_anarchy")).toBeGreaterThan(number(usual, "price_of_anarchy"));
  });

  // Action values soon agree to beyond what can be squared, which once broke the solver's acceleration.
  it("costs one who is infected what the closed form says", () => {
    const given = { T: 30, gamma: 0.2, c_I: 3, dt: 0.7 };
    const exact = sirEpidemic.exact?.(parseParameters(sirEpidemic.parameters, given), meanFieldEquilibrium) ?? {};
    expect(number(equilibrium(given), "cost_of_infection")).toBeCloseTo(number(exact, "cost_of_infection"), 12);
  });
});

describe("a vaccine", () => {
  it("is asked for as long as it is cheaper than the risk, and not at a price above any risk", () => {
    const [cheap, dear] = [1, 9].map((c_V) => equilibrium({ vaccination: true, levels: 1, T: 60, c_V }, 1e-9));
    expect(number(cheap, "vaccinated")).toBeGreaterThan(0.5);
    expect(number(cheap, "attack_rate")).toBeLessThan(0.2);
    // An infection costs at most c_I/γ = 8.
    expect(number(dear, "vaccinated")).toBeLessThan(1e-8);
  });
});

describe("shares at the start", () => {
  it("sum to at most one, and may leave nobody susceptible", () => {
    expect(number(equilibrium({ I_0: 1, T: 5 }), "attack_rate")).toBe(0);
    expect(() => modelOf(sirEpidemic, { I_0: 0.7, R_0: 0.4 })).toThrow(/^I_0 = 0.7: must be at most 1 − R_0/);
  });
});

describe("the end", () => {
  it("leaves nobody a choice, so that nobody seems to see fewer people then", () => {
    const { policy } = settled({ T: 3, levels: 3, vaccination: true }, 1e-6);
    // Usual contacts and no vaccine, of three levels by two.
    expect([...policy[0].subarray(3 * 4 * 6, 3 * 4 * 6 + 6)]).toEqual([0, 0, 0, 0, 1, 0]);
  });
});
