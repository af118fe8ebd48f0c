/**
 * Online training of 10^5 tanh neurons in ten dimensions: ours against C, NumPy and PyTorch on the same samples.
 *
 * A hundred steps are timed where a training run takes 10^4: a step costs the same all along, since all neurons are moved.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { neuronSystem, neuronSystemBytes, openTeam } from "meanfield/kernels";
import { nodeMember } from "../../packages/cli/src/threads/node-member.ts";
import { randomStream } from "../../packages/meanfield/src/numeric/random.ts";
import type { Case } from "../case.ts";
import { buildFolder, cPeer, type Measurement, pythonPeer } from "../peer.ts";

const [count, inputs, steps, rate] = [100_000, 10, 100, 20];
const options = { count, inputs, activation: "tanh", trainsOutput: true, points: 1 } as const;

/** Neurons before training, and samples (x, y) with y = sin(x_1) + noise. */
const theta = new Float64Array(count * (1 + inputs));
randomStream(1, 0).fillNormal(theta, 0);
const samples = new Float64Array((steps + 1) * (inputs + 1));
randomStream(1, 1).fillNormal(samples, 0);
for (let k = 0; k <= steps; k++) {
  const at = k * (inputs + 1);
  samples[at + inputs] = Math.sin(samples[at]) + 0.1 * samples[at + inputs];
}

async function training(threads: number): Promise<{ measure: () => Measurement; stop: () => Promise<void> }> {
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

function writeData(): readonly (string | number)[] {
  mkdirSync(buildFolder, { recursive: true });
  const files = [`${buildFolder}network-theta.bin`, `${buildFolder}network-samples.bin`];
  writeFileSync(files[0], new Uint8Array(theta.buffer));
  writeFileSync(files[1], new Uint8Array(samples.buffer));
  return [count, inputs, steps, rate, ...files];
}

export const networkSgd: Case = {
  name: "network training, 10^5 neurons in d = 10 × 100 online steps",
  targets: { NumPy: 1, PyTorch: 1 },
  // The same steps with another tanh, and sums of 10^5 terms in another order.
  tolerance: 1e-10,
  async open() {
    const one = await training(1);
    const args = writeData();
    return {
      ours: async () => one.measure(),
      peers: [
        cPeer("network-sgd", args),
        pythonPeer("NumPy", "network-sgd-numpy", "numpy", [1, ...args]),
        pythonPeer("PyTorch", "network-sgd-torch", "torch", [1, ...args]),
      ],
      stop: one.stop,
    };
  },
};

export const networkSgdOnTwoThreads: Case = {
  name: "the same on two threads",
  targets: { NumPy: 1, PyTorch: 1 },
  tolerance: 1e-10,
  async open() {
    const two = await training(2);
    const args = writeData();
    return {
      ours: async () => two.measure(),
      peers: [
        pythonPeer("NumPy", "network-sgd-numpy", "numpy", [2, ...args]),
        pythonPeer("PyTorch", "network-sgd-torch", "torch", [2, ...args]),
      ],
      stop: two.stop,
    };
  },
};
