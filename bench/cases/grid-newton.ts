/**
 * Newton's method for a whole game on a circle, 400 points × 400 steps to 1e-10: our `newton`, as anybody would run it, against
 * the same iteration written for this one game in C, and in NumPy and SciPy.
 *
 * The game is congestion, H = p²/(2 (1 + m)). All take the same steps and make the same products, each time with the two sweeps
 * that tell the exploitability. Ours is given plain functions, differentiates what has no derivative by differences, and also
 * checks the bounds of the answer; the others have derivatives written by hand.
 */
import { parseParameters, run } from "../../packages/meanfield/src/core/index.ts";
import { congestion } from "../../packages/meanfield/src/diffusion/games/congestion.ts";
import { newton } from "../../packages/meanfield/src/diffusion/solvers/newton.ts";
import type { Case } from "../case.ts";
import { cPeer, pythonPeer } from "../peer.ts";

const question = { concept: "nash", players: Infinity, information: "feedback" } as const;
const [points, steps, tolerance] = [400, 400, 1e-10];

export const newtonOnCircle: Case = {
  name: `newton on a circle, ${points} points × ${steps} steps to ${tolerance}`,
  targets: { "NumPy and SciPy": 0.5 },
  tolerance: 1e-10,
  open: () => {
    const model = congestion.build(parseParameters(congestion.parameters, {}));
    const options = parseParameters(newton.options, { points, steps, tolerance, scheme: "upwind" });
    return Promise.resolve({
      ours: () => {
        const begin = performance.now();
        const { outcome, reason, candidate } = run(newton, model, question, options);
        const seconds = (performance.now() - begin) / 1000;
        if (outcome !== "converged") throw new Error(`newton: ${reason}`);
        const { value, flow } = candidate;
        const middle = points >> 1;
        return Promise.resolve({ seconds, check: [value.value[0][middle], flow.mass[steps][middle] * points] });
      },
      peers: [
        cPeer("grid-newton", [points, steps, tolerance]),
        pythonPeer("NumPy and SciPy", "grid-newton", "numpy, scipy", [points, steps, tolerance]),
      ],
      stop: () => Promise.resolve(),
    });
  },
};
