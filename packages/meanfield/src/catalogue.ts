import type { Game, Model, ParameterSchema, Solver, Wing } from "./core/index.ts";
import { commodityProducers } from "./diffusion/games/commodity-producers.ts";
import { energyTransition } from "./diffusion/games/energy-transition.ts";
import { priceImpact } from "./diffusion/games/price-impact.ts";
import { tradeCrowding } from "./diffusion/games/trade-crowding.ts";
import { riccati } from "./diffusion/linear-quadratic/riccati.ts";
import { linearQuadraticWing } from "./diffusion/wing.ts";
import type { Catalogue } from "./laboratory.ts";

/** Everything the laboratory knows: one line per game, one per solver, one per wing. */
export const catalogue: Catalogue = {
  games: [game(energyTransition), game(commodityProducers), game(priceImpact), game(tradeCrowding)],
  // Best first: the first that takes a model and a question is the default.
  solvers: [solver(riccati)],
  wings: [wing(linearQuadraticWing)],
};

// A list cannot hold the different types of its games, solvers and wings; the laboratory pairs them again by family,
// which each of them checks. These three functions are the only place where the types are let go.
function game<S extends ParameterSchema, M extends Model, C>(typed: Game<S, M, C>): Game {
  return typed as unknown as Game;
}

function solver<M extends Model, O extends ParameterSchema, S, C>(typed: Solver<M, O, S, C>): Solver {
  return typed as unknown as Solver;
}

function wing<M extends Model, C>(typed: Wing<M, C>): Wing {
  return typed as unknown as Wing;
}
