/** What equilibria and optima of controlled rates must be like, whatever the game. */
import { describe, expect, it } from "vitest";
import { InputError, meanFieldEquilibrium } from "../../core/index.ts";
import { boundedMinimum } from "../../numeric/bounded-minimum.ts";
import { logLogSlope } from "../../numeric/regression.ts";
import { rateNewton } from "../solvers/rate-newton.ts";
import { ratePicard } from "../solvers/rate-picard.ts";
import { candidateFrom } from "./candidate.ts";
import { certifyRates, judge } from "./certify.ts";
import { momentAt, parametersAlong, ratesGrid, restingFlow, row } from "./grid.ts";
import { randomFlow, randomNumbers, ratesGames, ratesModel, solvedRates, ask } from "./rates.testing.ts";
import { socialCost } from "./social-cost.ts";

const cases = [
  ["lq-rates", {}],
  ["lq-rates", { gamma_form: "mean-field", gamma: 3 }],
  ["lq-rates", ratesGames["lq-rates"].presets["control"].parameters],
  ["cyber-security-rates", ratesGames["cyber-security-rates"].presets["protective"].parameters],
  ["sir-rates", {}],
  ["kl-rates", { kappa: 2 }],
] as const;

function largestDifference(a: Float64Array, b: Float64Array): number {
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);
}

describe("controls", () => {
  it.each(cases)("of %s %o are best against any difference of values", (game, given) => {
    const grid = ratesGrid(ratesModel(game, given), 5, "heun");
    const mu = randomFlow(grid, 1);
    const at = momentAt(grid, mu, parametersAlong(grid, mu), 2);
    const differences = randomNumbers(8, 2).map((z) => 4 * z);
    for (const { range, control, rate, cost } of grid.model.moves)
      for (const delta of differences) {
        const pays = (a: number): number => cost.value(a, at) + rate.value(a, at) * delta;
        const best = boundedMinimum(pays, range[0], range[1]).value;
        expect(pays(control.value(delta, at)) - best).toBeLessThan(1e-12 * Math.max(1, Math.abs(best)));
      }
  });
});

describe("equilibria", () => {
  it.each(cases)("of %s %o are laws at all times, and the same by both solvers", (game, given) => {
    const model = ratesModel(game, given);
    const { outcome, candidate } = solvedRates(model, "nash", { damping: 0 });
    const newton = solvedRates(model, "nash", {}, rateNewton);
    expect([outcome, newton.outcome]).toEqual(["converged", "converged"]);
    expect(largestDifference(candidate.mu, newton.candidate.mu)).toBeLessThan(1e-11);
    for (let i = 0; i < candidate.grid.t.length; i++) {
      const law = row(candidate.mu, i, candidate.grid.states);
      expect(Math.abs(law.reduce((sum, share) => sum + share, 0) - 1)).toBeLessThan(1e-12);
      expect(Math.min(...law)).toBeGreaterThanOrEqual(0);
    }
  });

  it.each([
    ["lq-rates", {}],
    ["kl-rates", { kappa: 2 }],
  ] as const)("of the monotone game %s %o are one from five random flows", (game, given) => {
    const model = ratesModel(game, given);
    const { candidate } = solvedRates(model);
    for (let seed = 1; seed <= 5; seed++) {
      const from: typeof ratePicard = {
        ...ratePicard,
        init: (...asked) => {
          const state = ratePicard.init(...asked);
          state.search.mu.set(randomFlow(state.search.grid, seed));
          return state;
        },
      };
      const other = solvedRates(model, "nash", {}, from).candidate;
      expect(largestDifference(candidate.mu, other.mu)).toBeLessThan(1e-11);
    }
  });
});

describe("the planner", () => {
  const costOf = (game: string, given: object, concept: "nash" | "planner"): number => {
    const { outcome, candidate } = solvedRates(ratesModel(game, given as never), concept, {
      N: 201,
      scheme: "heun",
      damping: 0,
    });
    expect(outcome).toBe("converged");
    return socialCost(candidate);
  };

  it.each(cases)("of %s %o pays no more than the equilibrium", (game, given) => {
    // What is minimised is the cost in continuous time: costs on the grid err by its step squared.
    expect(costOf(game, given, "planner")).toBeLessThan(costOf(game, given, "nash") + 1e-9);
  });

  it.each([
    ["lq-rates", { c: 0, company: 0 }],
    ["kl-rates", {}],
  ] as const)("of %s %o does as everybody does, where nobody minds the others", (game, given) => {
    expect(Math.abs(costOf(game, given, "planner") - costOf(game, given, "nash"))).toBeLessThan(1e-13);
  });

  it.each([
    ["lq-rates", ratesGames["lq-rates"].presets["control"].parameters],
    ["lq-rates", { gamma_form: "mean-field", gamma: 3, low: 0.5 }],
    ["sir-rates", { T: 20 }],
    ["kl-rates", { kappa: 2 }],
  ] as const)("of %s %o cannot be improved by small changes of controls", (game, given) => {
    const slopes = [100, 200].map((n) => {
      const { candidate } = solvedRates(ratesModel(game, given), "planner", { N: n + 1, scheme: "heun", damping: 0 });
      const { moves } = candidate.grid;
      // One change of all controls in time and place, away from the ends of their ranges.
      const change = candidate.controls.map((_, k) =>
        Math.cos(3 * candidate.grid.t[Math.floor(k / moves)] + (k % moves)),
      );
      const moved = (by: number): number => {
        const controls = candidate.controls.map(
          (a, k) => a + by * change[k] * Math.min(a, 1) * (a < 1 || game !== "sir-rates" ? 1 : 0),
        );
        return socialCost({ ...candidate, controls });
      };
      return (moved(1e-4) - moved(-1e-4)) / 2e-4;
    });
    // The equilibrium's slope is of order one; what is left is the scheme's error, of order two.
    expect(Math.abs(slopes[0])).toBeLessThan(5e-3);
    expect(Math.abs(slopes[1])).toBeLessThan(Math.abs(slopes[0]) / 3 + 1e-8);
  });
});

