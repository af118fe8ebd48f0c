import { describe, expect, it } from "vitest";
import { randomStream } from "../numeric/random.ts";
import { kernelActivations, neuronSystem, neuronSystemBytes } from "./neuron-system.ts";
import type { KernelActivation, NeuronSystem, NeuronSystemOptions } from "./neuron-system.ts";
import { soloTeam } from "./team.ts";

const plain: Record<KernelActivation, readonly [value: (z: number) => number, slope: (z: number) => number]> = {
  identity: [(z) => z, () => 1],
  square: [(z) => z * z, (z) => 2 * z],
  relu: [(z) => Math.max(0, z), (z) => (z > 0 ? 1 : 0)],
  tanh: [Math.tanh, (z) => 1 - Math.tanh(z) ** 2],
  sigmoid: [(z) => 1 / (1 + Math.exp(-z)), (z) => 1 / (1 + Math.exp(-z)) / (1 + Math.exp(z))],
};

/** One, an odd number, more than a block, and more than two. */
const counts = [1, 2, 3, 5, 255, 256, 257, 600];

function open(options: Partial<NeuronSystemOptions> & { activation: KernelActivation; count: number }, seed = 1) {
  const full = { inputs: 3, trainsOutput: true, points: 4, ...options };
  const stream = randomStream(seed, 0);
  const system = neuronSystem(soloTeam(neuronSystemBytes(full)), full, randomStream(seed, 2).keys);
  const theta = new Float64Array(full.count * (1 + full.inputs));
  stream.fillNormal(theta, 0);
  system.load(theta);
  const points = new Float64Array(full.points * full.inputs);
  randomStream(seed, 1).fillNormal(points, 0);
  return { system, theta, points, d: full.inputs };
}

function input(theta: Float64Array, i: number, x: Float64Array, k: number, d: number): number {
  let z = 0;
  for (let j = 0; j < d; j++) z += theta[i * (1 + d) + 1 + j] * x[k * d + j];
  return z;
}

/** Largest distance relative to one or to the number itself. */
function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a, (value, i) => Math.abs(value - b[i]) / Math.max(1, Math.abs(b[i]))).reduce(
    (worst, error) => (Number.isNaN(error) ? Number.NaN : Math.max(worst, error)),
    a.length === b.length ? 0 : Number.NaN,
  );
}

function predictions(system: NeuronSystem, points: Float64Array, count: number): Float64Array {
  const out = new Float64Array(count);
  system.predict(points, out);
  return out;
}

describe("tanh of the kernels", () => {
  it("is that of the engine to a few units in the last place, from the smallest to the largest numbers", () => {
    const inputs = [
      0, 1e-300, 1e-20, 1e-9, 1e-3, 0.1, 0.17, 0.18, 0.3465, 0.3466, 0.7, 1, 2, 5, 9, 18, 20, 30, 400, 1e300,
    ];
    const { system } = open({ activation: "tanh", count: 1, inputs: 1, points: 1 });
    for (const z of inputs.flatMap((z) => [z, -z])) {
      system.load([1, z]);
      const [found] = predictions(system, Float64Array.of(1), 1);
      const expected = Math.tanh(z);
      expect(Math.abs(found - expected)).toBeLessThanOrEqual(4 * Number.EPSILON * Math.abs(expected));
    }
    system.load([1, Number.NaN]);
    expect(predictions(system, Float64Array.of(1), 1)[0]).toBeNaN();
  });
});

