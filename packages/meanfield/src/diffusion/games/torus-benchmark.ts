/**
 * Games on the torus whose equilibrium is a formula: the density solves a heat equation, the value is its logarithm.
 *
 * With β = −∇u = K ∇m/m the Fokker–Planck equation m_t − ν Δm − ∇·(m ∇u) = 0 is m_t = (ν − K) Δm, for any positive solution of
 * which the potential V is chosen so that u = −K ln m solves the Hamilton–Jacobi–Bellman equation with F(m) = f m. Nothing is added
 * to the equation of the flow, so that mass is conserved and players really play. Found for this laboratory's tests; quadratic
 * games and logarithms: O. Guéant, "Mean field games equations with quadratic Hamiltonian: a specific approach", Math. Models
 * Methods Appl. Sci. 22 (2012) 1250022.
 */

import { z } from "zod";
import { choice, InputError, once, real, scalar } from "../../core/index.ts";
import type { Game, ParametersOf } from "../../core/index.ts";
import type { DiffusionCandidate } from "../pde/candidate.ts";
import { quadraticHamiltonian } from "../pde/hamiltonians.ts";
import type { DiffusionModel, SpaceAxis } from "../pde/model.ts";
import { fieldDefinitions, fieldOf, fieldQuantities } from "../pde/quantities.ts";

const amplitude = (fallback: number, symbol: string, mode: string) =>
  real(fallback, `Amplitude of ${mode} in the density at the start`, { symbol, minimum: -1, maximum: 1 });

const parameters = z.object({
  dimension: choice(["1", "2"], "1", "Whether players live on a circle or on a torus in the plane"),
  nu: real(0.2, "Viscosity, half the variance of the noise per unit of time", {
    symbol: "\\nu",
    minimum: 0,
    open: "minimum",
    maximum: 10,
    scale: "log",
  }),
  K: real(0.1, "Multiple of ln m that the value is: how strongly players move towards the crowd", {
    minimum: 0,
    maximum: 10,
  }),
  psi1: amplitude(0.5, "\\psi_1", "cos 2πx"),
  psi2: amplitude(0.2, "\\psi_2", "sin 4πx"),
  psi3: amplitude(0, "\\psi_3", "cos 2πy (in the plane)"),
  psi4: amplitude(0, "\\psi_4", "cos 2πx cos 2πy (in the plane)"),
  f: real(1, "Dislike of the density", { minimum: -100, maximum: 100 }),
  T: real(0.5, "Horizon", { minimum: 0, open: "minimum", maximum: 10, scale: "log" }),
});

type Parameters = ParametersOf<typeof parameters>;

export const torusBenchmark: Game<typeof parameters, DiffusionModel, DiffusionCandidate> = {
  id: "torus-benchmark",
  title: "Exact games on the torus",
  family: "diffusion",
  story:
    "Players on a circle or a torus dislike company, but a potential rewards them for drifting towards the crowd by just as " +
    "much as their noise drives them apart faster than they like. Density and value are known in closed form for every " +
    "viscosity, so that a solver's error and its order are seen at a glance.",
  reference:
    "O. Guéant, Mean field games equations with quadratic Hamiltonian: a specific approach, Math. Models Methods Appl. Sci. 22 (2012) 1250022",
  equations: [
    {
      caption: "Value and flow",
      tex: "-u_t-\\nu\\Delta u+\\tfrac12|\\nabla u|^2=V+f\\,m,\\qquad m_t-\\nu\\Delta m-\\nabla\\cdot(m\\nabla u)=0",
    },
    { caption: "Equilibrium", tex: "u=-K\\ln m,\\qquad m_t=(\\nu-K)\\Delta m" },
    {
      caption: "Potential",
      tex: "V=K(\\nu-K)\\tfrac{\\Delta m}m+\\nu K\\Big(\\tfrac{\\Delta m}m-\\tfrac{|\\nabla m|^2}{m^2}\\Big)+\\tfrac{K^2}2\\tfrac{|\\nabla m|^2}{m^2}-f\\,m",
    },
    {
      caption: "Density on the circle; in the plane with cos 2πy and cos 2πx cos 2πy beside",
      tex: "m=1+\\psi_1e^{-4\\pi^2(\\nu-K)t}\\cos2\\pi x+\\psi_2e^{-16\\pi^2(\\nu-K)t}\\sin4\\pi x",
    },
  ],
  parameters,
  presets: {
    c1: { title: "A circle with two modes", parameters: {} },
    c3: {
      title: "A torus with three modes",
      parameters: { dimension: "2", K: 0.08, psi1: 0.3, psi2: 0, psi3: 0.25, psi4: 0.2, T: 0.25 },
    },
  },
  concepts: ["nash"],
  information: ["feedback"],
  check: (p) => {
    const law = lawOf(p);
    for (const t of [0, p.T]) {
      for (let i = 0; i < 200; i++) {
        for (let j = 0; j < (p.dimension === "1" ? 1 : 100); j++) {
          const m = law(t, i / 200, j / 100).m;
          if (m >= 1e-3) continue;
          const why = t === 0 ? "" : ` at T = ${p.T}: where K > ν differences of the density grow`;
          throw new InputError(
            "psi1",
            p.psi1,
            `such that the density stays above 0.001, but it is ${m.toPrecision(3)}${why}`,
          );
        }
      }
    }
  },
  build,
  quantities: [
    ...fieldDefinitions({ dimension: 1 }),
    ...fieldDefinitions({ dimension: 2 }).filter(({ name }) => name.startsWith("control")),
  ],
  measure: (_parameters, _question, candidate) => fieldQuantities(candidate),
  exact: (p) => {
    const model = build(p);
    const law = lawOf(p);
    const u = (t: number, x: number, y: number): number => -p.K * Math.log(law(t, x, y).m);
    const drift = (axis: "x" | "y") => () =>
      fieldOf(model, (t, x, y) => {
        const at = law(t, x, y);
        return (p.K * at[axis]) / at.m;
      });
    const cost = once(() => {
      // Even sums over a period: exact to rounding for functions as smooth as these.
      const [columns, rows] = p.dimension === "1" ? [1, 512] : [128, 128];
      let sum = 0;
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < columns; j++) {
          const [x, y] = [i / rows, j / columns];
          sum += (u(0, x, y) * law(0, x, y).m) / (rows * columns);
        }
      }
      return sum;
    });
    return {
      value: () => fieldOf(model, u),
      density: () => fieldOf(model, (t, x, y) => law(t, x, y).m),
      ...(p.dimension === "1" ? { control: drift("x") } : { control_x: drift("x"), control_y: drift("y") }),
      cost: () => scalar(cost()),
    };
  },
};

