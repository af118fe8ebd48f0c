/**
 * Neurons of a one-hidden-layer network in the kernels' memory: predictions, gradients, and steps of training.
 *
 * Neurons are given and taken as θ = (c, w_1, …, w_d), one after another; inside they lie in groups (kernels/neurons.ts).
 */
import type { Team } from "./team.ts";

/** Activations that kernels know, by the numbers they have there. */
export const kernelActivations = ["identity", "square", "relu", "tanh", "sigmoid"] as const;

export type KernelActivation = (typeof kernelActivations)[number];

export interface NeuronSystemOptions {
  /** N, at least 1. */
  readonly count: number;
  /** d, at least 1. */
  readonly inputs: number;
  readonly activation: KernelActivation;
  /** Whether c is trained. */
  readonly trainsOutput: boolean;
  /** The most points that are given at once. */
  readonly points: number;
  /** Weights of the neurons in `predict`; 1/N each unless given. */
  readonly weights?: Float64Array | undefined;
}

export interface NeuronMove {
  /** Factor of the parameters, 1 − step·λ. */
  readonly decay: number;
  /** Factor of the velocity; where given, the gradient is added to the velocity, which moves the neurons. */
  readonly momentum?: number;
  /** Standard deviation of independent normal noise, and where its draws begin in the stream of the system. */
  readonly noise?: { readonly deviation: number; readonly firstIndex: number };
}

export interface NeuronSystem {
  readonly count: number;
  /** Numbers of a neuron, 1 + d. */
  readonly parameters: number;
  readonly load: (theta: ArrayLike<number>) => void;
  /** A copy, one neuron after another. */
  readonly read: () => Float64Array;
  /** The velocities of momentum, the same way. */
  readonly loadVelocity: (velocity: ArrayLike<number>) => void;
  readonly readVelocity: () => Float64Array;
  /** Σ weight c σ(w·x) for each of the points, into `out`; they are kept for `takeGradient`, which must see the same neurons. */
  readonly predict: (points: ArrayLike<number>, out: Float64Array) => void;
  /** Takes the gradient of Σ_k errors[k] c σ(w·x_k) with respect to each neuron, at the points of the last `predict`. */
  readonly takeGradient: (errors: ArrayLike<number>) => void;
  /** Moves neurons along the gradient taken last. */
  readonly move: (move: NeuronMove) => void;
  /** The average of c σ(w·x) at the first sample of online training. */
  readonly open: (x: ArrayLike<number>) => number;
  /** θ ← decay θ + rate ∇(c σ(w·x)) at the sample opened or given last; the average at the next. */
  readonly step: (rate: number, decay: number, next: ArrayLike<number>) => number;
  /** The whole state in the kernels' own layout, live; what is not a neuron is zero there and must stay so. */
  readonly blocks: Float64Array;
  /** The gradient in that layout, live. */
  readonly gradient: Float64Array;
}

/** Neurons that threads share out, and those that lie together. */
const BLOCK = 256;
const GROUP = 8;
const ARGUMENTS = 12;

/** As many numbers are kept of a prediction for its gradient at most, which else takes them again: 64 MB. */
const MOST_KEPT = 8e6;

function keptPoints({ count, points }: NeuronSystemOptions): number {
  return Math.ceil(count / BLOCK) * BLOCK * points <= MOST_KEPT ? Math.max(1, points) : 1;
}

/** Bytes of a team's memory that a system takes. */
export function neuronSystemBytes(options: NeuronSystemOptions): number {
  const { count, inputs, points } = options;
  const blocks = Math.ceil(count / BLOCK);
  const numbers = blocks * BLOCK * (3 * (1 + inputs) + 2 + keptPoints(options)) + blocks * Math.max(1, points);
  return 8 * (numbers + points * (inputs + 1) + 2 * inputs + 4 * ARGUMENTS + 4) + 16 * 64;
}

