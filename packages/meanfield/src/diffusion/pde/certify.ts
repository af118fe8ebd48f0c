/**
 * The certificate of a diffusion game's answer on a grid, by the second implementation of the discrete game.
 *
 * - exploitability: what a policy costs in the flow it induces, less the value of the best response to that flow, both from
 *   sweeps of `plain-sweeps.ts`;
 * - consistency: the largest distance at any time between the flow assumed and the flow induced, Σ |Δ mass| and aggregates;
 * - residual: the largest defect over one stage of the two equations at the candidate's own values and masses; of a planner's
 *   optimum, how fast the average cost falls in some directions of the policy, those of players who rest included, which no
 *   incentive is asked for.
 *
 * All three are about the discrete game, which they meet to rounding; how far that is from the continuous one is told by
 * finer grids.
 */

import type { Certificate, Question } from "../../core/index.ts";
import { RefusalError } from "../../core/index.ts";
import { certifyParticles } from "../particles/certify.ts";
import type { DiffusionCandidate, GridCandidate } from "./candidate.ts";
import type { DiffusionModel } from "./model.ts";
import { plainGame } from "./plain-game.ts";
import { maximum, plainCost, plainDefects, plainFlow, plainResponse } from "./plain-sweeps.ts";
import type { GridFlow } from "./problem.ts";
import { plainMean, socialSlope } from "./social-slope.ts";
import { certifyStationary } from "./stationary-certify.ts";

export function certifyFields(model: DiffusionModel, question: Question, candidate: DiffusionCandidate): Certificate {
  switch (candidate.kind) {
    case "grid":
      return certifyGrid(question, candidate);
    case "stationary":
      return certifyStationary(question, candidate);
    case "particles":
      return certifyParticles(candidate);
    default:
      throw new RefusalError(`no certificate for ${model.family} games is known for this answer`);
  }
}

function certifyGrid({ concept }: Question, { problem, policy, value, flow }: GridCandidate): Certificate {
  const game = plainGame(problem);
  const induced = plainFlow(game, policy);
  const consistency = distance(flow, induced);
  if (concept === "planner") {
    return { exploitability: null, consistency, residual: socialSlope(game, policy), exactError: null };
  }
  const paid = plainMean(problem, plainCost(game, policy, induced).value[0]);
  const least = plainMean(problem, plainResponse(game, induced).value[0]);
  const defects = plainDefects(game, value, flow);
  return {
    exploitability: paid - least,
    consistency,
    residual: Math.max(defects.value, defects.mass),
    exactError: null,
  };
}

/** The largest Σ |Δ mass| at any level, and the largest difference of aggregates relative to their size where above 1. */
function distance(a: GridFlow, b: GridFlow): number {
  const sums = a.mass.map((masses, s) => masses.reduce((sum, mass, k) => sum + Math.abs(mass - b.mass[s][k]), 0));
  const counts = a.aggregates[0].length;
  const apart = Array.from({ length: counts }, (_, n) => {
    const scale = Math.max(1, maximum(a.aggregates.map((z) => z[n])), maximum(b.aggregates.map((z) => z[n])));
    return maximum(a.aggregates.map((z, s) => z[n] - b.aggregates[s][n])) / scale;
  });
  return maximum([...sums, ...apart]);
}