describe.each(kernelActivations)("neurons with %s", (activation) => {
  const [value, slope] = plain[activation];

  it.each(counts)("predict and take gradients as plain loops do, %s of them", (count) => {
    for (const trainsOutput of [true, false]) {
      const { system, theta, points, d } = open({ activation, count, trainsOutput });
      const p = 1 + d;
      const expected = Float64Array.from({ length: 4 }, (_, k) => {
        let sum = 0;
        for (let i = 0; i < count; i++) sum += theta[i * p] * value(input(theta, i, points, k, d));
        return sum / count;
      });
      // Rounding of sums of some hundred numbers of order ten, in another order.
      expect(distance(predictions(system, points, 4), expected)).toBeLessThan(1e-13);

      const errors = [0.3, -1.2, 0.01, 2];
      system.takeGradient(errors);
      const gradient = new Float64Array(count * p);
      for (let i = 0; i < count; i++) {
        for (let k = 0; k < 4; k++) {
          const z = input(theta, i, points, k, d);
          if (trainsOutput) gradient[i * p] += errors[k] * value(z);
          for (let j = 0; j < d; j++) {
            gradient[i * p + 1 + j] += errors[k] * theta[i * p] * slope(z) * points[k * d + j];
          }
        }
      }
      system.move({ decay: 0 });
      const moved = system.read();
      if (!trainsOutput) for (let i = 0; i < count; i++) gradient[i * p] = theta[i * p];
      expect(distance(moved, gradient)).toBeLessThan(1e-13);
      // What fills up the last block must stay zero.
      expect(system.blocks.reduce((sum, x) => sum + (x === 0 ? 0 : 1), 0)).toBeLessThanOrEqual(count * p);
    }
  });

  it.each(counts)("step online as predictions and gradients do one by one, %s of them", (count) => {
    for (const trainsOutput of [true, false]) {
      const { system, theta, points, d } = open({ activation, count, trainsOutput });
      const other = open({ activation, count, trainsOutput }).system;
      const sample = (k: number): Float64Array => points.slice((k % 4) * d, (k % 4) * d + d);
      let found = system.open(sample(0));
      for (let k = 0; k < 8; k++) {
        const [expected] = predictions(other, sample(k), 1);
        expect(Math.abs(found - expected)).toBeLessThan(1e-12 * Math.max(1, Math.abs(expected)));
        const [rate, decay] = [0.02 * (k - 3), 0.99];
        found = system.step(rate, decay, sample(k + 1));
        other.takeGradient([rate]);
        other.move({ decay });
        // A look in between changes nothing.
        predictions(system, points, 4);
      }
      expect(distance(system.read(), other.read())).toBeLessThan(1e-12);
      expect(distance(system.read(), theta)).toBeGreaterThan(1e-3);
      expect(system.blocks.reduce((sum, x) => sum + (x === 0 ? 0 : 1), 0)).toBeLessThanOrEqual(count * (1 + d));
    }
  });

  it("weigh nodes of a quadrature", () => {
    const weights = new Float64Array(301);
    randomStream(4, 4).fillUniform(weights, 0);
    const { system, theta, points, d } = open({ activation, count: 301, weights });
    const expected = Float64Array.from({ length: 4 }, (_, k) =>
      weights.reduce((sum, w, i) => sum + w * theta[i * 4] * value(input(theta, i, points, k, d)), 0),
    );
    expect(distance(predictions(system, points, 4), expected)).toBeLessThan(1e-13);
  });
});

describe("gradients", () => {
  it("are the same where too much would have to be kept for them", () => {
    // 40,000 neurons at 201 points are kept at none, at 4 points at all of them.
    const options = { activation: "tanh", count: 40_000, inputs: 1 } as const;
    const [few, many] = [open(options), open({ ...options, points: 201 })];
    for (const { system } of [few, many]) {
      predictions(system, few.points, 4);
      system.takeGradient([1, 2, 3, 4]);
    }
    expect(many.system.gradient).toEqual(few.system.gradient);
  });
});

describe("moves", () => {
  it("add noise addressed by neuron and number, whatever their count", () => {
    const [few, many] = [3, 700].map((count) => open({ activation: "tanh", count, inputs: 2 }));
    const stream = randomStream(1, 2);
    for (const { system, theta, points } of [few, many]) {
      predictions(system, points, 4);
      system.takeGradient([0, 0, 0, 0]);
      system.move({ decay: 0.5, noise: { deviation: 0.1, firstIndex: 1000 } });
      const expected = theta.map((x, i) => 0.5 * x + 0.1 * stream.normal(1000 + i));
      expect(distance(system.read(), expected)).toBeLessThan(1e-15);
    }
  });

  it("leave c alone where it is not trained", () => {
    const { system, theta, points } = open({ activation: "relu", count: 9, inputs: 2, trainsOutput: false });
    predictions(system, points, 4);
    system.takeGradient([1, 1, 1, 1]);
    system.move({ decay: 0.5, momentum: 0.9, noise: { deviation: 0.1, firstIndex: 0 } });
    const moved = system.read();
    for (let i = 0; i < 9; i++) {
      expect(moved[3 * i]).toBe(theta[3 * i]);
      expect(moved[3 * i + 1]).not.toBe(theta[3 * i + 1]);
    }
  });

  it("carry momentum on", () => {
    const { system, theta, points } = open({ activation: "tanh", count: 300 });
    const velocity = theta.map((x) => 0.1 * x);
    system.loadVelocity(velocity);
    predictions(system, points, 4);
    system.takeGradient([0, 0, 0, 0]);
    system.move({ decay: 1, momentum: 0.5 });
    system.move({ decay: 1, momentum: 0.5 });
    expect(
      distance(
        system.read(),
        theta.map((x) => x * (1 + 0.05 + 0.025)),
      ),
    ).toBeLessThan(1e-15);
    expect(
      distance(
        system.readVelocity(),
        velocity.map((v) => v / 4),
      ),
    ).toBeLessThan(1e-16);
  });
});

describe("a system of neurons", () => {
  it("refuses what it cannot hold", () => {
    const options = { count: 3, inputs: 2, activation: "tanh", trainsOutput: true, points: 1 } as const;
    const team = soloTeam(1e5);
    expect(() => neuronSystem(team, { ...options, count: 0 })).toThrow(/count must be/);
    expect(() => neuronSystem(team, { ...options, inputs: 0 })).toThrow(/inputs must be/);
    const system = neuronSystem(team, options);
    expect(() => system.load([1, 2])).toThrow(/3 times 3 numbers/);
    expect(() => system.predict([1, 2, 3, 4], new Float64Array(2))).toThrow(/at most 1 times 2/);
  });
});
