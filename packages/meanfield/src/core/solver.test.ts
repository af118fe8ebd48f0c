import { describe, expect, expectTypeOf, it } from "vitest";
import { z } from "zod";
import type { Model } from "./model.ts";
import { real } from "./parameters.ts";
import { meanFieldEquilibrium } from "./question.ts";
import { iterate, run, stream } from "./solver.ts";
import type { Solver } from "./solver.ts";

interface Halving extends Model {
  readonly family: "finite";
  readonly start: number;
}

const options = z.object({ tolerance: real(1e-3, "stop below this") });

/** x ← factor · x until |x| is below the tolerance. */
const scaling = (factor: number): Solver<Halving, typeof options, { x: number; tolerance: number }, number> => ({
  name: "scaling",
  title: "Scaling",
  family: "finite",
  story: "",
  reference: "",
  options,
  refuses: () => undefined,
  init: (model, _question, { tolerance }) => ({ x: model.start, tolerance }),
  step: (_model, state) => {
    state.x *= factor;
    return Math.abs(state.x) < state.tolerance
      ? { metrics: { x: state.x }, status: "converged", reason: "small enough" }
      : { metrics: { x: state.x }, status: "running" };
  },
  candidate: (_model, state) => state.x,
});

const model: Halving = { family: "finite", start: 1 };
const settings = { tolerance: 1e-3 };

describe("run", () => {
  it("converges with its reason and trace", () => {
    const outcome = run(scaling(0.5), model, meanFieldEquilibrium, settings);
    expect(outcome).toMatchObject({
      outcome: "converged",
      reason: "small enough",
      iterations: 10,
      candidate: 2 ** -10,
    });
    expect(outcome.trace.map(({ k }) => k)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(outcome.trace[3]).toEqual({ k: 3, x: 1 / 16 });
  });

  it("shows how far it got at the iteration limit", () => {
    const outcome = run(scaling(0.5), model, meanFieldEquilibrium, settings, { maximumIterations: 3 });
    expect(outcome).toMatchObject({ outcome: "iteration-limit", iterations: 3, candidate: 0.125 });
    expect(outcome.reason).toContain("3 iterations");
  });

  it("ends where the solver's own bound is met", () => {
    const bounded: ReturnType<typeof scaling> = {
      ...scaling(0.5),
      step: () => ({ metrics: {}, status: "iteration-limit", reason: "enough" }),
    };
    expect(run(bounded, model, meanFieldEquilibrium, settings)).toMatchObject({
      outcome: "iteration-limit",
      reason: "enough",
      iterations: 1,
    });
  });

  it("calls a metric that is not finite a divergence, and names it", () => {
    const outcome = run(scaling(1e200), model, meanFieldEquilibrium, settings);
    expect(outcome).toMatchObject({ outcome: "diverged", reason: "x became Infinity at iteration 1" });
  });

  it.each([
    [1, 0.5, "1 iteration"],
    [2, 0.25, "2 iterations"],
  ])("keeps what was computed when stopped after %d", (iterations, candidate, words) => {
    const stop = new AbortController();
    const outcome = run(scaling(0.5), model, meanFieldEquilibrium, settings, {
      signal: stop.signal,
      watch: ({ k }) => k === iterations - 1 && stop.abort(),
    });
    expect(outcome).toMatchObject({ outcome: "aborted", iterations, candidate });
    expect(outcome.reason).toBe(`stopped by request after ${words}`);
  });

  it("refuses a model of another family at compile time", () => {
    const foreign = { family: "diffusion" } as const;
    // @ts-expect-error a diffusion model is no finite model
    expectTypeOf(() => run(scaling(0.5), foreign, meanFieldEquilibrium, settings)).toBeFunction();
  });
});

describe("iterate and stream", () => {
  it("yield the same iterations", async () => {
    const sync = [...iterate(scaling(0.5), model, meanFieldEquilibrium, settings)].map(({ k, metrics }) => ({
      k,
      metrics,
    }));
    const slow = [];
    for await (const { k, metrics } of stream(scaling(0.5), model, meanFieldEquilibrium, settings, { slice: 0 }))
      slow.push({ k, metrics });
    expect(slow).toEqual(sync);
  });

  it("stream gives the thread back between slices", async () => {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 0);
    const steps = stream(scaling(0.999999), model, meanFieldEquilibrium, settings, {
      slice: 1,
      maximumIterations: 200_000,
    });
    while ((await steps.next()).done !== true);
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(1);
  });
});
