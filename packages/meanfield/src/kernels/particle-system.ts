/**
 * Many particles that move by x <- factor * x + shift + noise * xi, xi standard normal and independent: the affine Gaussian
 * step, which the Euler–Maruyama scheme of a linear mean-field diffusion and the exact transition of an
 * Ornstein–Uhlenbeck process both are. About 3 ns a particle and step on one thread.
 */
import type { Team } from "./team.ts";

export interface GaussianStep {
  readonly factor: number;
  readonly shift: number;
  /** Standard deviation of the private noise. */
  readonly noise: number;
}

/**
 * The Euler–Maruyama step of dX = (attraction (mean - X) + gain (target - X) + drift) dt + volatility dW + dC, where C is
 * common to all particles.
 */
export interface LinearDiffusion {
  /** Rate of the pull to the population's mean. Default 0. */
  readonly attraction?: number;
  /** The population's mean at the start of the step; what `ParticleSystem.step` returned. Default 0. */
  readonly mean?: number;
  /** Rate of the pull to `target`. Default 0. */
  readonly gain?: number;
  /** Default 0. */
  readonly target?: number;
  /** Default 0. */
  readonly drift?: number;
  readonly volatility: number;
  /** Increment of the common noise over this step, its own volatility included. Default 0. */
  readonly commonIncrement?: number;
}

/** The Euler–Maruyama step of a linear mean-field diffusion over `dt`; RangeError unless dt >= 0. */
export function eulerMaruyama(diffusion: LinearDiffusion, dt: number): GaussianStep {
  if (!(dt >= 0)) throw new RangeError(`dt must be >= 0, got ${dt}`);
  const { attraction = 0, mean = 0, gain = 0, target = 0, drift = 0, volatility, commonIncrement = 0 } = diffusion;
  return {
    factor: 1 - (attraction + gain) * dt,
    shift: (attraction * mean + gain * target + drift) * dt + commonIncrement,
    noise: volatility * Math.sqrt(dt),
  };
}

/** The transition x <- mean + correlation (x - mean) + deviation xi, exact for an Ornstein–Uhlenbeck process. */
export function gaussianTransition(mean: number, correlation: number, deviation: number): GaussianStep {
  return { factor: correlation, shift: (1 - correlation) * mean, noise: deviation };
}

export interface ParticleSystem {
  /** The particles, live: write the initial states here. In the team's memory. */
  readonly positions: Float64Array;
  /**
   * Moves all particles and returns their new mean. Particle p draws normal(firstIndex + p) of the system's stream, so a
   * simulation with `firstIndex = k * stride` at step k, stride >= the number of particles, never uses a draw twice.
   */
  readonly step: (firstIndex: number, step: GaussianStep) => number;
  /** The mean of the particles as they are. */
  readonly mean: () => number;
}

/**
 * Particles per block: what one thread claims, and what one partial sum runs over. The mean adds block sums in the order
 * of the blocks, so it is the same bits on any number of threads.
 */
const BLOCK = 2048;

/** How much of a team's memory `count` particles take, in bytes. */
export function particleSystemBytes(count: number): number {
  return 8 * (count + Math.ceil(count / BLOCK) + ARGUMENTS + 2) + 4 * 64;
}

const ARGUMENTS = 9;

/** `count` >= 1 particles at zero, driven by the normals of a stream whose `keys` are given (`randomStream(...).keys`). */
export function particleSystem(team: Team, count: number, keys: Uint32Array): ParticleSystem {
  if (!Number.isSafeInteger(count) || count < 1 || count >= 2 ** 28) {
    throw new RangeError(`count must be an integer from 1 to 2^28 - 1, got ${count}`);
  }
  const { arena } = team;
  const blocks = Math.ceil(count / BLOCK);
  const positions = arena.float64(count);
  const sums = arena.float64(blocks);
  const kernelArguments = arena.float64(ARGUMENTS);
  const ownKeys = arena.int32(4);
  ownKeys.set(keys);
  kernelArguments.set([positions.byteOffset, count, BLOCK, sums.byteOffset, ownKeys.byteOffset]);

  return {
    positions,
    step(firstIndex, { factor, shift, noise }) {
      if (!(Number.isSafeInteger(firstIndex) && firstIndex >= 0 && Number.isSafeInteger(firstIndex + count))) {
        throw new RangeError(`firstIndex must be an integer from 0 to 2^53 - 1 - particles, got ${firstIndex}`);
      }
      kernelArguments[5] = firstIndex;
      kernelArguments[6] = factor;
      kernelArguments[7] = shift;
      kernelArguments[8] = noise;
      team.run("particleStep", kernelArguments, blocks);
      let sum = 0;
      for (let block = 0; block < blocks; block++) sum += sums[block];
      return sum / count;
    },
    mean() {
      let total = 0;
      for (let first = 0; first < count; first += BLOCK) {
        let sum = 0;
        for (const x of positions.subarray(first, first + BLOCK)) sum += x;
        total += sum;
      }
      return total / count;
    },
  };
}
