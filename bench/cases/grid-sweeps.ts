/**
 * One best response and one transport of masses of a game on a grid, on a line and in the plane, against C.
 *
 * The game is H = p²/2, F = (x − ½)² + (y − ½)² + m between reflecting walls; the C program does the same sweeps: Newton's
 * method to rounding on every line, and the adjoint step, by Thomas's elimination.
 */
import { quadraticHamiltonian } from "../../packages/meanfield/src/diffusion/pde/hamiltonians.ts";
import { bestResponse, responseBuffers } from "../../packages/meanfield/src/diffusion/pde/best-response.ts";
import { compileProblem } from "../../packages/meanfield/src/diffusion/pde/compile.ts";
import type { DiffusionModel, SpaceAxis } from "../../packages/meanfield/src/diffusion/pde/model.ts";
import { emptyFlow, transportMass } from "../../packages/meanfield/src/diffusion/pde/transport.ts";
import type { Case } from "../case.ts";
import { cPeer } from "../peer.ts";

const reflecting = { kind: "reflecting" } as const;
const segment = (name: string): SpaceAxis => ({ name, low: 0, high: 1, ends: [reflecting, reflecting] });
const bump = (x: number): number => 30 * x * x * (1 - x) * (1 - x);

function game(plane: boolean): DiffusionModel {
  const shared = {
    family: "diffusion",
    kind: "fields",
    horizon: 1,
    volatility: 0.3,
    discount: 0,
    aggregates: [],
    mesh: { points: 128, steps: 64, scheme: "upwind" },
  } as const;
  if (!plane) {
    return {
      ...shared,
      space: [segment("x")],
      hamiltonian: [quadraticHamiltonian()],
      running: { value: (_t, x, _y, { density }) => (x - 0.5) ** 2 + density, sees: { density: true } },
      terminal: { value: (x) => x * x },
      initial: bump,
    };
  }
  return {
    ...shared,
    space: [segment("x"), segment("y")],
    hamiltonian: [quadraticHamiltonian(), quadraticHamiltonian()],
    running: {
      value: (_t, x, y, { density }) => (x - 0.5) ** 2 + (y - 0.5) ** 2 + density,
      sees: { density: true },
    },
    terminal: { value: (x, y) => x * x + y },
    initial: (x, y) => bump(x) * bump(y),
  };
}

function sweeps(name: string, plane: boolean, points: number, steps: number): Case {
  return {
    name,
    targets: { C: 1.5 },
    tolerance: 1e-11,
    open: () => {
      const problem = compileProblem(game(plane), { points, steps, scheme: "upwind" });
      const seen = emptyFlow(problem);
      for (const mass of seen.mass) mass.set(problem.initialMass);
      const [response, flow] = [responseBuffers(problem), emptyFlow(problem)];
      const middle = plane ? (points >> 1) * (points + 1) : points >> 1;
      return Promise.resolve({
        ours: () => {
          const start = performance.now();
          const { value, policy } = bestResponse(problem, seen, undefined, response);
          const { mass } = transportMass(problem, policy, flow);
          const seconds = (performance.now() - start) / 1000;
          const last = mass[mass.length - 1];
          return Promise.resolve({
            seconds,
            check: [value.value[0][middle], last[middle] / problem.grid.weights[middle]],
          });
        },
        peers: [cPeer("grid-sweeps", [plane ? 2 : 1, points, steps])],
        stop: () => Promise.resolve(),
      });
    },
  };
}

export const gridSweepsOnLine = sweeps(
  "best response and transport on a line, 400 points × 400 steps",
  false,
  400,
  400,
);
export const gridSweepsInPlane = sweeps(
  "best response and transport in the plane, 128 × 128 points × 64 steps",
  true,
  128,
  64,
);
