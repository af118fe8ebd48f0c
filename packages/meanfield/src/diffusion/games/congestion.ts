/**
 * Congestion: moving costs more where it is crowded, and everybody would like to be where it is pleasant.
 *
 * P.-L. Lions' congestion term H = |p|²/(2 (1 + m)^α) (lectures at the Collège de France, 2011); Y. Achdou, A. Porretta, "Mean field
 * games with congestion", Ann. Inst. H. Poincaré C 35 (2018) 443–480. The Hamiltonian is no sum of a part in p and one in
 * m: nothing derives equilibria from a potential, and α ≤ 2 is where uniqueness is proved.
 */

import { z } from "zod";
import { InputError, real } from "../../core/index.ts";
import type { Game, ParametersOf } from "../../core/index.ts";
import type { DiffusionCandidate } from "../pde/candidate.ts";
import { quadraticHamiltonian } from "../pde/hamiltonians.ts";
import type { DiffusionModel } from "../pde/model.ts";
import { fieldDefinitions, fieldQuantities } from "../pde/quantities.ts";

const parameters = z.object({
  nu: real(0.1, "Viscosity, half the variance of the noise per unit of time", {
    symbol: "\\nu",
    minimum: 1e-4,
    maximum: 10,
    scale: "log",
  }),
  T: real(0.5, "Horizon", { unit: "years", minimum: 0, open: "minimum", maximum: 100, scale: "log" }),
  alpha: real(1, "Power with which density slows players down; 0 is no congestion", {
    symbol: "\\alpha",
    minimum: 0,
    maximum: 4,
  }),
  f: real(0.5, "Dislike of the density where a player stands", { minimum: -10, maximum: 10 }),
  V1: real(0.5, "Amplitude of sin 2πx in the running cost", { symbol: "V_1", minimum: -10, maximum: 10 }),
  V2: real(0.3, "Amplitude of cos 4πx in the running cost", { symbol: "V_2", minimum: -10, maximum: 10 }),
  g1: real(0.2, "Amplitude of cos 2πx in the cost at the end", { symbol: "g_1", minimum: -10, maximum: 10 }),
  psi: real(0.6, "Amplitude of cos 2πx in the density at the start", { symbol: "\\psi", minimum: -1, maximum: 1 }),
});

type Parameters = ParametersOf<typeof parameters>;

export const congestion: Game<typeof parameters, DiffusionModel, DiffusionCandidate> = {
  id: "congestion",
  title: "Congestion on a circle",
  family: "diffusion",
  story:
    "Players on a circle drift towards pleasant places, but a drift costs more the denser the crowd it is made through, and " +
    "the density itself may be disliked. In equilibrium players leave early or wait; a planner makes some go first.",
  reference: "Y. Achdou, A. Porretta, Mean field games with congestion, Ann. Inst. H. Poincaré C 35 (2018) 443–480",
  equations: [
    { caption: "Dynamics", tex: "dX_t=\\beta_t\\,dt+\\sqrt{2\\nu}\\,dW_t\\quad\\text{on the circle of length }1" },
    {
      caption: "Cost",
      tex: "\\mathbb E\\int_0^T\\Big(\\tfrac12(1+m)^\\alpha\\beta^2+V_1\\sin2\\pi X+V_2\\cos4\\pi X+f\\,m\\Big)dt+g_1\\cos2\\pi X_T",
    },
    {
      caption: "Value and flow",
      tex: "-u_t-\\nu u_{xx}+\\frac{u_x^2}{2(1+m)^\\alpha}=V+f\\,m,\\qquad m_t-\\nu m_{xx}-\\Big(\\frac{m\\,u_x}{(1+m)^\\alpha}\\Big)_x=0",
    },
    { caption: "Start", tex: "m_0=1+\\psi\\cos2\\pi x" },
  ],
  parameters,
  presets: {
    d0: { title: "No congestion, some dislike of density", parameters: { alpha: 0 } },
    d1: { title: "Congestion", parameters: {} },
    d2: { title: "Strong congestion, little noise", parameters: { nu: 0.05, T: 1, alpha: 1.5, f: 1 } },
  },
  concepts: ["nash", "planner"],
  information: ["feedback"],
  check: ({ psi }) => {
    if (Math.abs(psi) === 1)
      throw new InputError("psi", psi, "inside (-1, 1): the density must be positive everywhere");
  },
  build,
  quantities: fieldDefinitions({ dimension: 1 }),
  measure: (_parameters, _question, candidate) => fieldQuantities(candidate),
};

const tau = 2 * Math.PI;

function build(p: Parameters): DiffusionModel {
  const hamiltonian =
    p.alpha === 0
      ? quadraticHamiltonian()
      : quadraticHamiltonian({
          // Central differences may leave traces of mass below 0, far above −1.
          scale:
            p.alpha === 1
              ? // Called at every point of every sweep, and a power takes ten times as long as a division.
                (_t, _x, _y, { density }) => 1 / (1 + density)
              : (_t, _x, _y, { density }) => (1 + density) ** -p.alpha,
          sees: { density: true },
        });
  return {
    family: "diffusion",
    kind: "fields",
    space: [{ name: "x", low: 0, high: 1, ends: "periodic" }],
    horizon: p.T,
    volatility: Math.sqrt(2 * p.nu),
    discount: 0,
    hamiltonian: [hamiltonian],
    running: {
      value: (_t, x, _y, { density }) => {
        // cos 4πx = 1 − 2 sin² 2πx: most of the time that this takes is that of sines.
        const wave = Math.sin(tau * x);
        return p.V1 * wave + p.V2 * (1 - 2 * wave * wave) + p.f * density;
      },
      sees: { density: true },
      densitySlope: () => p.f,
    },
    terminal: { value: (x) => p.g1 * Math.cos(tau * x) },
    initial: (x) => 1 + p.psi * Math.cos(tau * x),
    aggregates: [],
    mesh: { points: 128, steps: 128, scheme: "central" },
  };
}
