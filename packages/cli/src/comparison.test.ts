import { RefusalError, catalogue, prepare, series, solve } from "meanfield";
import type { Game, Quantity, Solver } from "meanfield";
import { describe, expect, it } from "vitest";
import {
  cellRequest,
  differences,
  orRefusal,
  pairDistances,
  quantitiesOf,
  rowOf,
  scalarNames,
  worstOutcome,
} from "./comparison.ts";
import type { Compared } from "./comparison.ts";

const game = catalogue.games.find(({ id }) => id === "trade-crowding") as Game;
const solvers = catalogue.solvers.filter(({ name }) => name === "riccati" || name === "picard");
const picard = solvers.find(({ name }) => name === "picard") as Solver;
const riccati = solvers.find(({ name }) => name === "riccati") as Solver;

async function solved(solver: string, value?: number): Promise<Compared> {
  const parameters = value === undefined ? {} : { h: value };
  return { solver, value, solution: await solve(prepare(catalogue, game, { solver, parameters })), elapsed: [] };
}

describe("cellRequest", () => {
  it("gives each solver the options it has", () => {
    const request = { options: { damping: 0.5 }, tolerance: 1e-8, parameters: { T: 2 } };
    expect(cellRequest(request, solvers, picard, "h", 0.1)).toEqual({
      solver: "picard",
      options: { damping: 0.5 },
      tolerance: 1e-8,
      parameters: { T: 2, h: 0.1 },
    });
    expect(cellRequest(request, solvers, riccati, undefined, undefined).options).toEqual({});
  });

  it("refuses an option that none has", () => {
    expect(() => cellRequest({ options: { dmping: 1 } }, solvers, picard, undefined, undefined)).toThrow(
      "option dmping = 1: must be an option of riccati or picard",
    );
  });
});

it("orRefusal keeps refusals and lets other errors pass", () => {
  const refusal = new RefusalError("no");
  const throwing = (error: Error) => () => {
    throw error;
  };
  expect(orRefusal(() => 1)).toBe(1);
  expect(orRefusal(throwing(refusal))).toBe(refusal);
  expect(() => orRefusal(throwing(new TypeError("bug")))).toThrow("bug");
});

it("rows, differences and quantities agree with the solutions", async () => {
  const compared = [await solved("riccati"), await solved("picard")];
  const rows = compared.map(rowOf);
  expect(scalarNames(rows)).toContain("cost");
  expect(rows[0].scalars["cost"]).toBe(compared[0].solution.quantities["cost"].at());
  const spread = differences(pairDistances(compared));
  expect(spread["cost"]).toBe(Math.abs(rows[0].scalars["cost"] - rows[1].scalars["cost"]));
  expect(spread["eta"]).toBeLessThan(1e-8);
  expect(quantitiesOf(compared, undefined)["cost_picard"]).toBe(rows[1].scalars["cost"]);
});

it("answers on different grids are compared where both have points, on the coarser", async () => {
  const base = await solved("riccati");
  const drawn = (solver: string, quantity: Quantity): Compared => ({
    ...base,
    solver,
    solution: { ...base.solution, quantities: { price: quantity } },
  });
  const coarse = drawn(
    "a",
    series(Float64Array.of(0, 1, 2), (t) => t),
  );
  // Differs from the other between its points only, and beyond its end.
  const fine = drawn(
    "b",
    series(Float64Array.of(0, 0.5, 1, 1.5), (t) => t + Math.sin(Math.PI * t) ** 2 + 0.25 * t),
  );
  const elsewhere = drawn("c", { axes: [{ name: "x", grid: Float64Array.of(0, 1) }], at: () => 0 });
  const pairs = pairDistances([fine, coarse, elsewhere]);
  expect(pairs).toEqual([
    { solvers: ["b", "a"], distance: { price: expect.closeTo(0.25, 12) as number } },
    { solvers: ["b", "c"], distance: {} },
    { solvers: ["a", "c"], distance: {} },
  ]);
  expect(differences(pairs)).toEqual({});
});

it("a varied parameter is an axis, over the values that were solved", async () => {
  const compared = [await solved("riccati", 0), await solved("riccati", 0.5)];
  expect(quantitiesOf(compared, "h")["cost_riccati"]).toEqual({
    axes: { h: [0, 0.5] },
    value: compared.map(({ solution }) => solution.quantities["cost"].at()),
  });
});

it("the worst outcome is the whole's", () => {
  const row = rowOf({ solver: "riccati", value: 3, refusal: "too long" });
  expect(row).toMatchObject({ outcome: "refused", certificate: null, scalars: {} });
  expect(worstOutcome([row], false)).toEqual({ outcome: "refused", reason: "riccati at 3: too long" });
  expect(worstOutcome([row], true).outcome).toBe("aborted");
  expect(worstOutcome([], false).outcome).toBe("converged");
});
