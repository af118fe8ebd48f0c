/**
 * A random game, linear in the population: rewards and log-odds of moves are random linear functions of the law.
 *
 * X. Guo, A. Hu, R. Xu, J. Zhang, "MF-OMO", SIAM J. Control Optim. 62 (2024) 243–270, and MFGLib, whose form, defaults and
 * draws (in double precision) these are.
 */

import { z } from "zod";
import { real, whole } from "../../core/index.ts";
import type { Game, ParametersOf } from "../../core/index.ts";
import { mersenneTwister, twistedUniform } from "../../numeric/mersenne-twister.ts";
import type { FiniteCandidate } from "../candidate.ts";
import { horizonParameter, initialLaw, initialParameter } from "../game-parts.ts";
import type { FiniteModel } from "../model.ts";
import { finiteQuantities, measureFinite } from "../quantities.ts";
import { wholeAxis } from "../space.ts";

const parameters = z.object({
  T: horizonParameter(3),
  n: whole(5, "States, and actions", { symbol: "n", minimum: 1, maximum: 100 }),
  m: real(10, "Size of the random coefficients", { symbol: "m", minimum: 0, maximum: 1e6 }),
  seed: whole(0, "Seed of the Mersenne twister", { minimum: 0, maximum: 2 ** 32 - 1 }),
  mu0: initialParameter("uniform"),
});

/** A game without any structure but linearity. */
export const randomLinear: Game<typeof parameters, FiniteModel, FiniteCandidate> = {
  id: "random-linear",
  title: "Random linear game",
  family: "finite",
  story:
    "Rewards are a random linear function of the population's law over states and actions, and so are the exponents of the " +
    "probabilities of moves. Nothing makes such a game monotone: it shows what methods do without that.",
  reference: "X. Guo, A. Hu, R. Xu, J. Zhang, SIAM J. Control Optim. 62 (2024) 243–270; arXiv:2304.08630",
  equations: [
    { caption: "Reward", tex: "r(s,a,L)=\\sum_jR^1_{sj}L(j,a)+R^2_{sa}" },
    {
      caption: "Moves",
      tex: "P(s'\\mid s,a,L)\\propto\\exp\\Bigl(\\sum_jP^1_{s'sj}L(j,a)+P^2_{s'sa}\\Bigr),\\qquad R,P\\sim U[-m,m]",
    },
  ],
  parameters,
  presets: {},
  concepts: ["nash", "planner"],
  information: ["feedback"],
  build: modelOf,
  quantities: finiteQuantities,
  measure: (_p, _question, candidate) => measureFinite(candidate),
};

function modelOf({ T, n, m, seed, mu0 }: ParametersOf<typeof parameters>): FiniteModel {
  const draw = mersenneTwister(seed);
  const drawn = (count: number): Float64Array =>
    Float64Array.from({ length: count }, () => 2 * m * twistedUniform(draw) - m);
  const [r1, r2, p1, p2] = [drawn(n ** 2), drawn(n ** 2), drawn(n ** 3), drawn(n ** 3)];
  // Features: rewards at s·n + a, then probabilities at (s'·n + s)·n + a.
  const read = (L: Float64Array, out: Float64Array): void => {
    product(n, n, r1, L, r2, out);
    const exponents = out.subarray(n * n);
    product(n * n, n, p1, L, p2, exponents);
    for (let row = 0; row < n * n; row++) softColumn(exponents, row, n);
  };
  return {
    family: "finite",
    kind: "discrete-time",
    horizon: T,
    features: { count: n ** 2 + n ** 3, read: (_t, { pairs: [L] }, out) => read(L, out) },
    populations: [
      {
        name: "players",
        states: [wholeAxis("s", n)],
        actions: [wholeAxis("a", n)],
        initial: initialLaw(mu0, n),
        transition: {
          sees: "pairs",
          timed: false,
          successors: (_t, s, a, { features }, emit) => {
            for (let y = 0; y < n; y++) emit(y, features[n * n + (y * n + s) * n + a]);
          },
        },
        reward: { coupled: { sees: "pairs", at: (_t, s, a, { features }) => features[s * n + a] } },
      },
    ],
  };
}

/** out = AB + C with A of so many rows, B and C of n columns. */
function product(rows: number, n: number, A: Float64Array, B: Float64Array, C: Float64Array, out: Float64Array): void {
  for (let i = 0; i < rows; i++) {
    for (let a = 0; a < n; a++) {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += A[i * n + j] * B[j * n + a];
      out[i * n + a] = sum + C[i * n + a];
    }
  }
}

/** Turns the exponents at y·n² + row, y = 0 … n − 1, into probabilities. */
function softColumn(values: Float64Array, row: number, n: number): void {
  let top = -Infinity;
  for (let y = 0; y < n; y++) top = Math.max(top, values[y * n * n + row]);
  let sum = 0;
  for (let y = 0; y < n; y++) sum += values[y * n * n + row] = Math.exp(values[y * n * n + row] - top);
  for (let y = 0; y < n; y++) values[y * n * n + row] /= sum;
}
