// Neurons of a one-hidden-layer network, g(x) = sum of c s(w.x): predictions, gradients and steps of training.
//
// Neurons lie in groups of eight: all c of a group, then all first entries of w, and so on, each row a cache line, so that
// memory is read from beginning to end and two neurons share a vector. The last group is filled up with neurons that are
// zero and stay so. Blocks of 256 neurons are what threads share out; sums are kept per block, so that they are the same bits
// however that is done.
//
// Arguments of every kernel, as 64-bit floats from `at` on: 0 address of the neurons, 1 their count, 2 entries of w, 3
// activation (0 identity, 1 square, 2 relu, 3 tanh, 4 sigmoid), 4 whether c is trained; the others are told at each kernel.
import { Activation, Identity, Relu, Sigmoid, Square, Tanh } from "./activation";
import { NORMAL, WEYL } from "./hash";
import { Ziggurat } from "./ziggurat";

/** Neurons in a block, as a power of two; bytes of a row of a group of eight. */
const BLOCK_BITS: i32 = 8;
const ROW: usize = 64;

class Neurons {
  @inline
  static usizeAt(at: usize, i: usize): usize {
    return <usize>load<f64>(at + (i << 3));
  }

  /** How many neurons block `block` holds. */
  @inline
  static held(count: i32, block: i32): i32 {
    return min(count - (block << BLOCK_BITS), 1 << BLOCK_BITS);
  }

  /** Bytes from the first neuron to neuron `i`, in rows of 8 (d + 1) numbers. */
  @inline
  static offset(i: i32, d: usize): usize {
    return <usize>(i >> 3) * (d + 1) * ROW + ((<usize>(i & 7)) << 3);
  }

  /** Keeps a pair of neurons, or only its first, for the last of an odd number. */
  @inline
  static masked(pair: v128, whole: bool): v128 {
    return whole ? pair : f64x2.replace_lane(pair, 1, 0.0);
  }

  /** w.x of the pair whose first entries of w lie at `w`. */
  @inline
  static input(w: usize, x: usize, end: usize): v128 {
    let z = f64x2.splat(0.0);
    for (; x < end; x += 8) {
      z = f64x2.add(z, f64x2.mul(v128.load(w), v128.load64_splat(x)));
      w += ROW;
    }
    return z;
  }

  /** Weighted c s(w.x) of a pair. */
  @inline
  static share<A>(n: usize, x: usize, end: usize, weight: usize, keep: usize): v128 {
    const kept = Activation.kept<A>(Neurons.input(n + ROW, x, end));
    v128.store(keep, kept);
    let c = v128.load(n);
    if (weight != 0) c = f64x2.mul(c, v128.load(weight));
    return f64x2.mul(c, Activation.value<A>(kept));
  }

