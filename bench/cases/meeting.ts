/**
 * The tutorial game (docs/examples/meeting.ts) to 1e-6: our `newton` against Picard's iteration for the same scheme, to the same
 * tolerance, in NumPy and SciPy, and against MFGArchon's solver, a Picard iteration for another scheme of first order.
 */
import { meeting } from "../../docs/examples/meeting.ts";
import { parseParameters, run } from "../../packages/meanfield/src/core/index.ts";
import { newton } from "../../packages/meanfield/src/diffusion/solvers/newton.ts";
import type { Case } from "../case.ts";
import { pythonPeer } from "../peer.ts";

const question = { concept: "nash", players: Infinity, information: "feedback" } as const;
const tolerance = 1e-6;

function tutorial(points: number): Case {
  const steps = points - 1;
  return {
    name: `tutorial game, ${points} points × ${steps} steps to ${tolerance}`,
    targets: { MFGArchon: 1e-3 },
    // Both are within 1e-6 of the flow; values and densities are some units of that apart.
    tolerance: 1e-5,
    open: () => {
      const model = meeting.build(parseParameters(meeting.parameters, {}));
      const options = { points, steps, tolerance, scheme: "upwind" };
      const parsed = parseParameters(newton.options, options);
      const ours = (): { readonly seconds: number; readonly check: readonly number[] } => {
        const begin = performance.now();
        const { outcome, reason, candidate } = run(newton, model, question, parsed);
        const seconds = (performance.now() - begin) / 1000;
        if (outcome !== "converged") throw new Error(`newton: ${reason}`);
        const { value, flow, problem } = candidate;
        const middle = points >> 1;
        return { seconds, check: [value.value[0][middle], flow.mass[steps][middle] / problem.grid.weights[middle]] };
      };
      // Milliseconds: one run does not warm them up.
      for (let k = 0; k < 20; k++) ours();
      return Promise.resolve({
        ours: () => Promise.resolve(ours()),
        peers: [
          pythonPeer("NumPy and SciPy", "meeting", "numpy, scipy", [points, steps, tolerance]),
          pythonPeer("MFGArchon", "meeting-mfgarchon", "mfgarchon", [points, steps, tolerance]),
        ],
        stop: () => Promise.resolve(),
      });
    },
  };
}

export const tutorialGames = [tutorial(21), tutorial(51)];