describe("certificates", () => {
  it.each([
    ["euler", 2],
    ["heun", 4],
  ] as const)("find that nobody gains more than of the order of the step of %s to the power %d", (scheme, order) => {
    const steps = [50, 100, 200, 400];
    for (const [game, given] of [
      ["sir-rates", {}],
      ["kl-rates", { kappa: 2 }],
    ] as const) {
      const gains = steps.map(
        (n) =>
          judge(solvedRates(ratesModel(game, given), "nash", { N: n + 1, scheme }).candidate, false).exploitability,
      );
      expect(Math.abs(logLogSlope(steps, gains).slope + order)).toBeLessThan(0.3);
    }
  });

  it.each(cases)("tell an answer to a wrong flow of %s %o from an equilibrium", (game, given) => {
    const model = ratesModel(game, given);
    const grid = ratesGrid(model, 101, "heun");
    const good = solvedRates(model, "nash", { N: 101, scheme: "heun", damping: 0 }).candidate;
    const [right, wrong] = [good, candidateFrom(grid, ask(), restingFlow(grid))].map((candidate) =>
      certifyRates(model, meanFieldEquilibrium, candidate),
    );
    expect(right.consistency).toBeLessThan(1e-11);
    expect(wrong.consistency).toBeGreaterThan(1e-2);
    expect(right.exploitability).toBeLessThan(0.2 * (wrong.exploitability ?? 0));
    expect(right.residual).toBeLessThan(1e-2);
    expect(wrong.residual).toBeGreaterThan(5 * (right.residual ?? 0));
  });

  it("are those of continuous time where players jump several times a step of the grid", () => {
    // Rates of some tens near the end, where the price is low, on steps of a twelfth; then the same policy on finer steps.
    const model = ratesModel("lq-rates", { gamma_form: "arc", gamma: 1.2, T: 1.5 });
    const { candidate } = solvedRates(model, "nash", { N: 19, scheme: "euler" });
    const { grid, controls } = candidate;
    const times = 64;
    const t = Float64Array.from({ length: 18 * times + 1 }, (_, i) => (i * 1.5) / (18 * times));
    const between = Float64Array.from({ length: t.length * grid.moves }, (_, k) => {
      const [i, m] = [Math.floor(k / grid.moves), k % grid.moves];
      const [first, share] = [Math.min(Math.floor(i / times), 17), i / times - Math.min(Math.floor(i / times), 17)];
      return (1 - share) * controls[first * grid.moves + m] + share * controls[(first + 1) * grid.moves + m];
    });
    const mu = new Float64Array(t.length * grid.states).fill(1 / grid.states);
    const fine = { ...candidate, grid: { ...grid, t, step: grid.step / times }, mu, controls: between };
    const [own, exact] = [judge(candidate, false).exploitability, judge(fine, false).exploitability];
    expect(exact).toBeGreaterThan(0.01);
    expect(Math.abs(own / exact - 1)).toBeLessThan(2e-3);
  });

  it("judge a planner by the equation with what players do to each other", () => {
    const { model, question, ...rest } = solvedRates(ratesModel("sir-rates"), "planner", {
      N: 401,
      scheme: "heun",
      damping: 0,
    }).candidate;
    const asPlanner = certifyRates(model, question, { model, question, ...rest });
    expect(asPlanner.exploitability).toBeNull();
    expect(asPlanner.residual).toBeLessThan(1e-4);
    // Whom a planner restrains would rather go out.
    expect(certifyRates(model, meanFieldEquilibrium, { model, question, ...rest }).exploitability).toBeGreaterThan(1);
  });
});

describe("what cannot be solved", () => {
  it("is said: steps too long for the rates", () => {
    const { outcome, reason } = solvedRates(ratesModel("lq-rates", { base: 90 }), "nash", { N: 20 });
    expect(outcome).toBe("diverged");
    expect(reason).toMatch(/^the share of state = \d becomes negative or no number at t = .*take more points N$/);
  });

  it("is said: steps in which players would jump several times, though laws remain laws", () => {
    const { outcome, reason, candidate } = solvedRates(ratesModel("lq-rates"), "nash", { N: 9, scheme: "heun" });
    expect(outcome).toBe("converged");
    expect(reason).toMatch(/; but some would jump 2\.1 times a step: take more points N$/);
    // The certificate, which does not take such steps, sees it too.
    expect(judge(candidate, false).exploitability).toBeGreaterThan(1);
  });

  it("is said: a law that is none, moves to nowhere, a horizon of nothing", () => {
    const model = ratesModel("lq-rates");
    for (const change of [
      { initial: Float64Array.of(0.5, 0.4, 0.2) },
      { moves: [{ ...model.moves[0], to: 3 }] },
      { horizon: 0 },
    ])
      expect(() => ratesGrid({ ...model, ...change }, 10, "euler")).toThrow(InputError);
  });

  it("is refused: finitely many players", () => {
    for (const solver of [ratePicard, rateNewton])
      expect(solver.refuses(ratesModel("sir-rates"), { ...ask(), players: 10 })).toMatch(/in the limit/);
  });
});
