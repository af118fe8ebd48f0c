import { describe, expect, it } from "vitest";
import { prepare, solve } from "../../laboratory.ts";
import type { Catalogue } from "../../laboratory.ts";
import { fieldsWing } from "../pde/wing.ts";
import { newton } from "../solvers/newton.ts";
import { ownGameExamples } from "./examples.ts";
import { gameFromText } from "./own-game.ts";

const catalogue: Catalogue = {
  games: [],
  solvers: [newton as unknown as Catalogue["solvers"][number]],
  wings: [fieldsWing as unknown as Catalogue["wings"][number]],
};

describe("a declared game, wherever the library runs", () => {
  it("is read from its text and solved to its closed form", async () => {
    const game = gameFromText(JSON.stringify(ownGameExamples["tracking"]));
    const { outcome, quantities, exact } = await solve(
      prepare(catalogue, game, { options: { points: 41, steps: 20 } }),
    );
    expect(outcome.outcome).toBe("converged");
    // A square in x is exact for central differences: only rounding is left.
    expect(quantities["value"].at(0.5, 0.7)).toBeCloseTo(exact["value"].at(0.5, 0.7), 12);
    expect(quantities["cost"].at()).toBeCloseTo(0.09, 3);
  });

  it("tells the same fault", () => {
    const text = JSON.stringify({ ...ownGameExamples["tracking"], coupling: "q*(x - meen)^2" });
    expect(() => gameFromText(text)).toThrow("coupling: at column 8, unknown name `meen` (did you mean mean?)");
  });
});
