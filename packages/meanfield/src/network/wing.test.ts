import { describe, expect, it } from "vitest";
import { parseParameters, run } from "../core/index.ts";
import type { Game, ParameterSchema, Question } from "../core/index.ts";
import { activations } from "./activation.ts";
import { neuronsAt } from "./candidate.ts";
import type { NetworkCandidate } from "./candidate.ts";
import { linearNetwork } from "./games/linear-network.ts";
import { meanFieldLangevin } from "./games/mean-field-langevin.ts";
import { meanFieldNetwork } from "./games/mean-field-network.ts";
import { noisyNeuron } from "./games/noisy-neuron.ts";
import { quadraticNetwork } from "./games/quadratic-network.ts";
import { drawNeurons, initialMoments } from "./initial.ts";
import { noisyGradient } from "./learners/noisy-gradient.ts";
import { stochasticGradient } from "./learners/stochastic-gradient.ts";
import { limitFlow, limitLoss } from "./limit-flow.ts";
import type { NetworkModel } from "./model.ts";
import { panelPath } from "./panel-path.ts";
import { among, limit, solved } from "./records.testing.ts";
import { characteristics } from "./solvers/characteristics.ts";
import { fokkerPlanckGrid } from "./solvers/fokker-planck-grid.ts";
import { momentSystem } from "./solvers/moment-system.ts";
import { particleFlow } from "./solvers/particle-flow.ts";
import { selfConsistentLaw } from "./solvers/self-consistent-law.ts";
import { startingNodes } from "./starting-nodes.ts";
import { environmentOf } from "./training/environment.ts";
import { networkWing } from "./wing.ts";
import { randomStream } from "../numeric/random.ts";

function modelOf<S extends ParameterSchema>(
  game: Game<S, NetworkModel, NetworkCandidate>,
  given: Readonly<Record<string, unknown>> = {},
): NetworkModel {
  return game.build(parseParameters(game.parameters, given));
}

describe("laws of neurons along time", () => {
  it("are normal where they are, with the same deviation by moments and by characteristics", () => {
    const flows = [solved(linearNetwork, momentSystem), solved(linearNetwork, characteristics)].map(({ candidate }) =>
      networkWing.flow?.(candidate.model, Infinity, candidate),
    );
    const [moments, nodes] = flows.map((flow) => flow?.coordinates ?? []);
    expect(moments).toHaveLength(2);
    expect(moments[0].axis?.symbol).toBe("c");
    nodes.forEach(({ mean, deviation, quantiles }, i) => {
      const [m, d] = [mean.length - 1, moments[i].deviation.length - 1];
      expect(mean[m]).toBeCloseTo(moments[i].mean[d], 8);
      expect(deviation[m]).toBeCloseTo(moments[i].deviation[d], 8);
      // Quantiles of the nodes are those of the normal law up to their spacing.
      expect(Math.abs((quantiles?.[3][m] ?? 0) - 1.6448536 * deviation[m])).toBeLessThan(0.1);
    });
  });

  it("are left out where only moments are known, and of a law at rest", () => {
    const few = solved(linearNetwork, momentSystem, {}, among(20)).candidate;
    expect(networkWing.flow?.(few.model, 20, few)).toBeUndefined();
    const rest = solved(meanFieldLangevin, selfConsistentLaw).candidate;
    expect(networkWing.flow?.(rest.model, Infinity, rest)).toBeUndefined();
    const density = solved(noisyNeuron, fokkerPlanckGrid, {}, limit, { cells: 100, steps: 20 }).candidate;
    expect(networkWing.flow?.(density.model, Infinity, density)?.coordinates).toHaveLength(1);
  });

  it("go into arrays of their shapes", () => {
    for (const [candidate, names] of [
      [solved(linearNetwork, momentSystem).candidate, ["final_mean", "final_covariance"]],
      [solved(meanFieldNetwork, particleFlow, { T: 1 }, among(7)).candidate, ["neurons", "neuron_weights"]],
      [solved(meanFieldLangevin, selfConsistentLaw).candidate, ["neurons", "neuron_weights"]],
    ] as const) {
      const arrays = networkWing.arrays?.(candidate.model, candidate) ?? {};
      expect(Object.keys(arrays)).toEqual(expect.arrayContaining([...names, "prediction_t", "prediction_assumed"]));
      for (const { shape, data } of Object.values(arrays)) {
        expect(shape.reduce((product, size) => product * size, 1)).toBe(data.length);
        expect(data.every(Number.isFinite)).toBe(true);
      }
    }
  });
});

