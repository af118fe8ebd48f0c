import { describe, expect, it } from "vitest";
import { integrate } from "../../numeric/ode.ts";
import type { LinearSystem } from "../model.ts";
import { MOST_UNKNOWNS, solvePlayersSystem } from "./players-system.ts";

const gaussian: LinearSystem = {
  a: 0.3,
  b: 0.5,
  c: 0.8,
  h: 0.2,
  noise: { kind: "gaussian" },
  terminal: { own: 1, mean: 0.4, constant: -0.1 },
};
const logNormal: LinearSystem = { ...gaussian, noise: { kind: "log-normal", s: 0.7 } };

/**
 * The whole N × N matrix of loads, player by player, written down from the equation and not from its symmetry: the row of Y^i has
 * drift b on W^i alone.
 */
function wholeMatrix(
  system: LinearSystem,
  N: number,
): { readonly loads: Float64Array; readonly constants: Float64Array } {
  const { a, b, c, h, noise, terminal } = system;
  const s = noise.kind === "log-normal" ? noise.s : 0;
  const start = new Float64Array(N * N + N);
  for (let i = 0; i < N; i++) {
    for (let j = 0; j < N; j++) start[i * N + j] = (i === j ? terminal.own : 0) + terminal.mean / N;
    start[N * N + i] = terminal.constant;
  }
  const solution = integrate(
    (_t, y, dy) => {
      const total = (column: (l: number) => number): number => {
        let sum = 0;
        for (let l = 0; l < N; l++) sum += column(l);
        return sum;
      };
      for (let i = 0; i < N; i++) {
        for (let j = 0; j < N; j++) {
          const exposed = noise.kind === "log-normal" && i === j ? b * s * y[i * N + j] : 0;
          dy[i * N + j] = -(a * y[i * N + j] + exposed + (c / N) * total((l) => y[l * N + j]));
        }
        const exposed = noise.kind === "gaussian" ? b * y[i * N + i] : 0;
        dy[N * N + i] = -(a * y[N * N + i] + (c / N) * total((l) => y[N * N + l]) + h + exposed);
      }
    },
    1,
    0,
    start,
    { relative: 1e-13, absolute: 1e-15 },
  );
  return { loads: solution.end.slice(0, N * N), constants: solution.end.slice(N * N) };
}

describe.each([
  ["Gaussian", gaussian],
  ["log-normal", logNormal],
] as const)("%s systems", (_name, system) => {
  it.each([1, 2, 3, 5])("have one load a player: %d players against all N² loads", (N) => {
    const { loads, constants } = wholeMatrix(system, N);
    const ours = solvePlayersSystem(1, system, N);
    const { own, mean, constant } = ours.at(0);
    for (let i = 0; i < N; i++) {
      for (let j = 0; j < N; j++) {
        // For one player own and mean are one load.
        const load = (i === j ? own : 0) + mean / N;
        expect(Math.abs(loads[i * N + j] - load)).toBeLessThan(1e-12);
      }
      expect(Math.abs(constants[i] - constant)).toBeLessThan(1e-12);
    }
  });

  it("treats all players but the first alike, without having been told", () => {
    const loads = solvePlayersSystem(1, system, 40).loads(0.2);
    expect(loads.length).toBe(40);
    for (const load of loads.slice(1)) expect(load).toBe(loads[1]);
    expect(loads[0]).not.toBeCloseTo(loads[1], 2);
  });

  it("go over into the shorter system of very many players, and into the limit", () => {
    const at = (N: number) => solvePlayersSystem(1, system, N).at(0.3);
    const [long, short] = [at(MOST_UNKNOWNS), solvePlayersSystem(1, system, MOST_UNKNOWNS + 1).at(0.3)];
    const limit = solvePlayersSystem(1, system, Infinity).at(0.3);
    for (const key of ["own", "mean", "constant"] as const) {
      // Neighbouring numbers of players differ by 1/N², each from the limit by 1/N.
      expect(Math.abs(long[key] - short[key])).toBeLessThan(1e-5);
      expect(Math.abs(long[key] - limit[key])).toBeLessThan(4e-3);
      const far = solvePlayersSystem(1, system, 1e9).at(0.3);
      expect(Math.abs(far[key] - limit[key])).toBeLessThan(1e-8);
    }
  });
});
