import { describe, expect, it } from "vitest";
import { InputError } from "../../core/index.ts";
import { checkModel } from "./check-model.ts";
import { compileProblem } from "./compile.ts";
import { fromLagrangian, powerHamiltonian, quadraticHamiltonian } from "./hamiltonians.ts";
import type { AxisHamiltonian, DiffusionModel } from "./model.ts";
import { congestion, crowdedSegment, exactTorus, noisyResource, trackedMean } from "./models.testing.ts";

const base = crowdedSegment();
const plain = quadraticHamiltonian();
const controlled = (running: (a: number) => number, drift = (a: number): number => a): AxisHamiltonian =>
  fromLagrangian({
    drift: (_t, _x, _y, a) => drift(a),
    running: (_t, _x, _y, a) => running(a),
    controls: [-1, 2],
  });
/** Twice the same axis, for the plane. */
const plane: DiffusionModel = {
  ...base,
  space: [
    { name: "x", low: 0, high: 1, ends: "periodic" },
    { name: "y", low: 0, high: 2, ends: [{ kind: "reflecting" }, { kind: "absorbing" }] },
  ],
  hamiltonian: [plain, powerHamiltonian(4)],
  initial: (x, y) => (1 + 0.5 * Math.cos(2 * Math.PI * x)) * (2 - y) * 0.5,
  nearby: [() => 1, () => 1],
};

describe("checkModel", () => {
  it.each([
    ["a circle", exactTorus()],
    ["congestion", congestion()],
    ["flat congestion", congestion({ alpha: 0 })],
    ["reserves that run out", noisyResource()],
    ["an open line", trackedMean()],
    ["a segment", base],
    ["a plane", plane],
    ["powers and controls", { ...base, hamiltonian: [controlled((a) => a ** 4 + Math.abs(a))] }],
    [
      "a bent drift",
      {
        ...base,
        hamiltonian: [
          controlled(
            (a) => Math.exp(3 * a),
            (a) => a + 0.01 * a * a,
          ),
        ],
      },
    ],
    ["averages over time", { ...base, horizon: Infinity, initial: () => Number.NaN }],
  ] as const)("lets %s pass", (_name, model) => {
    expect(() => checkModel(model)).not.toThrow();
  });

  it.each<[Partial<DiffusionModel>, string]>([
    [{ volatility: 0 }, "model.volatility = 0: must be a finite number > 0"],
    [{ horizon: -1 }, "model.horizon = -1: must be a number > 0, or Infinity for averages over time"],
    [{ discount: Number.NaN }, "model.discount = NaN: must be a finite number >= 0"],
    [
      { space: [{ name: "x", low: 0, high: Infinity, ends: "periodic" }] },
      "model.space[0] = [0,null]: must be low < high",
    ],
    [{ hamiltonian: [plain, plain] }, 'model.hamiltonian = "2 Hamiltonians": must be one for each of the 1 axes'],
    [{ initial: () => 0.9 }, 'model.initial = "a density of mass 0.9": must be of mass 1, to 0.001'],
    [{ initial: (x) => 1 + 4 * Math.cos(Math.PI * x) }, "must be a density, finite and >= 0, at x = 0.5"],
    [{ initial: (x) => 2 * x, place: (x) => (x > 0.5 ? "wall" : "free") }, "a density of mass 0.25"],
    [
      { space: [{ name: "x", low: 0, high: 1, ends: [{ kind: "open" }, { kind: "reflecting" }] }] },
      'model.space[0] = "an open end at x = 0 where the density at the start is 1.8": must be further out',
    ],
    [{ running: { value: (_t, x) => Math.log(x - 0.5) } }, "model.running.value = NaN: must be finite, as at t = "],
    [
      { running: { value: (_t, _x, _y, { density }) => density } },
      "model.running.sees.density = (missing): must be true",
    ],
    [{ terminal: { value: (_x, _y, { nearby }) => nearby } }, "model.terminal.sees.nearby = (missing): must be true"],
    [
      { running: { ...base.running, nearbySlope: () => 0.3 } },
      /model\.running\.nearbySlope = 0\.3: must be [\d.]+, the derivative of the value at t = /.source,
    ],
    [{ nearby: [] }, 'model.nearby = "0 kernels": must be one for each of the 1 axes'],
    [{ aggregates: [{ name: "Mean" }] }, 'model.aggregates[0].name = "Mean": must be in snake_case'],
    [{ aggregates: [{ name: "a" }, { name: "a" }] }, "model.aggregates[1].name"],
    [
      { hamiltonian: [{ ...plain, slope: (_t, _x, _y, p) => -p }] },
      "model.hamiltonian[0].slope = 12: must be -12, the derivative of H in p at t = ",
    ],
    [
      { hamiltonian: [{ value: (_t, _x, _y, p) => -p * p, slope: (_t, _x, _y, p) => -2 * p }] },
      "must be convex in p, hence at most -",
    ],
    [
      { hamiltonian: [{ ...plain, rest: () => 0.2 }] },
      "model.hamiltonian[0].rest = 0.2: must be where H is least in p",
    ],
    [
      { hamiltonian: [{ ...plain, curvature: () => 2 }] },
      "model.hamiltonian[0].curvature = 2: must be 1, the derivative of the slope",
    ],
    [
      { hamiltonian: [{ ...plain, quadratic: { ...form(plain), scale: () => 2 } }] },
      'model.hamiltonian[0].quadratic = "a form worth 144": must be worth what H is, 72',
    ],
    [
      { hamiltonian: [quadraticHamiltonian({ scale: (_t, _x, _y, { density }) => density })] },
      "model.hamiltonian[0].sees.density",
    ],
    [{ hamiltonian: [controlled((a) => Math.cos(2 * a))] }, "must be convex in the control, hence at most"],
    [
      { hamiltonian: [controlled((a) => Math.sqrt(a))] },
      "model.hamiltonian[0].running = NaN: must be finite for every control in [-1, 2]",
    ],
    [
      {
        hamiltonian: [
          controlled(
            (a) => 0.1 * a * a,
            (a) => a + Math.sin(5 * a),
          ),
        ],
      },
      "falls and then rises in the control",
    ],
  ])("names in one line what is wrong: %#", (part, message) => {
    const wrong = { ...base, ...part };
    expect(() => checkModel(wrong)).toThrow(InputError);
    expect(() => checkModel(wrong)).toThrow(message.includes("\\") ? new RegExp(message) : message);
    expect(() => checkModel(wrong)).not.toThrow("\n");
  });

  it("leaves to grids what only they know: that they are too coarse for the start, or of too few points", () => {
    const on = (model: DiffusionModel, points: number) => () =>
      compileProblem(model, { points, steps: 4, scheme: "upwind" });
    expect(on({ ...base, horizon: Number.NaN }, 21)).toThrow("model.horizon = NaN: must be a number > 0, or Infinity");
    expect(on(noisyResource(), 21)).toThrow(
      /^initial = "a density of mass .*": must be of mass 1.* more points may do$/,
    );
    expect(on(base, 2)).toThrow("points = 2: must be a whole number of at least 3");
  });
});

function form({ quadratic }: AxisHamiltonian): NonNullable<AxisHamiltonian["quadratic"]> {
  if (quadratic === undefined) throw new Error("not a square");
  return quadratic;
}
