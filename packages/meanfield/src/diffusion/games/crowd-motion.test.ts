import { describe, expect, it } from "vitest";
import { once, parseParameters, run } from "../../core/index.ts";
import { gridPlanner } from "../solvers/grid-planner.ts";
import { crowdMotion } from "./crowd-motion.ts";
import { solveFields } from "./fields.testing.ts";
import { ask, planner } from "./reference.testing.ts";

describe("a corridor where nobody minds the others", () => {
  // Smooth at T, so that both schemes show their order: there is nothing to be had for being out.
  const given = { dimension: "1", kappa: 0, c: 0, sigma: 1, G: 0, T: 6 };
  const places = [0.7, 2.5, 4.6, 6.1, 9.2];

  const errors = (scheme: "upwind" | "central", points: number, steps: number) => {
    const { measured, exact } = solveFields(crowdMotion, given, { points, steps, scheme });
    const apart = (name: string, t: number): number =>
      Math.max(...places.map((x) => Math.abs(ask(measured, name, t, x) - ask(exact, name, t, x))));
    const gap = (name: string, ...at: number[]) => Math.abs(ask(measured, name, ...at) - ask(exact, name, ...at));
    return {
      value: apart("value", 0),
      control: apart("control", 1.5),
      // People per square metre, up to 20.
      density: apart("density", 1.5),
      inside: gap("active_fraction", 3),
      cost: gap("cost"),
    };
  };

  it.each([
    ["upwind", 0.85, [4e-2, 3e-2, 0.9, 8e-3, 3e-2]],
    ["central", 1.8, [3e-4, 2e-3, 2e-2, 1e-4, 2e-4]],
  ] as const)("%s comes to the sine series with its order", (scheme, order, bounds) => {
    const coarse = errors(scheme, 101, 60);
    const fine = errors(scheme, 201, 120);
    (Object.keys(fine) as (keyof typeof fine)[]).forEach((name, i) => {
      expect(fine[name], `error of ${name}`).toBeLessThan(bounds[i]);
      expect(Math.log2(coarse[name] / fine[name]), `order of ${name}`).toBeGreaterThan(order);
    });
  });

  it("is not given in closed form where others matter, or where it has lost its digits", () => {
    const exactOf = (more: object) =>
      crowdMotion.exact?.(parseParameters(crowdMotion.parameters, { ...given, ...more }), planner);
    expect(Object.keys(exactOf({}) ?? {})).toContain("density");
    for (const more of [{ kappa: 0.1 }, { c: 1 }, { dimension: "2" }, { sigma: 0.3 }])
      expect(exactOf(more)).toEqual({});
  });
});

describe("a room", () => {
  const grid = { points: 17, steps: 16, scheme: "upwind" } as const;
  const room = once(() => solveFields(crowdMotion, { people: 40 }, grid));

  it("whose walls are mirror images is left in mirror images", () => {
    const { measured } = room();
    for (const [t, x, y] of [
      [0, 2, 3.1],
      [4, 6, 4.5],
      [9, 9.5, 3.3],
    ]) {
      // Lines are swept from one side, so that rounding is no mirror image.
      for (const name of ["value", "density", "control_x"])
        expect(ask(measured, name, t, x, y)).toBeCloseTo(ask(measured, name, t, x, 10 - y), 9);
      expect(ask(measured, "control_y", t, x, y)).toBeCloseTo(-ask(measured, "control_y", t, x, 10 - y), 9);
    }
  });

  it("holds those who have not left, and those inside are not seen in walls", () => {
    const { measured, certificate } = room();
    for (const t of [0, 1.25, 5, 20]) {
      expect(ask(measured, "active_fraction", t) + ask(measured, "left_by_right", t)).toBeCloseTo(1, 9);
    }
    expect(ask(measured, "density", 5, 12.5 * (10 / 16), 5)).toBeNaN();
    const { exploitability, consistency, residual } = certificate();
    expect(Math.abs(exploitability ?? 1)).toBeLessThan(1e-10);
    expect(consistency).toBeLessThan(1e-10);
    expect(residual).toBeLessThan(1e-9);
  });

  it("is less dense, and costs more, the more people mind each other", () => {
    const measured = [0, 0.5, 1].map((kappa) => solveFields(crowdMotion, { people: 40, c: 0, kappa }, grid).measured);
    const densest = measured.map((each) =>
      Math.max(...Array.from({ length: 15 }, (_, i) => ask(each, "peak_density", 2.5 + i))),
    );
    expect(densest[1]).toBeLessThan(0.9 * densest[0]);
    expect(densest[2]).toBeLessThan(0.95 * densest[1]);
    const costs = measured.map((each) => ask(each, "cost"));
    expect(costs[1]).toBeGreaterThan(costs[0] + 0.1);
    expect(costs[2]).toBeGreaterThan(costs[1] + 0.1);
  });

  it("costs a planner's crowd less on average", () => {
    const parameters = parseParameters(crowdMotion.parameters, { people: 40 });
    const options = parseParameters(gridPlanner.options, { tolerance: 1e-7, ...grid });
    const { outcome, reason, candidate } = run(gridPlanner, crowdMotion.build(parameters), planner, options);
    expect(outcome, `because ${reason}`).toBe("converged");
    const best = ask(crowdMotion.measure(parameters, planner, candidate), "cost");
    const nash = ask(room().measured, "cost");
    expect(best).toBeLessThan(nash - 0.05);
    expect(best).toBeGreaterThan(0.7 * nash);
  });
});

it("both doors together let everybody out who has left, and the far one is worth it in a throng", () => {
  const grid = { points: 33, steps: 16, scheme: "upwind" } as const;
  const far = [1, 200].map((people) => {
    const { measured } = solveFields(crowdMotion, { plan: "two-doors", people }, grid);
    const [left, right] = ["left_by_left", "left_by_right"].map((name) => ask(measured, name, 20));
    // The flow is solved to 1e-10.
    expect(left + right + ask(measured, "active_fraction", 20)).toBeCloseTo(1, 9);
    return right;
  });
  expect(far[1]).toBeGreaterThan(far[0] + 0.1);
});

it("describes itself by quantities that it measures", () => {
  const { measured } = solveFields(
    crowdMotion,
    { dimension: "1", people: 20 },
    { points: 65, steps: 30, scheme: "upwind" },
  );
  const names = new Set(crowdMotion.quantities.map(({ name }) => name));
  expect(Object.keys(measured).filter((name) => !names.has(name))).toEqual([]);
  expect(ask(measured, "left_by_left", 20) + ask(measured, "left_by_right", 20)).toBeCloseTo(1, 6);
});
