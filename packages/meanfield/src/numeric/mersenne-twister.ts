/**
 * The Mersenne twister MT19937, for games whose published instances were drawn with it; our own draws are addressed
 * (`random.ts`). M. Matsumoto, T. Nishimura, "Mersenne twister", ACM Trans. Model. Comput. Simul. 8 (1998) 3–30.
 */

const size = 624;
const middle = 397;

/** Whole numbers in [0, 2^32), one after another, from a seed in the same range (initialisation of 2002). */
export function mersenneTwister(seed: number): () => number {
  const state = new Uint32Array(size);
  state[0] = seed;
  for (let i = 1; i < size; i++) state[i] = Math.imul(1812433253, state[i - 1] ^ (state[i - 1] >>> 30)) + i;
  let place = size;
  return () => {
    if (place === size) {
      twist(state);
      place = 0;
    }
    let y = state[place++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  };
}

function twist(state: Uint32Array): void {
  for (let i = 0; i < size; i++) {
    const y = (state[i] & 0x80000000) | (state[(i + 1) % size] & 0x7fffffff);
    state[i] = state[(i + middle) % size] ^ (y >>> 1) ^ ((y & 1) === 0 ? 0 : 0x9908b0df);
  }
}

/** A number in [0, 1) of 53 random bits, the low ones of two draws put side by side, the first on the left. */
export function twistedUniform(draw: () => number): number {
  const high = draw() & 0x1fffff;
  return (high * 2 ** 32 + draw()) * 2 ** -53;
}
