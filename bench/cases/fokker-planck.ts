/** A thousand implicit Fokker–Planck steps on a thousand cells, the drift following the mean: ours against C and SciPy. */
import { transport } from "meanfield/kernels";
import type { Case } from "../case.ts";
import { cPeer, pythonPeer } from "../peer.ts";

const [cells, steps, dt] = [1000, 1000, 1e-3];

export const fokkerPlanck: Case = {
  name: "tridiagonal Fokker–Planck, 1000 cells × 1000 steps",
  targets: { C: 1.4 },
  tolerance: 1e-11,
  async open() {
    const dx = 10 / cells;
    const { density, upwind, step, integrate } = transport(cells);
    const x = Float64Array.from({ length: cells }, (_, i) => -5 + (i + 0.5) * dx);
    const drift = x.subarray(0, cells - 1).map((at) => -(at + 0.5 * dx));
    return {
      async ours() {
        let total = 0;
        for (let i = 0; i < cells; i++) total += density[i] = Math.exp(-2 * (x[i] - 1) ** 2);
        for (let i = 0; i < cells; i++) density[i] /= total * dx;
        let mean = 0;
        const start = performance.now();
        for (let k = 0; k < steps; k++) {
          mean = integrate(x) * dx;
          upwind(drift, 0.5 * mean, 0.5, dx);
          step(dt / dx);
        }
        return { seconds: (performance.now() - start) / 1000, check: [mean, density[cells / 2]] };
      },
      peers: [
        cPeer("fokker-planck", [cells, steps, dt]),
        pythonPeer("SciPy", "fokker-planck", "scipy", [cells, steps, dt]),
      ],
      stop: async () => {},
    };
  },
};
