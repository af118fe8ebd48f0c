/**
 * A step back in time of least-squares Monte Carlo: polynomials of the states of 10^5 paths, the normal equations, E Y and E YΔW as
 * functions, and their values on all paths.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { basisOf, designOf } from "../../packages/meanfield/src/backward/regression/basis.ts";
import { openDesk } from "../../packages/meanfield/src/backward/regression/desk.ts";
import { evaluate, ownProjection } from "../../packages/meanfield/src/backward/regression/projection.ts";
import { randomStream } from "../../packages/meanfield/src/numeric/random.ts";
import type { Case } from "../case.ts";
import { buildFolder, cPeer, type Measurement, pythonPeer } from "../peer.ts";

const [paths, degree, steps] = [512 * 196, 7, 10];

export const regressionStep: Case = {
  name: `a regression step, ${paths} paths on Hermite polynomials to degree ${degree} × ${steps}`,
  targets: { NumPy: 1 },
  // Sums of 10^5 terms in another order, and equations of condition number a few hundred.
  tolerance: 1e-10,
  async open() {
    const desk = openDesk({ copies: 1, players: paths, width: degree + 1, pairs: 0, buffers: 5 });
    if (desk === undefined) throw new Error("no desk for so few paths");
    const [x, y, w, first, second] = Array.from({ length: 5 }, () => desk.numbers(paths));
    randomStream(1, 0).fillNormal(x, 0);
    randomStream(1, 1).fillNormal(w, 0);
    for (let r = 0; r < paths; r++) y[r] = Math.tanh(x[r] + 0.3 * w[r]);
    mkdirSync(buildFolder, { recursive: true });
    const file = `${buildFolder}regression-paths.bin`;
    writeFileSync(file, Buffer.concat([x, y, w].map((array) => Buffer.from(array.slice().buffer))));
    const basis = basisOf({ own: degree, crowd: 0 }, { centre: 0, scale: 1 }, []);
    const measure = (): Measurement => {
      const start = performance.now();
      for (let step = 0; step < steps; step++) {
        const room = desk.mark();
        const design = designOf(basis, x, paths, desk);
        const projection = ownProjection(design);
        evaluate(design, projection.coefficients(y), first);
        evaluate(design, projection.coefficients(y, w), second);
        desk.release(room);
      }
      return { seconds: (performance.now() - start) / 1000, check: [first[17], second[paths - 1]] };
    };
    const args = [paths, degree, steps, file];
    return {
      ours: async () => measure(),
      peers: [cPeer("regression-step", args), pythonPeer("NumPy", "regression-step", "numpy", args)],
      stop: async () => {},
    };
  },
};
