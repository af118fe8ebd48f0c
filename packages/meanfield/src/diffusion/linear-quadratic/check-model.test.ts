import { describe, expect, it } from "vitest";
import { InputError } from "../../core/index.ts";
import { matrix, zeros } from "../../numeric/matrix.ts";
import { chaos } from "../chaos/chaos.ts";
import { simulateLinearQuadratic } from "../simulation/simulate.ts";
import { checkModel } from "./check-model.ts";
import type { Functional } from "./forms.ts";
import { constantMatrix, linearRows, quadraticForm, scaledMatrix, terminalForm } from "./forms.ts";
import type { LinearQuadraticModel } from "./model.ts";
import { layout } from "./model.ts";
import { priceImpact } from "./models.testing.ts";
import { randomModel } from "./random-models.testing.ts";
import { limit } from "./reference-numbers.testing.ts";
import { solveRiccati } from "./riccati.ts";

const right = priceImpact({ kappa: 0.5, lam: 1, q: 1, r: 0.1, s: 0.2, s0: 0.3, T: 1, m0: 1, v0: 0.25, S0: 0.5 });
const space = right.layout;
const shape = (changes: object): LinearQuadraticModel => ({ ...right, ...changes });
const skewed = quadraticForm(space).half(1, { control: 1 }).matrix;
skewed.data[1] = 0.5;

describe("a model of a person's own", () => {
  it("is taken as it is where it is one", () => {
    expect(() => checkModel(right)).not.toThrow();
    for (const seed of [1, 2, 3]) expect(() => checkModel(randomModel(seed))).not.toThrow();
  });

  it.each([
    ["model.layout", shape({ layout: undefined })],
    ["model.layout", shape({ layout: { ...space, size: 9 } })],
    ["model.horizon", shape({ horizon: 0 })],
    ["model.horizon", shape({ horizon: Infinity })],
    ["model.drift", shape({ drift: constantMatrix(zeros(2, space.size)) })],
    ["model.drift", shape({ drift: zeros(1, space.size) })],
    ["model.drift", shape({ drift: constantMatrix(linearRows(layout(1, 1), [{ control: 1 }])) })],
    ["model.commonDrift", shape({ commonDrift: constantMatrix(linearRows(space, [{ control: 1 }])) })],
    ["model.commonDrift", shape({ commonDrift: constantMatrix(linearRows(space, [{ state: 1 }])) })],
    ["model.running", shape({ running: constantMatrix(skewed) })],
    [
      "model.running at t = 1",
      shape({ running: scaledMatrix(quadraticForm(space).half(1, { control: 1 }).matrix, (t) => 1 / (1 - t)) }),
    ],
    ["model.terminal", shape({ terminal: matrix(4, 4, [1, 2, 0, 0, ...Array.from({ length: 12 }, () => 0)]) })],
    ["model.terminal", shape({ terminal: zeros(3, 3) })],
    ["model.noise.own", shape({ noise: { ...right.noise, own: matrix(1, 1, [Number.NaN]) } })],
    ["model.noise.own", shape({ noise: undefined })],
    ["model.noise.commonState", shape({ noise: { ...right.noise, commonState: zeros(1, 2) } })],
    ["model.initial.mean", shape({ initial: { ...right.initial, mean: [1] } })],
    ["model.initial.commonState", shape({ initial: { ...right.initial, commonState: new Float64Array(0) } })],
    ["model.initial.covariance", shape({ initial: { ...right.initial, covariance: matrix(1, 1, [-0.1]) } })],
  ])("is refused for its %s (%#)", (field, model) => {
    const caught = (run: () => unknown): unknown => {
      try {
        return run();
      } catch (error) {
        return error;
      }
    };
    const settings = { players: 2, paths: 1, steps: 1, seed: 1 };
    const strategy = { source: "empirical", gain: () => undefined } as const;
    for (const run of [
      () => solveRiccati(model, limit),
      () => simulateLinearQuadratic(model, strategy, {}, settings).next(),
      () => chaos(model, { players: [2, 4], repeats: 0, steps: 1, seed: 1 }).next(),
    ]) {
      const error = caught(run);
      expect(error).toBeInstanceOf(InputError);
      expect(error).toMatchObject({ field });
    }
  });
});

describe("a functional", () => {
  const bare = layout(1, 1);
  it.each([
    [{ stat: 1, mean: -1 }, /stat = 1: must be one of state, mean, common, control, meanControl, one/],
    [{ state: [1, 2] }, /state = \[1,2\]: must be a finite number/],
    [{ state: "1" }, /state = "1"/],
    [{ common: 1 }, /common = 1: must be 0 finite numbers/],
    [{ control: Number.NaN }, /control = NaN/],
  ])("is refused where it is none: %o", (f, message) => {
    // As a person without types would write it.
    const functional = f as unknown as Functional;
    expect(() => quadraticForm(bare).half(1, functional)).toThrow(message);
    expect(() => linearRows(bare, [functional])).toThrow(InputError);
  });

  it("has no control at the end", () => {
    expect(() => terminalForm(bare).half(1, { control: 1 })).toThrow(InputError);
  });
});
