/** Numbers of an independent implementation of the published discretisation, and orders of convergence. */
import { describe, expect, it } from "vitest";
import type { Concept } from "../../core/index.ts";
import { parseParameters } from "../../core/index.ts";
import { logLogSlope } from "../../numeric/regression.ts";
import reference from "../../../../../tests/reference/controlled-rates.json" with { type: "json" };
import { row } from "./grid.ts";
import type { Scheme } from "./grid.ts";
import { ask, ratesGames, ratesModel, solvedRates } from "./rates.testing.ts";

describe("the published discretisation", () => {
  it.each(reference.paths)("$id", ({ game, parameters, quantity, args, value, suggested_tol }) => {
    const { outcome, candidate } = solvedRates(ratesModel(game, parameters), args.concept as Concept, { N: args.N });
    expect(outcome).toBe("converged");
    const path = quantity === "flow" ? candidate.mu : candidate.u;
    row(path, args.i, value.length).forEach((number, x) =>
      expect(Math.abs(number - value[x])).toBeLessThan(suggested_tol),
    );
  });

  it.each(reference.scalars)("$id", ({ game, parameters, quantity, args, value, suggested_tol }) => {
    const { [game]: declared } = ratesGames;
    const concept = args.concept as Concept;
    const { candidate } = solvedRates(ratesModel(game, parameters), concept, { N: args.N });
    const given = parseParameters(declared.parameters, parameters);
    const { [quantity]: measured } = declared.measure(given, ask(concept), candidate);
    expect(Math.abs(measured().at() - value)).toBeLessThan(suggested_tol);
  });

  it("takes the iterations of the published runs without damping", () => {
    expect(solvedRates(ratesModel("lq-rates")).iterations).toBe(11);
    expect(solvedRates(ratesModel("lq-rates", { gamma_form: "mean-field", gamma: 3 })).iterations).toBe(24);
  });

  it("has the infected of the epidemic pay what a geometric series says", () => {
    const { candidate } = solvedRates(ratesModel("sir-rates"));
    const { step, t } = candidate.grid;
    t.forEach((_, i) => {
      const left = (1 / 0.125) * (1 - (1 - 0.125 * step) ** (t.length - 1 - i));
      expect(Math.abs(candidate.u[i * 3 + 1] - left)).toBeLessThan(1e-13);
    });
  });

  it("defends who is undefended never, and gives up all defence, under the weak hacker", () => {
    const { grid, controls } = solvedRates(ratesModel("cyber-security-rates")).candidate;
    for (let i = 0; i < 99; i++) expect([...row(controls, i, grid.moves).subarray(0, 4)]).toEqual([1, 0, 1, 0]);
  });
});

const closedForms = Object.fromEntries(reference.closedForms.map(({ id, value }) => [id, value]));

describe("relative entropy", () => {
  it.each(reference.closedForms)("$id by the closed form", ({ parameters, quantity, args, value, suggested_tol }) => {
    const { exact, parameters: schema } = ratesGames["kl-rates"];
    const { [quantity]: known } = exact?.(parseParameters(schema, parameters), ask()) ?? {};
    value.forEach((number, x) => expect(Math.abs(known().at(args.t, x) - number)).toBeLessThan(suggested_tol));
  });

  it("has none where company costs or rates meet their bound", () => {
    const { exact, parameters: schema } = ratesGames["kl-rates"];
    for (const given of [{ kappa: 1 }, { terminal: [0, 1, 8] }])
      expect(exact?.(parseParameters(schema, given), ask())).toEqual({});
  });

  it.each([
    ["euler", 1],
    ["heun", 2],
  ] as const)("is met by %s with order %d", (scheme, order) => {
    const steps = [100, 200, 400, 800];
    const errors = steps.map((n) => {
      const { mu, u } = solvedRates(ratesModel("kl-rates"), "nash", { N: n + 1, scheme }).candidate;
      const away = (path: Float64Array, i: number, id: string): number =>
        Math.max(...closedForms[id].map((number, x) => Math.abs(row(path, i, 3)[x] - number)));
      return Math.max(away(u, 0, "kl.value.0"), away(mu, n / 2, "kl.flow.half"), away(mu, n, "kl.flow.1"));
    });
    // Eight printed digits are enough for errors of 1e-6 with order two on the finest grid.
    expect(Math.abs(logLogSlope(steps, errors).slope + order)).toBeLessThan(0.03);
  });
});

describe("grid refinement of the linear–quadratic game", () => {
  const startValue = (n: number, scheme: Scheme): number =>
    solvedRates(ratesModel("lq-rates"), "nash", { N: n + 1, scheme }).candidate.u[0];
  const [steps, finest] = [[100, 200, 400, 800], 1600];
  /** What both schemes tend to: order two extrapolated. */
  const limit = startValue(finest, "heun") + (startValue(finest, "heun") - startValue(finest / 2, "heun")) / 3;

  it.each([
    ["euler", 1, 0.1],
    // Controls are cut off at rate 0 near the end, at times that no grid meets.
    ["heun", 2, 0.25],
  ] as const)("%s has order %d", (scheme, order, within) => {
    const errors = steps.map((n) => Math.abs(startValue(n, scheme) - limit));
    expect(Math.abs(logLogSlope(steps, errors).slope + order)).toBeLessThan(within);
  });

  it("leads with both schemes to the extrapolated value", () => {
    // What is left after order one is of order two, and falls by sixteen from 1600 to 6400 steps.
    const first = 2 * startValue(6400, "euler") - startValue(3200, "euler");
    expect(Math.abs(first - limit)).toBeLessThan(5e-6);
    expect(Math.abs(limit - 4.18499)).toBeLessThan(1e-5);
  });
});
