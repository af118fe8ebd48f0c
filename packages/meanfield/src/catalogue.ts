import type { Game, Model, ParameterSchema, Solver, Wing } from "./core/index.ts";
import { commodityProducers } from "./diffusion/games/commodity-producers.ts";
import { energyTransition } from "./diffusion/games/energy-transition.ts";
import { hotellingResource } from "./diffusion/games/hotelling-resource.ts";
import { linearQuadratic } from "./diffusion/games/linear-quadratic.ts";
import { priceImpact } from "./diffusion/games/price-impact.ts";
import { systemicRiskCommonNoise } from "./diffusion/games/systemic-risk-common-noise.ts";
import { systemicRisk } from "./diffusion/games/systemic-risk.ts";
import { tradeCrowding } from "./diffusion/games/trade-crowding.ts";
import { riccati } from "./diffusion/linear-quadratic/riccati.ts";
import { bestResponseIteration } from "./diffusion/solvers/best-response-iteration.ts";
import { coupledRiccati } from "./diffusion/solvers/coupled-riccati.ts";
import { directTranscription } from "./diffusion/solvers/direct-transcription.ts";
import { exhaustionTimes } from "./diffusion/solvers/exhaustion-times.ts";
import { fictitiousPlay } from "./diffusion/solvers/fictitious-play.ts";
import { openLoopBestResponse } from "./diffusion/solvers/open-loop-best-response.ts";
import { picard } from "./diffusion/solvers/picard.ts";
import { priceIteration } from "./diffusion/solvers/price-iteration.ts";
import { exhaustibleWing, linearQuadraticWing } from "./diffusion/wing.ts";
import type { Catalogue } from "./laboratory.ts";

/** Everything the laboratory knows: one line per game, one per solver, one per wing. */
export const catalogue: Catalogue = {
  games: [
    game(systemicRisk),
    game(systemicRiskCommonNoise),
    game(commodityProducers),
    game(hotellingResource),
    game(energyTransition),
    game(priceImpact),
    game(tradeCrowding),
    game(linearQuadratic),
  ],
  // Best first: the first that takes a model and a question is the default.
  solvers: [
    solver(riccati),
    solver(coupledRiccati),
    solver(directTranscription),
    solver(openLoopBestResponse),
    solver(picard),
    solver(fictitiousPlay),
    solver(bestResponseIteration),
    solver(exhaustionTimes),
    solver(priceIteration),
  ],
  wings: [wing(linearQuadraticWing), wing(exhaustibleWing)],
};

// A list cannot hold the different types of its games, solvers and wings; the laboratory pairs them again by family,
// which each of them checks. These three functions are the only place where the types are let go.
function game<S extends ParameterSchema, M extends Model, C>(typed: Game<S, M, C>): Game {
  return typed as unknown as Game;
}

function solver<M extends Model, O extends ParameterSchema, S, C>(typed: Solver<M, O, S, C>): Solver {
  return typed as unknown as Solver;
}

function wing<M extends Model, C, E, L>(typed: Wing<M, C, E, L>): Wing {
  return typed as unknown as Wing;
}
