/**
 * Meeting in the middle of a corridor: the tutorial game of many mean-field packages, in one file.
 *
 *     −u_t − σ²/2 u_xx + |u_x|²/2 + c m = 0,   u(T) = (x − ½)²,      m_t − σ²/2 m_xx − (m u_x)_x = 0,   m(0) ∝ exp(−50 (x − ½)²)
 *
 * on [0, 1] between walls. In this sign players pay −c m: c < 0 is a dislike of crowds, c > 0 a liking. Quadratic games of this
 * kind: O. Guéant, "Mean field games equations with quadratic Hamiltonian: a specific approach", Math. Models Methods Appl.
 * Sci. 22 (2012) 1250022.
 */
import { diffusion, real } from "meanfield";
import type { Game } from "meanfield";
import { z } from "zod";

const { fieldDefinitions, fieldQuantities, quadraticHamiltonian } = diffusion;

const parameters = z.object({
  sigma: real(0.3, "Distraction", { symbol: "\\sigma", minimum: 0.05, maximum: 2 }),
  c: real(-0.5, "Liking of the density where a player stands; negative is dislike", { minimum: -10, maximum: 10 }),
  T: real(1, "Time until the meeting", { minimum: 0.1, maximum: 10 }),
});

/** ∫ exp(−50 (x − ½)²) dx over [0, 1], to 6e-7 of it. */
const mass = Math.sqrt(Math.PI / 50);

export const meeting: Game<typeof parameters, diffusion.DiffusionModel, diffusion.DiffusionCandidate> = {
  id: "meeting",
  title: "Meeting in the middle",
  family: "diffusion",
  story: "Everybody wants to be in the middle of the corridor at the end, but not in a crowd on the way.",
  reference: "O. Guéant, Math. Models Methods Appl. Sci. 22 (2012) 1250022",
  equations: [
    { caption: "Walk", tex: "dX_t=\\alpha_t\\,dt+\\sigma\\,dW_t" },
    { caption: "Cost", tex: "\\mathbb E\\int_0^T\\big(\\tfrac12\\alpha^2-c\\,m\\big)dt+\\mathbb E(X_T-\\tfrac12)^2" },
  ],
  parameters,
  presets: { still: { title: "A quieter walk", parameters: { sigma: 0.1 } } },
  concepts: ["nash", "planner"],
  information: [],
  build: ({ sigma, c, T }) => ({
    family: "diffusion",
    kind: "fields",
    space: [{ name: "x", low: 0, high: 1, ends: [{ kind: "reflecting" }, { kind: "reflecting" }] }],
    horizon: T,
    volatility: sigma,
    discount: 0,
    hamiltonian: [quadraticHamiltonian()],
    running: {
      value: (_t, _x, _y, { density }) => -c * density,
      sees: { density: true },
      densitySlope: () => -c,
    },
    terminal: { value: (x) => (x - 0.5) ** 2 },
    initial: (x) => Math.exp(-50 * (x - 0.5) ** 2) / mass,
    aggregates: [],
    mesh: { points: 101, steps: 100, scheme: "central" },
  }),
  quantities: fieldDefinitions({ dimension: 1 }),
  measure: (_parameters, _question, candidate) => fieldQuantities(candidate),
};

export default meeting;
