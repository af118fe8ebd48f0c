import { describe, expect, it } from "vitest";
import { parseParameters } from "../../core/index.ts";
import type { Game, Learner, ParameterSchema, Question } from "../../core/index.ts";
import { neuronSystem, neuronSystemBytes, soloTeam } from "../../kernels/index.ts";
import { randomStream } from "../../numeric/random.ts";
import { activations } from "../activation.ts";
import type { NetworkCandidate } from "../candidate.ts";
import { slope } from "../closed-forms/linear.ts";
import { chainStep } from "../closed-forms/linear-chain.ts";
import { meanAt, varianceAt } from "../closed-forms/noisy.ts";
import { linearNetwork } from "../games/linear-network.ts";
import { meanFieldLangevin } from "../games/mean-field-langevin.ts";
import { meanFieldNetwork } from "../games/mean-field-network.ts";
import { noisyNeuron } from "../games/noisy-neuron.ts";
import { among, limit, params, record } from "../records.testing.ts";
import type { NetworkModel } from "../model.ts";
import { environmentOf } from "../training/environment.ts";
import type { NetworkEnvironment } from "../training/environment.ts";
import type { NetworkLearned } from "../training/run.ts";
import { networkWing } from "../wing.ts";
import { noisyGradient } from "./noisy-gradient.ts";
import { stochasticGradient } from "./stochastic-gradient.ts";

function modelOf<S extends ParameterSchema>(
  game: Game<S, NetworkModel, NetworkCandidate>,
  given: Readonly<Record<string, unknown>> = {},
): NetworkModel {
  return game.build(parseParameters(game.parameters, given));
}

/** Trains to the end, or for so many iterations; going through what is saved after each of them where asked. */
function train<O extends ParameterSchema, S>(
  learner: Learner<NetworkEnvironment, O, S, NetworkLearned>,
  model: NetworkModel,
  given: Readonly<Record<string, unknown>> = {},
  question: Question = limit,
  { iterations = 100, resumes = false, seed = 0, run = 0 } = {},
): { readonly learned: NetworkLearned; readonly metrics: Readonly<Record<string, number>> } {
  const environment = environmentOf(model);
  const options = parseParameters(learner.options, given);
  const random = { seed, run };
  let state = learner.init(environment, question, options, random);
  let metrics: Readonly<Record<string, number>> = {};
  let status = "running";
  for (let k = 0; k < iterations && status === "running"; k++) {
    ({ metrics, status } = learner.step(environment, state));
    if (resumes) {
      const saved = JSON.parse(JSON.stringify(learner.save(state))) as ReturnType<typeof learner.save>;
      state = learner.init(environment, question, options, random, saved);
    }
  }
  return { learned: learner.candidate(environment, state), metrics };
}

/** M, P and Q of neurons in one dimension. */
function squares({ theta, count }: NetworkLearned): { readonly P: number; readonly Q: number; readonly M: number } {
  let [P, Q] = [0, 0];
  for (let i = 0; i < count; i++) {
    P += (theta[2 * i] + theta[2 * i + 1]) ** 2 / count;
    Q += (theta[2 * i] - theta[2 * i + 1]) ** 2 / count;
  }
  return { P, Q, M: (P - Q) / 4 };
}

