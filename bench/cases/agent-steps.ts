/**
 * Agents of the malware game, as learning moves them: returns of 200 agents over 200 steps against a frozen field, and
 * populations of 100 players over 100 steps, 100 times over; the continuous state at a hard threshold, and the game on a
 * grid of 101 states.
 */
import { malwareOnGrid, malwareOnInterval } from "../../packages/meanfield/src/stationary/malware.ts";
import { policyClass } from "../../packages/meanfield/src/stationary/policy-class.ts";
import { environmentOf } from "../../packages/meanfield/src/stationary/simulation/environment-of.ts";
import type { Case } from "../case.ts";
import { cPeer, type Measurement, pythonPeer } from "../peer.ts";

const [k, lambda, gamma, threshold] = [0.2, 0.5, 0.9, 0.4851620216];
const [trajectories, horizon] = [200, 200];
const [players, steps, repeats] = [100, 100, 100];
const seed = 1;
const [returnsRounds, populationRounds, gridRounds, gridStates] = [100, 5, 50, 101];

/**
 * Times `work` on so many streams; it gives a number of its result.
 *
 * Calls are short, and the kernels' best code comes from another thread, which a busy machine delays: so long a warm-up.
 */
async function repeated(rounds: number, work: (stream: number) => number): Promise<() => Promise<Measurement>> {
  const warm = performance.now() + 500;
  for (let stream = 0; performance.now() < warm; stream++) work(stream);
  return async () => {
    let sum = 0;
    const start = performance.now();
    for (let stream = 0; stream < rounds; stream++) sum += work(stream);
    return { seconds: (performance.now() - start) / 1000, check: [sum / rounds] };
  };
}

function average(sample: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < sample.length; i++) sum += sample[i];
  return sum / sample.length;
}

const interval = environmentOf(malwareOnInterval({ k, lambda, gamma }));
const hard = policyClass(interval.space, "hard-threshold").play([threshold]);
/** The mean of the field that C and NumPy are given; ours is given states, and takes their mean every time. */
const fieldMean = 0.3458541887;
/** 10^4 states, as the population below gives them, of that mean. */
const field = Float64Array.from({ length: players * repeats }, (_, i) => fieldMean + (i % 2 === 0 ? 0.3 : -0.3));

export const agentReturns: Case = {
  name: "agents of the malware game, returns: 200 agents × 200 steps × 100",
  // C is compared without a target: where the processor has AVX-512, it hashes eight draws at a time, WebAssembly one.
  targets: { NumPy: 1 / 20 },
  // The same draws with the same products; sums of a hundred returns in another order.
  tolerance: 1e-11,
  async open() {
    const args = [k, lambda, gamma, threshold, fieldMean, trajectories, horizon, returnsRounds];
    return {
      ours: await repeated(returnsRounds, (stream) =>
        average(interval.returns(hard, field, { count: trajectories, horizon }, { seed, stream })),
      ),
      peers: [
        cPeer("agent-steps", [...args, seed]),
        pythonPeer("NumPy", "agent-steps", "numpy", ["returns", ...args, field.length]),
      ],
      stop: async () => {},
    };
  },
};

export const agentPopulation: Case = {
  name: "the same game, populations: 100 players × 100 steps × 100 repeats × 5",
  // All repeats at once is the best that NumPy can do, vectors of 10^4 numbers: compared, but without a target.
  targets: { "NumPy, by repeat": 1 / 20 },
  tolerance: 0,
  async open() {
    const numpy = (name: string, width: number, rounds: number) =>
      pythonPeer(name, "agent-steps", "numpy", ["population", threshold, width, steps, rounds]);
    return {
      ours: await repeated(populationRounds, (stream) =>
        average(interval.population(hard, { players, steps, repeats }, { seed, stream })),
      ),
      peers: [
        numpy("NumPy, by repeat", players, repeats * populationRounds),
        numpy("NumPy, all at once", players * repeats, populationRounds),
      ],
      stop: async () => {},
    };
  },
};

export const agentReturnsOnGrid: Case = {
  name: "the same game on 101 states, returns: 200 agents × 200 steps × 50",
  targets: { NumPy: 1 / 20 },
  tolerance: 0,
  async open() {
    const environment = environmentOf(malwareOnGrid({ k, lambda, gamma }, gridStates, "I"));
    const policy = policyClass(environment.space, "hard-threshold").play([threshold]);
    const shares = environment.population(policy, { players, steps, repeats }, { seed, stream: 0 });
    return {
      ours: await repeated(gridRounds, (stream) =>
        average(environment.returns(policy, shares, { count: trajectories, horizon }, { seed, stream })),
      ),
      peers: [
        pythonPeer("NumPy", "agent-steps", "numpy", [
          "grid",
          k,
          lambda,
          gamma,
          threshold,
          fieldMean,
          trajectories,
          horizon,
          gridRounds,
          gridStates,
        ]),
      ],
      stop: async () => {},
    };
  },
};
