import { describe, expect, it } from "vitest";
import { RefusalError } from "../../core/index.ts";
import { solvePlanner } from "../linear-quadratic/planner.ts";
import { expandPlayers } from "./expand.ts";
import { playersModel } from "./model.ts";
import { planner } from "./planner.ts";
import { crowded, games, number, reference, withoutNoise } from "./reference-games.testing.ts";
import { distanceToSymmetric } from "./symmetric-gain.testing.ts";

const sets = [
  "s1_systemic_nocommon.A",
  "s1_systemic_nocommon.C",
  "s2_systemic_common.A",
  "s2_systemic_common.C",
  "s2_systemic_common.D_slide_sign",
  "s2_systemic_common.D_cfs_sign",
  "S4.A",
] as const;

describe("planner", () => {
  it.each(sets)("reproduces the joint regulator's cost in %s", (set) => {
    for (const players of set === "S4.A" ? [2, 3, 5, 10] : [2, 3, 5]) {
      const { cost, costs } = planner(expandPlayers(games[set], players));
      expect(cost).toBeCloseTo(number(`${set}.planner_full.N${players}`), 9);
      expect(costs[players - 1]).toBeCloseTo(cost, 11);
    }
  });

  it("reproduces the cartel, and the price impact game up to twenty traders", () => {
    for (const players of [2, 5]) {
      const { cost } = planner(expandPlayers(withoutNoise(games["S3.A"]), players));
      expect(cost).toBeCloseTo(number(`S3.A.planner_full.N${players}`), 9);
    }
    for (const set of ["S5.A", "S5.C_neg"] as const) {
      const { value, args } = reference(`${set}.planner_full`);
      const upTo20 = (args["N"] as readonly number[]).slice(0, 4);
      expect(upTo20).toEqual([2, 5, 10, 20]);
      upTo20.forEach((players, i) => {
        expect(planner(expandPlayers(games[set], players)).cost).toBeCloseTo((value as readonly number[])[i], 8);
      });
    }
  });

  it("agrees with the symmetric planner at all times where everything is switched on", () => {
    const game = expandPlayers(crowded(), 4);
    const { strategy, cost } = planner(game);
    const symmetric = solvePlanner(crowded(), 4);
    expect(cost).toBeCloseTo(symmetric.cost, 11);
    expect(distanceToSymmetric(crowded(), 4, game, strategy, symmetric.strategy)).toBeLessThan(1e-11);
  });

  it("refuses where joint costs have no least value though each player's own is convex", () => {
    // Two players who each gain by the product of both states: jointly −x₁x₂ outweighs the controls after a while.
    const game = playersModel({
      horizon: 4,
      A: [
        [0, 0],
        [0, 0],
      ],
      B: [
        [[1], [0]],
        [[0], [1]],
      ],
      costs: [0, 1].map((i) => ({
        R: [
          [i === 0 ? 1 : 0, 0],
          [0, i === 1 ? 1 : 0],
        ],
        Q: [
          [0, -1],
          [-1, 0],
        ],
      })),
      initial: { mean: [1, 1] },
    });
    expect(() => planner(game)).toThrow(RefusalError);
    expect(() => planner(game)).toThrow("explodes");
  });
});