/** Neurons at zero; their noise is that of the stream whose `keys` are given (`randomStream(...).keys`). */
export function neuronSystem(team: Team, options: NeuronSystemOptions, keys?: Uint32Array): NeuronSystem {
  const { count, inputs: d, activation, trainsOutput, points, weights } = options;
  if (!Number.isSafeInteger(count) || count < 1 || count >= 2 ** 28) {
    throw new RangeError(`count must be an integer from 1 to 2^28 - 1, got ${count}`);
  }
  if (!Number.isSafeInteger(d) || d < 1 || d > 10_000) {
    throw new RangeError(`inputs must be an integer from 1 to 10000, got ${d}`);
  }
  const { arena } = team;
  const p = 1 + d;
  const blocks = Math.ceil(count / BLOCK);
  const size = Math.ceil(count / GROUP) * GROUP * p;
  const neurons = arena.float64(size);
  const gradient = arena.float64(size);
  const velocity = arena.float64(size);
  const row = blocks * BLOCK;
  const kept = arena.float64(row * keptPoints(options));
  /** Of online training, which predictions in between must not touch. */
  const keptOnline = arena.float64(row);
  const given = arena.float64(row);
  const sums = arena.float64(blocks * Math.max(1, points));
  const x = arena.float64(Math.max(1, points) * d);
  const errors = arena.float64(Math.max(1, points));
  const samples = [arena.float64(d), arena.float64(d)];
  const ownKeys = arena.int32(4);
  if (keys !== undefined) ownKeys.set(keys);
  if (weights !== undefined) given.set(weights);
  const head = [neurons.byteOffset, count, d, kernelActivations.indexOf(activation), trainsOutput ? 1 : 0];
  const argumentsOf = (): Float64Array => {
    const out = arena.float64(ARGUMENTS);
    out.set(head);
    return out;
  };
  const [predicting, differentiating, stepping, moving] = [argumentsOf(), argumentsOf(), argumentsOf(), argumentsOf()];
  const stride = keptPoints(options) < points ? 0 : 8 * row;
  const keeping = [kept.byteOffset, stride];
  predicting.set([x.byteOffset, 0, sums.byteOffset, weights === undefined ? 0 : given.byteOffset, ...keeping], 5);
  differentiating.set([x.byteOffset, 0, errors.byteOffset, gradient.byteOffset, ...keeping], 5);
  stepping.set([keptOnline.byteOffset, 0, 0, 0, 1, sums.byteOffset], 5);
  moving.set([gradient.byteOffset, 0, 0, 1, 0, ownKeys.byteOffset, 0], 5);
  const factor = weights === undefined ? 1 / count : 1;
  let shown = 0;
  let current = 0;

  const total = (): number => {
    let sum = 0;
    for (let block = 0; block < blocks; block++) sum += sums[block];
    return sum / count;
  };
  const place = (i: number, a: number): number => (i >> 3) * GROUP * p + a * GROUP + (i & (GROUP - 1));
  const write = (into: Float64Array, theta: ArrayLike<number>): void => {
    if (theta.length !== count * p) {
      throw new RangeError(`neurons must be ${count} times ${p} numbers, got ${theta.length}`);
    }
    for (let i = 0; i < count; i++) for (let a = 0; a < p; a++) into[place(i, a)] = theta[i * p + a];
  };
  const readFrom = (from: Float64Array): Float64Array => {
    const out = new Float64Array(count * p);
    for (let i = 0; i < count; i++) for (let a = 0; a < p; a++) out[i * p + a] = from[place(i, a)];
    return out;
  };

  return {
    count,
    parameters: p,
    blocks: neurons,
    gradient,
    load: (theta) => {
      write(neurons, theta);
      // A step of no size multiplies what is kept by zero, which does not end what has overflowed.
      keptOnline.fill(0);
    },
    read: () => readFrom(neurons),
    loadVelocity: (theta) => write(velocity, theta),
    readVelocity: () => readFrom(velocity),
    predict(given, out) {
      shown = given.length / d;
      if (!Number.isSafeInteger(shown) || shown > points) {
        throw new RangeError(`points must be at most ${points} times ${d} numbers, got ${given.length}`);
      }
      x.set(given);
      predicting[6] = shown;
      team.run("neuronPredict", predicting, blocks);
      for (let k = 0; k < shown; k++) {
        let sum = 0;
        for (let block = 0; block < blocks; block++) sum += sums[block * shown + k];
        out[k] = factor * sum;
      }
    },
    takeGradient(given) {
      errors.set(given);
      differentiating[6] = shown;
      team.run("neuronGradient", differentiating, blocks);
    },
    move({ decay, momentum, noise }) {
      moving[6] = momentum === undefined ? 0 : velocity.byteOffset;
      moving[7] = momentum ?? 0;
      moving[8] = decay;
      moving[9] = noise?.deviation ?? 0;
      moving[11] = noise?.firstIndex ?? 0;
      team.run("neuronMove", moving, blocks);
    },
    open(first) {
      samples[current].set(first);
      // A step of no size at all.
      stepping[6] = stepping[7] = samples[current].byteOffset;
      stepping[8] = 0;
      stepping[9] = 1;
      team.run("neuronStep", stepping, blocks);
      return total();
    },
    step(rate, decay, next) {
      samples[1 - current].set(next);
      stepping[6] = samples[current].byteOffset;
      stepping[7] = samples[1 - current].byteOffset;
      stepping[8] = rate;
      stepping[9] = decay;
      current = 1 - current;
      team.run("neuronStep", stepping, blocks);
      return total();
    },
  };
}