describe("online training of the linear network", () => {
  it("is the chain of two numbers, neuron by neuron", () => {
    // The record: 50 neurons, 200 steps.
    const identity = record("S7.T1.chain_identity");
    expect(Number(identity.value)).toBeLessThan(identity.suggested_tol ?? 0);
    const model = modelOf(linearNetwork);
    const environment = environmentOf(model);
    const { learned } = train(stochasticGradient, model, { block: 1 }, among(50), { iterations: 200 });
    const start = environment.start(50, randomStream(0, 0));
    let pair = (({ P, Q }) => [P, Q] as const)(
      squares({ theta: start, count: 50, parameters: 2, history: learned.history }),
    );
    const sample = new Float64Array(2);
    for (let k = 0; k < 200; k++) {
      environment.sample(randomStream(0, 1), k, sample);
      pair = chainStep(1, 50, pair, sample[0], sample[1]);
    }
    const { P, Q } = squares(learned);
    expect(Math.abs(P - pair[0])).toBeLessThan(identity.suggested_tol ?? 0);
    expect(Math.abs(Q - pair[1])).toBeLessThan(identity.suggested_tol ?? 0);
  });

  it("with the other scaling, 1/N², stays where the trap says and not where training goes", () => {
    const trap = record("S7.T1A.trap_slide_ode_M.t1");
    const model = modelOf(linearNetwork);
    const environment = environmentOf(model);
    const [N, repeats] = [100, 400];
    const options = { count: N, inputs: 1, activation: "identity", trainsOutput: true, points: 1 } as const;
    const neurons = neuronSystem(soloTeam(neuronSystemBytes(options)), options);
    const sample = new Float64Array(2);
    const slopeAfter = (size: number, r: number): number => {
      neurons.load(environment.start(N, randomStream(7, 2 * r)));
      const stream = randomStream(7, 2 * r + 1);
      environment.sample(stream, 0, sample);
      let [g, y] = [neurons.open([sample[0]]), sample[1]];
      for (let k = 0; k < N; k++) {
        const rate = size * (y - g);
        environment.sample(stream, k + 1, sample);
        y = sample[1];
        g = neurons.step(rate, 1, [sample[0]]);
      }
      return squares({ theta: neurons.read(), count: N } as NetworkLearned).M;
    };
    const mean = (size: number): readonly [number, number] => {
      const found = Array.from({ length: repeats }, (_, r) => slopeAfter(size, r));
      const centre = found.reduce((sum, M) => sum + M / repeats, 0);
      const spread = found.reduce((sum, M) => sum + (M - centre) ** 2 / (repeats - 1), 0);
      return [centre, Math.sqrt(spread / repeats)];
    };
    const [slow, error] = mean(1 / N / N);
    expect(Math.abs(slow - Number(trap.value))).toBeLessThan(4 * error);
    const [right, ofRight] = mean(1 / N);
    // Off the limit by O(1/N), far from the trap.
    expect(Math.abs(right - 1.40940837352)).toBeLessThan(4 * ofRight + 0.02);
    expect(right - slow).toBeGreaterThan(1.3);
  });

  it("comes to the limit at every time, with batches and with momentum, too", () => {
    const model = modelOf(linearNetwork);
    const network = { beta: 1.5, s2: 1, alpha: 1, sige: 0.5, P0: 2, Q0: 2 };
    for (const given of [{}, { batch: 8 }, { momentum: 0.9 }]) {
      const { learned } = train(stochasticGradient, model, given, among(5000), { iterations: 25 });
      const { times } = learned.history;
      expect(times.at(-1)).toBeCloseTo(0.5, 12);
      // The central limit theorem's variance at ½ is 2.54/N.
      const { M } = squares(learned);
      expect(Math.abs(M - slope(network, 0.5))).toBeLessThan(4 * Math.sqrt(2.54 / 5000));
    }
  });

  it("keeps c² − w² of every neuron up to what one step does", () => {
    const model = modelOf(linearNetwork);
    const { learned } = train(stochasticGradient, model, {}, among(2000));
    const start = environmentOf(model).start(2000, randomStream(0, 0));
    for (let i = 0; i < 2000; i += 97) {
      const difference = (theta: Float64Array): number => theta[2 * i] ** 2 - theta[2 * i + 1] ** 2;
      // A step changes it by a factor 1 − (αex/N)²; over NT steps by about E(ex)²T/N.
      expect(Math.abs(difference(learned.theta) / difference(start) - 1)).toBeLessThan(20 / 2000);
    }
  });
});

