import { describe, expect, it } from "vitest";
import { catalogue } from "../../catalogue.ts";
import { documentOf, prepare, solve } from "../../laboratory.ts";
import type { RunDocument } from "../../laboratory.ts";
import { corridorExit } from "../crowd/corridor.ts";
import { crowdMotion } from "./crowd-motion.ts";

async function solved(parameters: object, points: number, steps: number): Promise<RunDocument> {
  const request = { parameters: { plan: "drawn", ...parameters }, options: { points, steps } };
  return documentOf(await solve(prepare(catalogue, crowdMotion as never, request), {}));
}

describe("a drawn room", () => {
  it("that is a corridor costs what the closed form says, to the first order of its grid", async () => {
    const [L, v0, sigma, G, T] = [10, 1.4, 1, 0, 8];
    const drawing = ["E............E", "E............E"];
    const errors = [30, 58].map(async (points) => {
      const h = L / (points - 1);
      // From the last point of one exit to the first of the other.
      const first = Math.ceil((points - 1) / 14) - 1;
      const length = L - 2 * first * h;
      const law = corridorExit({
        scale: 0.5 * v0 * v0,
        viscosity: 0.5 * sigma ** 2,
        length,
        late: G,
        horizon: T,
        initial: () => 1 / length,
        knots: [0, length],
      });
      const { quantities, outcome } = await solved(
        { drawing, L, v0, sigma, G, T, kappa: 0, c: 0 },
        points,
        0.5 * points,
      );
      expect(outcome).toBe("converged");
      return Math.abs((quantities["cost"] as number) / (law?.cost() ?? Number.NaN) - 1);
    });
    const [coarse, fine] = await Promise.all(errors);
    expect(coarse).toBeLessThan(0.1);
    expect(coarse / fine).toBeGreaterThan(1.6);
  });

  it("is left as its mirror image is, by the same shares", async () => {
    const rows = ["E...#", "oo..#", "oo#..", "....E"];
    const mirrored = rows.map((row) => Array.from(row).toReversed().join(""));
    const [one, other] = [
      await solved({ drawing: rows, people: 20 }, 17, 8),
      await solved({ drawing: mirrored, people: 20 }, 17, 8),
    ];
    const leaving = ({ quantities }: RunDocument, name: string): readonly number[] => {
      const table = quantities[name];
      return typeof table === "number" ? [table] : table.value;
    };
    const distance = (name: string, image = name): number =>
      Math.max(...leaving(one, name).map((value, k) => Math.abs(value - leaving(other, image)[k])));
    // Newton's tolerance; the exits of the mirror image are numbered the same here, being in different rows.
    for (const name of ["cost", "active_fraction", "left_by_exit_1", "left_by_exit_2"])
      expect(distance(name)).toBeLessThan(1e-8);
    const last = (name: string): number => leaving(one, name).at(-1) ?? Number.NaN;
    expect(last("left_by_exit_1") + last("left_by_exit_2") + last("active_fraction")).toBeCloseTo(1, 10);
  });

  it("refuses what is no room by the name of its parameter", () => {
    const request = { parameters: { plan: "drawn", drawing: ["..", ".."] } };
    expect(() => prepare(catalogue, crowdMotion as never, request)).toThrow("drawing = ");
    // A drawing that is not asked for is not read.
    expect(() => prepare(catalogue, crowdMotion as never, { parameters: { drawing: ["x"] } })).not.toThrow();
  });
});
