/**
 * The stationary game on the torus of Achdou and Capuzzo-Dolcetta, 128 × 128 points to 1e-9: our `stationary-newton` against
 * Newton's method on the same equations with SciPy's sparse matrices.
 */
import { parseParameters, run } from "../../packages/meanfield/src/core/index.ts";
import { ergodicCrowd } from "../../packages/meanfield/src/diffusion/games/ergodic-crowd.ts";
import { stationaryNewton } from "../../packages/meanfield/src/diffusion/solvers/stationary-newton.ts";
import type { Case } from "../case.ts";
import { pythonPeer } from "../peer.ts";

const question = { concept: "nash", players: Infinity, information: "feedback" } as const;
const [points, tolerance] = [128, 1e-9];

export const ergodicOnTorus: Case = {
  name: `stationary game on the torus, ${points} × ${points} points to ${tolerance}`,
  targets: { "NumPy and SciPy": 1 },
  tolerance: 1e-8,
  open: () => {
    const model = ergodicCrowd.build(parseParameters(ergodicCrowd.parameters, {}));
    const options = parseParameters(stationaryNewton.options, { points, tolerance, scheme: "upwind" });
    return Promise.resolve({
      ours: () => {
        const begin = performance.now();
        const { outcome, reason, candidate } = run(stationaryNewton, model, question, options);
        const seconds = (performance.now() - begin) / 1000;
        if (outcome !== "converged") throw new Error(`stationary-newton: ${reason}`);
        return Promise.resolve({ seconds, check: [candidate.constant, candidate.mass[0] * points * points] });
      },
      peers: [pythonPeer("NumPy and SciPy", "ergodic", "numpy, scipy", [points, tolerance])],
      stop: () => Promise.resolve(),
    });
  },
};