describe("training runs", () => {
  it("go on from what was saved as if they had never stopped", () => {
    const model = modelOf(meanFieldNetwork, { T: 0.5 });
    for (const [learner, given] of [
      [stochasticGradient, {}],
      [stochasticGradient, { batch: 3, momentum: 0.5 }],
    ] as const) {
      const settings = { iterations: 12 };
      const whole = train(learner, model, given, among(60), settings);
      const parts = train(learner, model, given, among(60), { ...settings, resumes: true });
      expect(parts).toEqual(whole);
    }
    const noisy = modelOf(meanFieldLangevin, { T: 2 });
    const parts = train(noisyGradient, noisy, {}, among(30), { iterations: 5, resumes: true });
    expect(parts).toEqual(train(noisyGradient, noisy, {}, among(30), { iterations: 5 }));
  });

  it.each([
    [30, 1.1, 33],
    [50, 5, 250],
    [150, 1, 150],
    [1000, 0.5, 500],
  ])("of %d neurons until %d end with step %d, however many an iteration has", (neurons, T, steps) => {
    const model = modelOf(meanFieldNetwork, { T, N: neurons });
    const { learned, metrics } = train(stochasticGradient, model);
    expect(learned.history.times).toHaveLength(1 + Math.min(100, steps));
    expect(metrics["time"]).toBe(steps / neurons);
    const noisy = train(noisyGradient, model, { step: T / steps });
    expect(noisy.learned.history.times).toHaveLength(1 + Math.min(100, steps));
    expect(Math.abs(noisy.metrics["time"] - T)).toBeLessThan(1e-12);
    // More iterations of several steps go on at the same pace.
    const on = train(stochasticGradient, model, {}, limit, { iterations: 200 });
    expect(on.metrics["time"]).toBe((steps < 100 ? steps : 2 * steps) / neurons);
  });

  it("draw other numbers in other runs, and train as many neurons as are asked for", () => {
    const model = modelOf(meanFieldNetwork, { T: 0.1, N: 33 });
    const first = train(stochasticGradient, model, {}, limit, { iterations: 3 });
    const second = train(stochasticGradient, model, {}, limit, { iterations: 3, run: 1 });
    expect(first.learned.count).toBe(33);
    expect(first.learned.theta).not.toEqual(second.learned.theta);
    expect(train(stochasticGradient, model, {}, among(5), { iterations: 1 }).learned.count).toBe(5);
  });

  it("are the same with an activation of a person's own", () => {
    const model = modelOf(meanFieldNetwork, { T: 0.5, lam: 0.1 });
    const own = { ...model, activation: { ...activations.tanh } };
    for (const given of [{}, { batch: 2, momentum: 0.3 }]) {
      const [ours, theirs] = [model, own].map(
        (game) => train(stochasticGradient, game, given, among(40), { iterations: 10 }).learned.theta,
      );
      ours.forEach((value, i) => expect(Math.abs(value - theirs[i])).toBeLessThan(1e-11));
    }
    const noisy = modelOf(meanFieldLangevin, { T: 1 });
    const [ours, theirs] = [noisy, { ...noisy, activation: { ...activations.tanh } }].map(
      (game) => train(noisyGradient, game, { batch: 2 }, among(40), { iterations: 10 }).learned.theta,
    );
    ours.forEach((value, i) => expect(Math.abs(value - theirs[i])).toBeLessThan(1e-11));
  });

  it("are watched by somebody who knows the limit", () => {
    const model = modelOf(meanFieldNetwork, { N: 400 });
    const { learned, metrics } = train(stochasticGradient, model);
    expect(metrics["time"]).toBeCloseTo(5, 10);
    const seen = networkWing.observe?.(model, limit, learned) ?? {};
    // The limit is found on fewer nodes: 1e-6 in its loss.
    expect(Math.abs(seen["limit_loss"] - 0.0012108434)).toBeLessThan(1e-6);
    expect(seen["loss_gap"]).toBeCloseTo(Math.abs(metrics["loss"] - seen["limit_loss"]), 12);
    // N times the mean square is about 0.005 by gradient flow, and as much again by the samples.
    expect(seen["prediction_gap"]).toBeLessThan(4 * Math.sqrt(0.02 / 400));
    const targets = networkWing.learningTargets?.(model, limit, {}, learned) ?? [];
    expect(targets).toHaveLength(1);
    expect(targets[0].value).toBe(seen["limit_loss"]);
    const law = networkWing.learnedLaw?.(model, limit, learned);
    for (const shares of [law?.learned, law?.exact]) {
      expect(Math.abs((shares?.reduce((sum, share) => sum + share, 0) ?? 0) - 1)).toBeLessThan(1e-12);
    }
    const candidate = networkWing.learned?.(model, limit, learned) ?? missing();
    const quantities = meanFieldNetwork.measure(
      parseParameters(meanFieldNetwork.parameters, { N: 400 }),
      limit,
      candidate,
    );
    expect(quantities["final_loss"]().at()).toBeCloseTo(metrics["loss"], 12);
    expect(quantities["loss"]().at(5)).toBeCloseTo(metrics["loss"], 12);
    expect(quantities["loss"]().at(0)).toBeGreaterThan(0.2);
    const certificate = networkWing.certify(model, limit, candidate);
    expect(certificate.consistency).toBeCloseTo(seen["prediction_gap"], 12);
    expect(certificate.residual).toBeNull();
  });

  it("know nothing of times they have not come to", () => {
    const model = modelOf(linearNetwork);
    const { learned } = train(stochasticGradient, model, {}, among(100), { iterations: 10 });
    const candidate = networkWing.learned?.(model, limit, learned) ?? missing();
    const quantities = linearNetwork.measure(parseParameters(linearNetwork.parameters, {}), limit, candidate);
    expect(quantities["M"]().at(0.1)).not.toBeNaN();
    expect(quantities["M"]().at(1)).toBeNaN();
    expect(quantities["loss"]().at(1)).toBeNaN();
  });

  it("of data without a finite sum are trained all the same, and nothing is claimed", () => {
    const model = modelOf(meanFieldNetwork, { activation: "relu", data: "gaussian", beta: [1, 0, 0, 0, 1], T: 1 });
    const { learned, metrics } = train(stochasticGradient, model, {}, among(300));
    expect(Object.keys(metrics)).toEqual(["time", "sample_loss"]);
    expect(metrics["sample_loss"]).toBeLessThan(1);
    expect(networkWing.observe?.(model, limit, learned)).toEqual({});
    expect(networkWing.learningTargets?.(model, limit, {}, learned)).toEqual([]);
    const candidate = networkWing.learned?.(model, limit, learned) ?? missing();
    const quantities = meanFieldNetwork.measure(parseParameters(meanFieldNetwork.parameters, {}), limit, candidate);
    expect(Object.keys(quantities)).toEqual(["size"]);
    expect(quantities["size"]().at(1)).toBeGreaterThan(1);
    const options = parseParameters(noisyGradient.options, {});
    expect(() => noisyGradient.check?.(environmentOf(model), limit, options)).toThrow(/no finite sum/);
  });
});