const tau = 2 * Math.PI;

interface Law {
  m: number;
  /** Its derivatives along the axes. */
  x: number;
  y: number;
  laplacian: number;
}

/** The density and its derivatives; one object is reused. */
function lawOf({ dimension, nu, K, psi1, psi2, psi3, psi4 }: Parameters): (t: number, x: number, y: number) => Law {
  const plane = dimension === "2";
  const law: Law = { m: 1, x: 0, y: 0, laplacian: 0 };
  return (t, x, y) => {
    const decay = Math.exp(-tau * tau * (nu - K) * t);
    const [cx, sx] = [Math.cos(tau * x), Math.sin(tau * x)];
    const first = psi1 * decay;
    const second = psi2 * decay ** 4;
    const double = Math.sin(2 * tau * x);
    law.m = 1 + first * cx + second * double;
    law.x = tau * (-first * sx + 2 * second * Math.cos(2 * tau * x));
    law.y = 0;
    law.laplacian = -tau * tau * (first * cx + 4 * second * double);
    if (plane) {
      const [cy, sy] = [Math.cos(tau * y), Math.sin(tau * y)];
      const third = psi3 * decay;
      const both = psi4 * decay ** 2;
      law.m += third * cy + both * cx * cy;
      law.x -= tau * both * sx * cy;
      law.y = -tau * (third * sy + both * cx * sy);
      law.laplacian -= tau * tau * (third * cy + 2 * both * cx * cy);
    }
    return law;
  };
}

/** V(t, x, y). */
export function torusPotential(p: Parameters): (t: number, x: number, y: number) => number {
  const law = lawOf(p);
  const { nu, K, f } = p;
  return (t, x, y) => {
    const { m, x: mx, y: my, laplacian } = law(t, x, y);
    const bend = laplacian / m;
    const slope = (mx * mx + my * my) / (m * m);
    return K * (nu - K) * bend + nu * K * (bend - slope) + 0.5 * K * K * slope - f * m;
  };
}

function build(p: Parameters): DiffusionModel {
  const law = lawOf(p);
  const potential = torusPotential(p);
  const circle = (name: string): SpaceAxis => ({ name, low: 0, high: 1, ends: "periodic" });
  const plane = p.dimension === "2";
  return {
    family: "diffusion",
    kind: "fields",
    space: plane ? [circle("x"), circle("y")] : [circle("x")],
    horizon: p.T,
    volatility: Math.sqrt(2 * p.nu),
    discount: 0,
    hamiltonian: plane ? [quadraticHamiltonian(), quadraticHamiltonian()] : [quadraticHamiltonian()],
    running: {
      value: (t, x, y, { density }) => potential(t, x, y) + p.f * density,
      sees: { density: true },
      densitySlope: () => p.f,
    },
    terminal: { value: (x, y) => -p.K * Math.log(law(p.T, x, y).m) },
    initial: (x, y) => law(0, x, y).m,
    aggregates: [],
    mesh: plane ? { points: 32, steps: 16, scheme: "central" } : { points: 96, steps: 48, scheme: "central" },
  };
}
