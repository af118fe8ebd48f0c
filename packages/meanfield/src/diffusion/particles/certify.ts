/**
 * The certificate of an answer by particles: its drifts on a grid, judged by the second implementation of the discrete game.
 *
 * - exploitability: what they cost in the flow that they induce on the grid, less the least cost against that flow;
 * - consistency: the largest difference at any time between averages over the particles and over that flow, of the first waves
 *   along each axis (the share of players who are there among them) and of aggregates, relative to their size where above 1; an
 *   error of 1/√particles is chance.
 *
 * There is no residual: no equation was written down that could be left unsolved.
 */

import type { Certificate } from "../../core/index.ts";
import { inTime } from "../pde/field-interpolation.ts";
import type { ParticleCandidate } from "../pde/candidate.ts";
import { plainGame } from "../pde/plain-game.ts";
import { maximum, plainCost, plainFlow, plainResponse } from "../pde/plain-sweeps.ts";
import type { GridFlow, GridProblem } from "../pde/problem.ts";
import { advisedProblem, policyOnGrid } from "./on-grid.ts";

export function certifyParticles(candidate: ParticleCandidate): Certificate {
  const problem = advisedProblem(candidate.model);
  const policy = policyOnGrid(candidate, problem);
  const game = plainGame(problem);
  const induced = plainFlow(game, policy);
  const mean = (u: Float64Array): number =>
    problem.initialMass.reduce((sum, mass, k) => (mass === 0 ? sum : sum + mass * u[k]), 0);
  const paid = mean(plainCost(game, policy, induced).value[0]);
  const least = mean(plainResponse(game, induced).value[0]);
  return {
    exploitability: paid - least,
    consistency: Math.max(lawDistance(candidate, problem, induced), aggregateDistance(candidate, problem, induced)),
    residual: null,
    exactError: null,
  };
}

/** Waves along each axis whose averages are compared, from the constant on. */
const WAVES = 5;

function lawDistance(
  { times, particles, alive, model }: ParticleCandidate,
  problem: GridProblem,
  flow: GridFlow,
): number {
  const { grid, levels, times: gridTimes, place } = problem;
  const columns = grid.axes[1]?.points.length ?? 1;
  let worst = 0;
  for (const [axis, { low, high, ends }] of model.space.entries()) {
    const { points } = grid.axes[axis] ?? grid.axes[0];
    for (let wave = 0; wave < WAVES; wave++) {
      // On a circle cosines and sines of whole rounds, else cosines of half ones.
      const rate = ((ends === "periodic" ? 2 * Math.ceil(wave / 2) : wave) * Math.PI) / (high - low);
      const phase = ends === "periodic" && wave > 0 && wave % 2 === 0 ? -0.5 * Math.PI : 0;
      const f = (at: number): number => Math.cos(rate * (at - low) + phase);
      const table = points.map(f);
      const induced = Float64Array.from(levels, (level) =>
        flow.mass[level].reduce((sum, mass, k) => {
          const i = axis === 0 ? Math.floor(k / columns) : k % columns;
          return place[k] === 0 ? sum + mass * table[i] : sum;
        }, 0),
      );
      for (const [n, t] of times.entries()) {
        const count = alive[n].length;
        let sum = 0;
        for (let i = 0; i < count; i++) if (alive[n][i] === 1) sum += f(particles[n][axis * count + i]);
        worst = Math.max(worst, Math.abs(sum / count - inTime(gridTimes, 4, t, (level) => induced[level])));
      }
    }
  }
  return worst;
}

/** At the middles of steps, where the grid has means of drifts. */
function aggregateDistance({ times, aggregates }: ParticleCandidate, problem: GridProblem, flow: GridFlow): number {
  const { stages, model } = problem;
  return maximum(
    model.aggregates.map((_, k) => {
      const scale = Math.max(1, maximum(flow.aggregates.map((z) => z[k])));
      return (
        maximum(stages.map(({ time }, s) => flow.aggregates[s][k] - inTime(times, 2, time, (n) => aggregates[n][k]))) /
        scale
      );
    }),
  );
}