describe("training with independent noise", () => {
  it("has the laws of noisy neurons, off by the step and by chance", () => {
    const neuron = params["T3A"] as unknown as Parameters<typeof meanAt>[0];
    const model = modelOf(noisyNeuron, { T: 1 });
    const N = 20_000;
    const { learned } = train(noisyGradient, model, { step: 0.0025 }, among(N));
    const [, m, , , , ww] = learned.history.moments.slice(-6);
    // Euler's error is below half a step times a rate of 3; the mean's variance is τ/(s₂ + λ)/N at most.
    expect(Math.abs(m - meanAt(neuron, 1))).toBeLessThan(0.004 + 4 * Math.sqrt(0.5 / N));
    expect(Math.abs(ww - m * m - varianceAt(neuron, 1))).toBeLessThan(0.004 + 4 * 0.5 * Math.sqrt(2 / N));
  });

  it("comes to rest where the stationary law says", () => {
    const model = modelOf(meanFieldLangevin, { T: 60 });
    const { learned } = train(noisyGradient, model, { step: 0.05 }, among(4000));
    const expected = record("S7.T4A.g").value as number[];
    const rows = learned.history.predictions;
    // Averaged over the second half: 50 looks; each is off by at most 1.4/√N, and Euler by a few thousandths.
    expected.forEach((g, k) => {
      let sum = 0;
      for (let i = 51; i <= 100; i++) sum += rows[i * 5 + k] / 50;
      expect(Math.abs(sum - g)).toBeLessThan(0.01);
    });
  });

  it("is what a learner without it refuses", () => {
    expect(stochasticGradient.refuses(environmentOf(modelOf(noisyNeuron)), limit)).toMatch(/noisy-gradient/);
    expect(noisyGradient.refuses(environmentOf(modelOf(meanFieldNetwork)), limit)).toBeUndefined();
  });
});

function missing(): never {
  throw new Error("a candidate is expected");
}
