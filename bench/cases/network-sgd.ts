/**
 * Online training of 10^5 tanh neurons in ten dimensions: ours against C, NumPy and PyTorch on the same samples.
 *
 * A hundred steps are timed unless others are asked for (`--steps 10000` for a whole training run): a step costs the same all
 * along, since all neurons are moved.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { neuronSystem, neuronSystemBytes, openTeam } from "meanfield/kernels";
import { nodeMember } from "../../packages/cli/src/threads/node-member.ts";
import { randomStream } from "../../packages/meanfield/src/numeric/random.ts";
import type { Case, OpenCase } from "../case.ts";
import { buildFolder, cPeer, type Measurement, type PeerOrReason, pythonPeer } from "../peer.ts";

const [count, inputs, rate] = [100_000, 10, 20];
const options = { count, inputs, activation: "tanh", trainsOutput: true, points: 1 } as const;

interface Work {
  readonly steps: number;
  /** Neurons before training, and samples (x, y) with y = sin(x_1) + noise. */
  readonly theta: Float64Array;
  readonly samples: Float64Array;
}

function workOf(steps: number): Work {
  const theta = new Float64Array(count * (1 + inputs));
  randomStream(1, 0).fillNormal(theta, 0);
  const samples = new Float64Array((steps + 1) * (inputs + 1));
  randomStream(1, 1).fillNormal(samples, 0);
  for (let k = 0; k <= steps; k++) {
    const at = k * (inputs + 1);
    samples[at + inputs] = Math.sin(samples[at]) + 0.1 * samples[at + inputs];
  }
  return { steps, theta, samples };
}

async function training(
  { steps, theta, samples }: Work,
  threads: number,
): Promise<{ measure: () => Measurement; stop: () => Promise<void> }> {
  const team = await openTeam(threads, neuronSystemBytes(options), nodeMember);
  const neurons = neuronSystem(team, options);
  const at = (k: number): Float64Array => samples.subarray(k * (inputs + 1), k * (inputs + 1) + inputs);
  return {
    measure() {
      neurons.load(theta);
      const start = performance.now();
      let g = neurons.open(at(0));
      for (let k = 0; k < steps; k++) {
        const error = samples[k * (inputs + 1) + inputs] - g;
        g = neurons.step((rate / count) * error, 1, at(k + 1));
      }
      const seconds = (performance.now() - start) / 1000;
      return { seconds, check: [g, neurons.read()[count * (1 + inputs) - 1]] };
    },
    stop: () => team.close(),
  };
}

function writeData({ steps, theta, samples }: Work): readonly (string | number)[] {
  mkdirSync(buildFolder, { recursive: true });
  const files = [`${buildFolder}network-theta.bin`, `${buildFolder}network-samples.bin`];
  writeFileSync(files[0], new Uint8Array(theta.buffer));
  writeFileSync(files[1], new Uint8Array(samples.buffer));
  return [count, inputs, steps, rate, ...files];
}

/** On one thread and on two. */
export function networkSgd(steps: number): readonly Case[] {
  const work = workOf(steps);
  // The same steps with another tanh, and sums of 10^5 terms in another order; rounding grows with their number.
  const shared = { targets: { NumPy: 1, PyTorch: 1 }, tolerance: 1e-10 * Math.max(1, steps / 100) };
  const python = (threads: number): PeerOrReason[] => [
    pythonPeer("NumPy", "network-sgd-numpy", "numpy", [threads, ...writeData(work)]),
    pythonPeer("PyTorch", "network-sgd-torch", "torch", [threads, ...writeData(work)]),
  ];
  const open = async (threads: number): Promise<OpenCase> => {
    const { measure, stop } = await training(work, threads);
    const peers = python(threads);
    return {
      ours: async () => measure(),
      peers: threads === 1 ? [cPeer("network-sgd", writeData(work)), ...peers] : peers,
      stop,
    };
  };
  return [
    { ...shared, name: `network training, 10^5 neurons in d = 10 × ${steps} online steps`, open: () => open(1) },
    { ...shared, name: "network training on two threads", open: () => open(2) },
  ];
}
