/** A million particles, a hundred Euler–Maruyama steps with attraction to their mean: ours against C and NumPy. */
import { mkdirSync, writeFileSync } from "node:fs";
import { eulerMaruyama, openArena, openTeam, particleSystem, particleSystemBytes } from "meanfield/kernels";
import { nodeMember } from "../../packages/cli/src/threads/node-member.ts";
import { randomStream } from "../../packages/meanfield/src/numeric/random.ts";
import type { Case } from "../case.ts";
import { buildFolder, cPeer, type Measurement, pythonPeer } from "../peer.ts";

const [particles, steps, dt, attraction, volatility] = [1_000_000, 100, 0.01, 1, 1];
const { keys } = randomStream(1, 0);

/** The simulation on a team of this many threads. */
async function simulation(threads: number): Promise<{ measure: () => Measurement; stop: () => Promise<void> }> {
  const team = await openTeam(threads, particleSystemBytes(particles), nodeMember);
  const system = particleSystem(team, particles, keys);
  return {
    measure() {
      system.positions.fill(0);
      let mean = 0;
      const start = performance.now();
      for (let k = 0; k < steps; k++) {
        mean = system.step(k * particles, eulerMaruyama({ attraction, mean, volatility }, dt));
      }
      return { seconds: (performance.now() - start) / 1000, check: [mean, system.positions[particles - 1]] };
    },
    stop: () => team.close(),
  };
}

export const particleStep: Case = {
  name: "particle step, 10^6 particles × 100 steps",
  targets: { C: 1.1 },
  // The same draws in another order of additions, and with fused multiply-adds where the compiler likes them.
  tolerance: 1e-11,
  async open() {
    const one = await simulation(1);
    writeTables();
    const args = [particles, steps, dt, attraction, volatility];
    const words = new BigUint64Array(keys.slice().buffer);
    return {
      ours: async () => one.measure(),
      peers: [
        cPeer("particle-step", [...args, ...[...words].map(String)]),
        pythonPeer("NumPy", "particle-step", "numpy", args),
      ],
      stop: one.stop,
    };
  },
};

export const particleStepOnTwoThreads: Case = {
  name: "the same on two threads",
  // A speed-up of 1.7 or more.
  targets: { "one thread": 1 / 1.7 },
  tolerance: 0,
  async open() {
    const [one, two] = [await simulation(1), await simulation(2)];
    return {
      ours: async () => two.measure(),
      peers: [{ name: "one thread", measure: async () => one.measure(), stop: () => {} }],
      stop: two.stop,
    };
  },
};

/** The ziggurat's tables for the C peer, from the kernels' own memory. */
function writeTables(): void {
  mkdirSync(buildFolder, { recursive: true });
  const { memory, kernels } = openArena(0);
  const numbers = (address: number, length: number) =>
    [...new Float64Array(memory.buffer, address, length)].join(",\n");
  writeFileSync(
    `${buildFolder}ziggurat-table.h`,
    `static const double ziggurat_edges[512] = {${numbers(kernels.zigguratEdges(), 512)}};\n` +
      `static const double ziggurat_heights[257] = {${numbers(kernels.zigguratHeights(), 257)}};\n`,
  );
}