  /**
   * Arguments 5 address of the points, 6 their number K, 7 address of the sums (block by block, K each), 8 address of
   * weights of the neurons, one after another, or 0, 9 address of what is kept for the gradient: a number for every
   * neuron, point after point, so many bytes apart as 10 says, or for the last point alone where 10 is 0.
   */
  @inline
  static predict<A>(at: usize, first: i32, last: i32): void {
    const count = <i32>load<f64>(at, 8);
    const d = <usize>load<f64>(at, 16);
    const points = Neurons.usizeAt(at, 5);
    const K = Neurons.usizeAt(at, 6);
    const weights = Neurons.usizeAt(at, 8);
    const step: usize = weights == 0 ? 0 : 64;
    const stride = Neurons.usizeAt(at, 10);
    for (let block = first; block < last; block++) {
      const number = block << BLOCK_BITS;
      const sums = Neurons.usizeAt(at, 7) + ((<usize>block * K) << 3);
      const groups = (Neurons.held(count, block) + 7) >> 3;
      for (let k: usize = 0; k < K; k++) {
        const x = points + ((k * d) << 3);
        const end = x + (d << 3);
        let even = f64x2.splat(0.0);
        let odd = f64x2.splat(0.0);
        let n = Neurons.usizeAt(at, 0) + Neurons.offset(number, d);
        let w = weights == 0 ? 0 : weights + ((<usize>number) << 3);
        let keep = Neurons.usizeAt(at, 9) + k * stride + ((<usize>number) << 3);
        for (let g = 0; g < groups; g++) {
          const one: usize = w == 0 ? 0 : 16;
          even = f64x2.add(even, Neurons.share<A>(n, x, end, w, keep));
          odd = f64x2.add(odd, Neurons.share<A>(n + 16, x, end, w + one, keep + 16));
          even = f64x2.add(even, Neurons.share<A>(n + 32, x, end, w + 2 * one, keep + 32));
          odd = f64x2.add(odd, Neurons.share<A>(n + 48, x, end, w + 3 * one, keep + 48));
          n += (d + 1) * ROW;
          w += step;
          keep += 64;
        }
        const both = f64x2.add(even, odd);
        store<f64>(sums + (k << 3), f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1));
      }
    }
  }

  /**
   * Arguments 5 address of the points, 6 their number K, 7 address of the errors (K numbers, with whatever factors), 8
   * address of the gradient, in the layout of the neurons, 9 and 10 what was kept, which is used where 10 is not 0.
   */
  @inline
  static gradient<A>(at: usize, first: i32, last: i32): void {
    const count = <i32>load<f64>(at, 8);
    const d = <usize>load<f64>(at, 16);
    const trains = load<f64>(at, 32) != 0;
    const points = Neurons.usizeAt(at, 5);
    const K = Neurons.usizeAt(at, 6);
    const errors = Neurons.usizeAt(at, 7);
    const stride = Neurons.usizeAt(at, 10);
    for (let block = first; block < last; block++) {
      const held = Neurons.held(count, block);
      for (let i = 0; i < held; i += 2) {
        const from = Neurons.offset((block << BLOCK_BITS) + i, d);
        const n = Neurons.usizeAt(at, 0) + from;
        const out = Neurons.usizeAt(at, 8) + from;
        const whole = i + 1 < held;
        const c = v128.load(n);
        let ofC = f64x2.splat(0.0);
        for (let j: usize = 1; j <= d; j++) v128.store(out + j * ROW, f64x2.splat(0.0));
        let keep = Neurons.usizeAt(at, 9) + ((<usize>((block << BLOCK_BITS) + i)) << 3);
        for (let k: usize = 0; k < K; k++) {
          const x = points + ((k * d) << 3);
          let kept: v128;
          if (stride != 0) kept = v128.load(keep);
          else kept = Activation.kept<A>(Neurons.input(n + ROW, x, x + (d << 3)));
          keep += stride;
          const error = Neurons.masked(v128.load64_splat(errors + (k << 3)), whole);
          ofC = f64x2.add(ofC, f64x2.mul(error, Activation.value<A>(kept)));
          const pull = f64x2.mul(f64x2.mul(error, c), Activation.slope<A>(kept));
          let row = out + ROW;
          for (let j: usize = 0; j < d; j++) {
            v128.store(row, f64x2.add(v128.load(row), f64x2.mul(pull, v128.load64_splat(x + (j << 3)))));
            row += ROW;
          }
        }
        v128.store(out, trains ? ofC : f64x2.splat(0.0));
      }
    }
  }

  /** One pair of neurons of `step`. */
  @inline
  static stepPair<A>(
    n: usize,
    kept: usize,
    d: usize,
    x: usize,
    next: usize,
    rate: v128,
    decay: v128,
    trains: bool,
  ): v128 {
    const s = v128.load(kept);
    let c = v128.load(n);
    const pull = f64x2.mul(f64x2.mul(rate, c), Activation.slope<A>(s));
    if (trains) c = f64x2.add(f64x2.mul(decay, c), f64x2.mul(rate, Activation.value<A>(s)));
    v128.store(n, c);
    let z = f64x2.splat(0.0);
    let row = n + ROW;
    const end = x + (d << 3);
    for (; x < end; x += 8) {
      const w = f64x2.add(f64x2.mul(decay, v128.load(row)), f64x2.mul(pull, v128.load64_splat(x)));
      v128.store(row, w);
      z = f64x2.add(z, f64x2.mul(w, v128.load64_splat(next)));
      row += ROW;
      next += 8;
    }
    const after = Activation.kept<A>(z);
    v128.store(kept, after);
    return f64x2.mul(c, Activation.value<A>(after));
  }

  /**
   * One step of online training, and the prediction at the next sample in the same pass over memory.
   *
   * Arguments 5 address of what is kept of the inputs, one after another, 6 address of x, 7 address of the next x, 8 error
   * times step, 9 factor of decay, 10 address of the sums (one a block).
   */
  @inline
  static step<A>(at: usize, first: i32, last: i32): void {
    const count = <i32>load<f64>(at, 8);
    const d = <usize>load<f64>(at, 16);
    const trains = load<f64>(at, 32) != 0;
    const x = Neurons.usizeAt(at, 6);
    const next = Neurons.usizeAt(at, 7);
    const rate = v128.load64_splat(at + 64);
    const decay = v128.load64_splat(at + 72);
    for (let block = first; block < last; block++) {
      const number = block << BLOCK_BITS;
      const held = Neurons.held(count, block);
      let n = Neurons.usizeAt(at, 0) + Neurons.offset(number, d);
      let kept = Neurons.usizeAt(at, 5) + ((<usize>number) << 3);
      let even = f64x2.splat(0.0);
      let odd = f64x2.splat(0.0);
      for (let g = held >> 3; g > 0; g--) {
        even = f64x2.add(even, Neurons.stepPair<A>(n, kept, d, x, next, rate, decay, trains));
        odd = f64x2.add(odd, Neurons.stepPair<A>(n + 16, kept + 16, d, x, next, rate, decay, trains));
        even = f64x2.add(even, Neurons.stepPair<A>(n + 32, kept + 32, d, x, next, rate, decay, trains));
        odd = f64x2.add(odd, Neurons.stepPair<A>(n + 48, kept + 48, d, x, next, rate, decay, trains));
        n += (d + 1) * ROW;
        kept += 64;
      }
      for (let i = held & ~7; i < held; i += 2) {
        const mine = Neurons.masked(rate, i + 1 < held);
        even = f64x2.add(even, Neurons.stepPair<A>(n, kept, d, x, next, mine, decay, trains));
        n += 16;
        kept += 16;
      }
      const both = f64x2.add(even, odd);
      const sum = f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
      store<f64>(Neurons.usizeAt(at, 10) + ((<usize>block) << 3), sum);
    }
  }
}

