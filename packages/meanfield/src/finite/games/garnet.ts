/**
 * Garnets: randomly generated games, here with an aversion to crowds.
 *
 * T. W. Archibald, K. I. M. McKinnon, L. C. Thomas, "On the generation of Markov decision processes", J. Oper. Res. Soc. 46
 * (1995) 354–361; M. Geist et al., "Concave utility reinforcement learning: the mean-field game viewpoint", AAMAS 2022; the form
 * and defaults of OpenSpiel.
 */

import { z } from "zod";
import { real, whole } from "../../core/index.ts";
import type { Game, ParametersOf } from "../../core/index.ts";
import { mersenneTwister, twistedUniform } from "../../numeric/mersenne-twister.ts";
import type { FiniteCandidate } from "../candidate.ts";
import type { FiniteModel } from "../model.ts";
import { finiteQuantities, measureFinite } from "../quantities.ts";
import { uniformLaw, wholeAxis } from "../space.ts";
import { noiseParameter, stepsParameter, weightParameter } from "../walk-parts.ts";

const parameters = z.object({
  size: whole(10, "States", { minimum: 1, maximum: 100_000 }),
  horizon: stepsParameter(10),
  seed: whole(0, "Seed of the Mersenne twister", { minimum: 0, maximum: 2 ** 32 - 1 }),
  num_action: whole(3, "Actions", { minimum: 1, maximum: 1000 }),
  num_chance_action: whole(3, "Successors that are drawn for each state and action", { minimum: 1, maximum: 1000 }),
  sparsity: noiseParameter(1, "Share of states and actions that earn anything"),
  eta: weightParameter(1, "Weight of the crowd"),
  log_eps: real(1e-25, "Added to a share before its logarithm is taken", { minimum: 0, open: "minimum", maximum: 1 }),
});

type Parameters = ParametersOf<typeof parameters>;

/** A random game with few successors, and the logarithm of the crowd. */
export const garnet: Game<typeof parameters, FiniteModel, FiniteCandidate> = {
  id: "garnet",
  title: "Garnet",
  family: "finite",
  story:
    "Successors, their probabilities and rewards are drawn at random, and players shun the crowd, which makes the game monotone: " +
    "a problem without any structure but that. Distributed as in OpenSpiel's game of this name, but drawn by another generator, " +
    "so that a seed gives another game than there.",
  reference:
    "T. W. Archibald, K. I. M. McKinnon, L. C. Thomas, J. Oper. Res. Soc. 46 (1995) 354–361; M. Geist et al., AAMAS 2022",
  equations: [
    {
      caption: "Moves",
      tex: "P(s_k\\mid s,a)=u_{(k)}-u_{(k-1)},\\qquad s_k\\sim U(S),\\quad u\\sim U[0,1]\\ \\text{sorted}",
    },
    {
      caption: "Reward",
      tex: "r(s,a,\\mu)=\\rho(s,a)-\\eta\\ln(\\mu(s)+\\varepsilon),\\qquad\\rho\\sim U[0,1]\\text{ or }0",
    },
  ],
  parameters,
  presets: {
    sparse: { title: "A hundred states, one in ten with a reward", parameters: { size: 100, sparsity: 0.1 } },
  },
  concepts: ["nash", "planner"],
  information: ["feedback"],
  build: modelOf,
  quantities: finiteQuantities,
  measure: (_p, _question, candidate) => measureFinite(candidate),
};

function modelOf(p: Parameters): FiniteModel {
  const { size, horizon, num_action, num_chance_action: branches, eta, log_eps } = p;
  const { rewards, next, shares } = draw(p);
  return {
    family: "finite",
    kind: "discrete-time",
    horizon,
    populations: [
      {
        name: "players",
        states: [wholeAxis("s", size)],
        actions: [wholeAxis("a", num_action)],
        initial: uniformLaw(size),
        transition: {
          sees: "nothing",
          timed: false,
          successors: (_t, s, a, _laws, emit) => {
            const row = (s * num_action + a) * branches;
            for (let k = row; k < row + branches; k++) emit(next[k], shares[k]);
          },
        },
        reward: {
          base: { timed: false, at: (_t, s, a) => rewards[s * num_action + a] },
          couplings: [{ form: "log-density", weight: eta, floor: log_eps, floored: "added" }],
        },
      },
    ],
  };
}

function draw({ size, seed, num_action, num_chance_action: branches, sparsity }: Parameters): {
  rewards: Float64Array;
  next: Int32Array;
  shares: Float64Array;
} {
  const twister = mersenneTwister(seed);
  const uniform = (): number => twistedUniform(twister);
  const rows = size * num_action;
  const rewards = new Float64Array(rows);
  const next = new Int32Array(rows * branches);
  const shares = new Float64Array(rows * branches);
  for (let row = 0; row < rows; row++) {
    if (uniform() < sparsity) rewards[row] = uniform();
    const cuts = Array.from({ length: branches - 1 }, uniform).toSorted((a, b) => a - b);
    for (let k = 0; k < branches; k++) {
      shares[row * branches + k] = (cuts[k] ?? 1) - (cuts[k - 1] ?? 0);
      next[row * branches + k] = Math.floor(uniform() * size);
    }
  }
  return { rewards, next, shares };
}
