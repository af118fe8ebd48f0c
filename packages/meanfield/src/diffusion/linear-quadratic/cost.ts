import { zeros } from "../../numeric/matrix.ts";
import type { LinearStrategy } from "./candidate.ts";
import { closedLoop } from "./closed-loop.ts";
import { costToGo, expectation } from "./cost-to-go.ts";
import type { LinearQuadraticModel } from "./model.ts";

/** Expected cost of each player when all play `strategy`, N = `players` or the limit. */
export function expectedCost(model: LinearQuadraticModel, players: number, strategy: LinearStrategy): number {
  const loop = closedLoop(model, players, strategy);
  const form = zeros(loop.size, loop.size);
  costToGo(loop).at(0, form);
  return expectation(loop, form);
}