/** Predictions: the sum over the neurons of each block of (weight) c s(w.x), for every point. */
export function neuronPredict(at: usize, first: i32, last: i32): void {
  const kind = <i32>load<f64>(at, 24);
  if (kind == 0) Neurons.predict<Identity>(at, first, last);
  else if (kind == 1) Neurons.predict<Square>(at, first, last);
  else if (kind == 2) Neurons.predict<Relu>(at, first, last);
  else if (kind == 3) Neurons.predict<Tanh>(at, first, last);
  else Neurons.predict<Sigmoid>(at, first, last);
}

/** The sum over points of error times the gradient of c s(w.x) with respect to each neuron's own c and w. */
export function neuronGradient(at: usize, first: i32, last: i32): void {
  const kind = <i32>load<f64>(at, 24);
  if (kind == 0) Neurons.gradient<Identity>(at, first, last);
  else if (kind == 1) Neurons.gradient<Square>(at, first, last);
  else if (kind == 2) Neurons.gradient<Relu>(at, first, last);
  else if (kind == 3) Neurons.gradient<Tanh>(at, first, last);
  else Neurons.gradient<Sigmoid>(at, first, last);
}

/** One step of online training and the prediction at the next sample. */
export function neuronStep(at: usize, first: i32, last: i32): void {
  const kind = <i32>load<f64>(at, 24);
  if (kind == 0) Neurons.step<Identity>(at, first, last);
  else if (kind == 1) Neurons.step<Square>(at, first, last);
  else if (kind == 2) Neurons.step<Relu>(at, first, last);
  else if (kind == 3) Neurons.step<Tanh>(at, first, last);
  else Neurons.step<Sigmoid>(at, first, last);
}

/**
 * theta <- decay theta + velocity + noise xi on what is trained, where velocity <- momentum velocity + gradient.
 *
 * Arguments 5 address of the gradient, 6 address of the velocity, or 0 where it is the gradient, 7 momentum, 8 factor of
 * decay, 9 noise, 10 address of the stream's keys, 11 first index: entry a of neuron i draws number first + i (d + 1) + a.
 */
export function neuronMove(at: usize, first: i32, last: i32): void {
  const count = <i32>load<f64>(at, 8);
  const d = <i32>load<f64>(at, 16);
  const start = load<f64>(at, 32) != 0 ? 0 : 1;
  const gradient = Neurons.usizeAt(at, 5);
  const velocity = Neurons.usizeAt(at, 6);
  const momentum = load<f64>(at, 56);
  const decay = load<f64>(at, 64);
  const noise = load<f64>(at, 72);
  const keys = Neurons.usizeAt(at, 10);
  const key1 = noise == 0 ? 0 : load<u64>(keys, 8) ^ NORMAL;
  const origin = noise == 0 ? 0 : load<u64>(keys) + <u64>load<f64>(at, 88) * WEYL;
  for (let block = first; block < last; block++) {
    const begin = block << BLOCK_BITS;
    const held = Neurons.held(count, block);
    for (let i = begin; i < begin + held; i++) {
      const from = Neurons.offset(i, <usize>d);
      for (let a = start; a <= d; a++) {
        const place = from + <usize>a * ROW;
        const n = Neurons.usizeAt(at, 0) + place;
        let move = load<f64>(gradient + place);
        if (velocity != 0) {
          move += momentum * load<f64>(velocity + place);
          store<f64>(velocity + place, move);
        }
        let theta = decay * load<f64>(n) + move;
        if (noise != 0) theta += noise * Ziggurat.normal(origin + (<u64>i * <u64>(d + 1) + <u64>a) * WEYL, key1);
        store<f64>(n, theta);
      }
    }
  }
}