describe("pictures of training", () => {
  function trained<S extends ParameterSchema>(
    game: Game<S, NetworkModel, NetworkCandidate>,
    given: Readonly<Record<string, unknown>>,
    question: Question = limit,
  ) {
    const model = modelOf(game, given);
    const environment = environmentOf(model);
    const options = parseParameters(stochasticGradient.options, {});
    const state = stochasticGradient.init(environment, question, options, { seed: 0, run: 0 });
    for (let k = 0; k < 100; k++) stochasticGradient.step(environment, state);
    const learned = stochasticGradient.candidate(environment, state);
    return { model, picture: networkWing.learnedTraining?.(model, question, learned) };
  }

  it("have the loss of the limit, and neurons at four times over a density of their own", () => {
    const { model, picture } = trained(meanFieldNetwork, { N: 200, T: 2 });
    const flow = limitFlow(model);
    const last = picture?.limit?.value.at(-1) ?? Number.NaN;
    expect(last).toBeCloseTo(typeof flow === "string" ? Number.NaN : limitLoss(flow, 2), 14);
    expect(picture?.value).toHaveLength(101);
    expect(picture?.clouds.map(({ t }) => Number(t.toFixed(6)))).toEqual([0, 0.1, 0.5, 2]);
    for (const { points, limit: law, particles } of picture?.clouds ?? []) {
      expect(particles).toBe("200 neurons");
      expect(points.x).toHaveLength(200);
      const value = law?.value ?? new Float64Array(0);
      expect(value).toHaveLength((law?.x.length ?? 0) * (law?.y.length ?? 0));
      // Neurons are where the density is: hardly any outside of four deviations.
      const inside = points.x.filter((x, i) => inReach(x, law?.x) && inReach(points.y[i], law?.y));
      expect(inside.length).toBeGreaterThan(197);
    }
  });

  it("have the law at rest as it is, whose marginal is the density of w", () => {
    const model = modelOf(meanFieldLangevin, { N: 20 });
    const environment = environmentOf(model);
    const options = parseParameters(noisyGradient.options, { block: 1 });
    const state = noisyGradient.init(environment, limit, options, { seed: 0, run: 0 });
    noisyGradient.step(environment, state);
    const picture = networkWing.learnedTraining?.(model, limit, noisyGradient.candidate(environment, state));
    const clouds = picture?.clouds ?? [];
    // On the way there is nothing to compare with.
    expect(clouds.map(({ limit: law }) => law !== undefined)).toEqual([false, true]);
    const { x, y, value } = clouds[1].limit ?? missing();
    const { law } = solved(meanFieldLangevin, selfConsistentLaw).candidate;
    const marginal = x.map((_, i) => y.reduce((sum, _c, j) => sum + value[i * y.length + j], 0));
    const density = x.map((w) => (law.kind === "gibbs" ? law.density(w) : Number.NaN));
    const middle = Math.floor(x.length / 2);
    // The grid ends at four deviations of c, beyond which little is.
    marginal.forEach((sum, i) =>
      expect(Math.abs(sum / marginal[middle] - density[i] / density[middle])).toBeLessThan(1e-3),
    );
    const shares = networkWing.learnedLaw?.(model, limit, noisyGradient.candidate(environment, state)).exact;
    expect(shares?.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
  });

  it("have no cloud where there is one number only, and none of a plane of w where there is one", () => {
    expect(trained(quadraticNetwork, { N: 50 }).picture?.clouds).toEqual([]);
    const plane = {
      Mstar: [
        [1, 0],
        [0, 1],
      ],
      M0: [
        [0.5, 0],
        [0, 0.5],
      ],
      N: 50,
    };
    const { picture } = trained(quadraticNetwork, plane);
    expect(picture?.clouds.map(({ x, y }) => [x.symbol, y.symbol])).toEqual(
      Array.from({ length: 4 }, () => ["w_2", "w_1"]),
    );
  });
});

function inReach(value: number, grid: Float64Array | undefined): boolean {
  return grid !== undefined && value > grid[0] && value < grid[grid.length - 1];
}

describe("the limit for those who compare", () => {
  it("is what solvers find", () => {
    const pairs = [
      [modelOf(linearNetwork), solved(linearNetwork, momentSystem)],
      [modelOf(meanFieldNetwork, { T: 1 }), solved(meanFieldNetwork, characteristics, { T: 1 })],
      [modelOf(meanFieldLangevin), solved(meanFieldLangevin, selfConsistentLaw)],
    ] as const;
    for (const [model, { measured }] of pairs) {
      const flow = limitFlow(model);
      expect(typeof flow).not.toBe("string");
      if (typeof flow === "string") continue;
      // Nodes farther apart than the solver's: 1e-6 at most.
      expect(Math.abs(limitLoss(flow, 1) - lossAt(measured, model))).toBeLessThan(1e-6);
      expect(limitFlow(model)).toBe(flow);
    }
  });

  it("is a density where noise moves neurons that no moments describe", () => {
    const model = { ...modelOf(noisyNeuron, { T: 1 }), activation: activations.tanh };
    const flow = limitFlow(model);
    const options = parseParameters(fokkerPlanckGrid.options, {});
    const outcome = run(fokkerPlanckGrid, model, limit, options);
    const g = new Float64Array(designCount(outcome.candidate));
    outcome.candidate.assumed(1, g);
    const expected = new Float64Array(g.length);
    if (typeof flow !== "string") flow.predictionsAt(1, expected);
    g.forEach((value, k) => expect(Math.abs(value - expected[k])).toBeLessThan(1e-9));
    const certificate = networkWing.certify(model, limit, outcome.candidate);
    expect(certificate.residual).toBeLessThan(1e-3);
  });

  it("says why it is not known", () => {
    const plane = modelOf(meanFieldNetwork, {
      x: [
        [1, 2],
        [2, 1],
        [0, 1],
      ],
      y: [1, 2, 3],
    });
    expect(typeof limitFlow(plane)).not.toBe("string");
    const space = modelOf(meanFieldNetwork, { x: [[1, 2, 3]], y: [1] });
    expect(limitFlow(space)).toMatch(/4 directions/);
    expect(limitFlow({ ...space, temperature: 0.1 })).toMatch(/more than one dimension/);
    expect(limitFlow({ ...space, horizon: Infinity })).toMatch(/noise/);
  });
});

function designCount({ design }: NetworkCandidate): number {
  return design?.count ?? 0;
}

function lossAt(measured: ReturnType<typeof linearNetwork.measure>, { horizon }: NetworkModel): number {
  return horizon === Infinity ? measured["final_loss"]().at() : measured["loss"]().at(1);
}

describe("laws before training", () => {
  it("have nodes with the moments of the law, and are points where they are", () => {
    const { initial } = modelOf(linearNetwork, { mc: 0.3, vc: 2, mw: -1, vw: 0.5 });
    const nodes = neuronsAt({ kind: "particles", drawn: false, at: () => startingNodes(initial, 0.2) }, 0);
    const { mean, covariance } = initialMoments({ kind: "points", parameters: 2, points: nodes.theta });
    expect(mean[0]).toBeCloseTo(0.3, 10);
    // Unweighted here: only the weighted ones have the variance.
    expect(covariance.data[0]).toBeGreaterThan(2);
    const weighted = nodes.weights.reduce((sum, weight, i) => sum + weight * (nodes.theta[2 * i] - 0.3) ** 2, 0);
    expect(weighted).toBeCloseTo(2, 10);
    const points = { kind: "points", parameters: 2, points: Float64Array.of(1, 2, 3, 4) } as const;
    expect(startingNodes(points, 1)).toEqual({ theta: points.points, weights: Float64Array.of(0.5, 0.5) });
  });

  it("are drawn with their moments, the same neurons whatever their number", () => {
    const law = initialOf(
      [
        [1, 0.6],
        [0.6, 2],
      ],
      [0.5, -1],
    );
    const many = drawNeurons(law, 40_000, randomStream(1, 0));
    expect(drawNeurons(law, 10, randomStream(1, 0))).toEqual(many.slice(0, 20));
    const { mean, covariance } = initialMoments({ kind: "points", parameters: 2, points: many });
    // Four standard errors of means and second moments of 40,000.
    expect(Math.abs(mean[1] + 1)).toBeLessThan(4 * Math.sqrt(2 / 40_000));
    expect(Math.abs(covariance.data[1] - 0.6)).toBeLessThan((4 * 1.6) / 200);
    const three = { kind: "points", parameters: 1, points: Float64Array.of(1, 2, 4) } as const;
    const drawn = drawNeurons(three, 3000, randomStream(2, 0));
    for (const value of three.points) {
      expect(Math.abs(drawn.filter((one) => one === value).length - 1000)).toBeLessThan(4 * Math.sqrt(3000 * (2 / 9)));
    }
  });

  it("as points are trained like any other, and certified", () => {
    const points = Float64Array.of(1, 0.5, -0.3, 1, 0.2, -1, 2, 0.1);
    const model: NetworkModel = {
      ...modelOf(meanFieldNetwork, { T: 1 }),
      initial: { kind: "points", parameters: 2, points },
    };
    const outcome = run(characteristics, model, limit, parseParameters(characteristics.options, {}));
    const { consistency, residual } = networkWing.certify(model, limit, outcome.candidate);
    expect(consistency).toBeLessThan(1e-8);
    expect(residual).toBeLessThan(1e-9);
    const out = new Float64Array(10);
    // The same as N = 4 neurons that were drawn to be these.
    outcome.candidate.assumed(1, out.subarray(0, 5));
    expect(neuronsAt(outcome.candidate.law, 0).theta).toEqual(points);
  });
});

function initialOf(rows: readonly (readonly number[])[], mean: readonly number[]) {
  const covariance = { rows: 2, columns: 2, data: Float64Array.from(rows.flat()) };
  return { kind: "gaussian", mean: Float64Array.from(mean), covariance } as const;
}

describe("paths by panels", () => {
  it("are exact for polynomials and as good as to rounding for smooth functions", () => {
    const mesh = Float64Array.of(0, 0.5, 2);
    const path = panelPath(mesh, 2);
    for (const i of [0, 1]) path.fill(i, (t, out) => out.set([t ** 8 - t, Math.sin(t)]));
    const out = new Float64Array(2);
    for (const t of [0, 0.1, 0.25, 0.5, 0.77, 1.3, 2]) {
      path.at(t, out);
      expect(Math.abs(out[0] - (t ** 8 - t))).toBeLessThan(1e-12);
      expect(Math.abs(out[1] - Math.sin(t))).toBeLessThan(1e-8);
    }
    panelPath(mesh, 1).at(1, out);
    expect(out[0]).toBeNaN();
  });
});

function missing(): never {
  throw new Error("a law is expected");
}
