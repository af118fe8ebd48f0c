import { describe, expect, it } from "vitest";
import { meanFieldEquilibrium, parseParameters } from "../../core/index.ts";
import type { Game, Quantities } from "../../core/index.ts";
import { rungeKutta4 } from "../../numeric/runge-kutta-4.ts";
import type { FiniteCandidate } from "../candidate.ts";
import { anySolver, modelOf, solved } from "../finite.testing.ts";
import { onlineMirrorDescent } from "../solvers/online-mirror-descent.ts";
import { cyberSecurity } from "./cyber-security.ts";

function equilibrium(given: Record<string, unknown> = {}): { candidate: FiniteCandidate; seen: Quantities } {
  const model = modelOf(cyberSecurity, given);
  const { candidate, outcome } = solved(anySolver(onlineMirrorDescent), model, { tolerance: 1e-12 });
  expect(outcome).toBe("converged");
  const game = cyberSecurity as unknown as Game;
  return { candidate, seen: game.measure(parseParameters(game.parameters, given), meanFieldEquilibrium, candidate) };
}

describe("the numbers of the book", () => {
  it("have the values and laws of an independent solution of the same Euler steps", () => {
    const { candidate, seen } = equilibrium({ T: 99, dt: 10 / 99 });
    // Printed to eight digits.
    const values = [2.93133857, 2.32327469, 2.59124143, 1.89969525];
    values.forEach((value, s) => expect(Math.abs(seen["value"]().at(0, s) + value)).toBeLessThan(1e-7));
    const middle = [0.00367092, 0.00438052, 0.43859029, 0.55335827];
    middle.forEach((share, s) => expect(Math.abs(candidate.flow[0][4 * 49 + s] - share)).toBeLessThan(1e-8));
    // The defended switch, the undefended keep: until the last decision that counts.
    for (let t = 0; t < 97; t++)
      for (let s = 0; s < 4; s++) expect(seen["policy"]().at(t, s, s < 2 ? 1 : 0)).toBeGreaterThan(1 - 1e-9);
  });

  it("tend to those of continuous time, to first order", () => {
    const end = rungeKutta4(
      (_t, [DI, DS, UI, US], out) => {
        const [ill, exposed] = [0.5 * DI - DS * (0.24 + 0.4 * (DI + UI)), 0.4 * UI - US * (0.18 + 0.3 * (DI + UI))];
        out[0] = -ill - 0.8 * DI;
        out[1] = ill - 0.8 * DS;
        out[2] = -exposed + 0.8 * DI;
        out[3] = exposed + 0.8 * DS;
      },
      0,
      5,
      [0.25, 0.25, 0.25, 0.25],
      500,
    ).end;
    const errors = [50, 100, 200].map((T) => {
      const { flow } = equilibrium({ T, dt: 10 / T }).candidate;
      return Math.max(...Array.from(end, (share, s) => Math.abs(share - flow[0][4 * (T / 2) + s])));
    });
    expect(errors[2]).toBeLessThan(1e-3);
    for (const i of [0, 1]) expect(Math.log2(errors[i] / errors[i + 1])).toBeCloseTo(1, 0);
  });
});

describe("defence", () => {
  it("is switched on where it works", () => {
    const { seen } = equilibrium(cyberSecurity.presets["worth-it"].parameters);
    expect(seen["defended"]().at(50)).toBeGreaterThan(0.99);
    expect(seen["infected"]().at(50)).toBeLessThan(0.05);
    expect(seen["peak_infected"]().at()).toBe(0.5);
  });

  it("of all would pay where that of one does not", () => {
    const { seen } = equilibrium(cyberSecurity.presets["free-riders"].parameters);
    expect(seen["defended"]().at(50)).toBeLessThan(0.01);
    expect(seen["price_of_anarchy"]().at()).toBeGreaterThan(1.05);
  });

  it("is indifferent to the others where nobody infects anybody: values of a computer alone, in closed form", () => {
    const alone = { beta_DD: 0, beta_DU: 0, beta_UU: 0, beta_UD: 0, lambda: 0, T: 40 };
    const { seen } = equilibrium(alone);
    // Infected shares of a chain with rates f = 0.18 and r = 0.4 approach f/(f + r) by 1 − (f + r)Δ a step.
    const [stay, decay] = [0.18 / 0.58, 1 - 0.058];
    const ill = (start: number): number => 40 * stay + ((start - stay) * (1 - decay ** 40)) / (1 - decay);
    for (const [s, start] of [
      [2, 1],
      [3, 0],
    ])
      expect(seen["value"]().at(0, s)).toBeCloseTo(-0.05 * ill(start), 12);
  });

  it("cannot be switched within steps that are too long", () => {
    expect(() => modelOf(cyberSecurity, { dt: 1 })).toThrow(/^dt = 1: must be at most 0.6/);
  });
});
