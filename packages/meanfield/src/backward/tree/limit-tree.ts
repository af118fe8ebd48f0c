/**
 * The limit on a recombining tree: a random walk for the Brownian motion, and for the law of Y its values at the nodes with their
 * probabilities (P. Briand, B. Delyon, J. Mémin, "Donsker-type theorem for BSDEs", Electronic Communications in Probability 6 (2001)
 * 1–14, for drivers without a law).
 */

import type { InteractingModel } from "../model.ts";
import { weightsAt } from "../schemes/scheme.ts";
import type { Scheme } from "../schemes/scheme.ts";
import { fixedPoint } from "./fixed-point.ts";
import { latticeOf } from "./lattice.ts";
import type { LatticeLevel } from "./lattice.ts";
import type { StepMartingale } from "./step-martingale.ts";

export interface TreeSettings {
  readonly steps: number;
  readonly martingale: StepMartingale;
  readonly scheme: Scheme;
}

/** Y and Z at the nodes of every time; there is no Z at the last. */
export interface LimitTree {
  readonly levels: readonly LatticeLevel[];
  readonly values: readonly Float64Array[];
  readonly exposures: readonly Float64Array[];
  /** The functionals of the law of Y at every time, as these values give them. */
  readonly laws: readonly Float64Array[];
}

/**
 * One sweep back through time.
 *
 * @param assumed the functionals of the law that the driver is given, for every time; left out, they are read off this very sweep:
 * exactly where the driver is taken at t_{n+1}, and where it is taken at t_n too, from the law at t_{n+1} as a first guess
 * @throws RefusalError where a step is too long for its equation to be solved.
 */
export function sweepLimitTree(
  model: InteractingModel,
  { steps, martingale, scheme }: TreeSettings,
  assumed?: readonly Float64Array[],
): LimitTree {
  const { horizon, driver, terminal, functionals, terminalFunctionals } = model;
  const { probabilities, moves } = martingale;
  const step = horizon / steps;
  const root = Math.sqrt(step);
  const levels = latticeOf(martingale, horizon, steps);
  const count = moves.length;
  const values: Float64Array[] = Array.from({ length: steps + 1 });
  const exposures: Float64Array[] = Array.from({ length: steps });
  const laws: Float64Array[] = Array.from({ length: steps + 1 });

  const last = levels[steps];
  const finalLaw = Float64Array.from(terminalFunctionals, ({ of }) => of(last.x, last.weights));
  values[steps] = last.x.map((x) => terminal(x, finalLaw));
  const lawAt = (n: number): Float64Array =>
    Float64Array.from(functionals, ({ of }) => of(values[n], levels[n].weights));
  laws[steps] = lawAt(steps);

  // Per move: the child's place, state, value and driver.
  const at = new Int32Array(count);
  for (let n = steps - 1; n >= 0; n--) {
    const [level, next] = [levels[n], levels[n + 1]];
    const y = values[n + 1];
    const late = next.t;
    const { now, driverInZ } = weightsAt(scheme, n === steps - 1);
    const law = assumed?.[n + 1] ?? laws[n + 1];
    const lawNow = assumed?.[n] ?? law;
    const Y = new Float64Array(level.x.length);
    const Z = new Float64Array(level.x.length);
    // In the theta scheme the driver at t_{n+1} depends on the later node alone.
    const F =
      scheme.kind === "theta" && n < steps - 1
        ? y.map((value, k) => driver(late, next.x[k], value, exposures[n + 1][k], law))
        : undefined;
    for (let i = 0; i < Y.length; i++) {
      next.children(level, i, at);
      let mean = 0;
      let slope = 0;
      for (let k = 0; k < count; k++) {
        const weighted = probabilities[k] * y[at[k]];
        mean += weighted;
        slope += weighted * moves[k];
      }
      if (F !== undefined) {
        let forward = 0;
        for (let k = 0; k < count; k++) {
          const weighted = probabilities[k] * F[at[k]];
          forward += weighted;
          if (driverInZ) slope += step * weighted * moves[k];
        }
        mean += (1 - now) * step * forward;
      }
      const average = (z: number): readonly [mean: number, slope: number] => {
        let [sum, tilt] = [0, 0];
        for (let k = 0; k < count; k++) {
          const weighted = probabilities[k] * driver(late, next.x[at[k]], y[at[k]], z, law);
          sum += weighted;
          tilt += weighted * moves[k];
        }
        return [sum, tilt];
      };
      const plain = slope / root;
      if (scheme.kind === "theta") {
        Z[i] = plain;
        const x = level.x[i];
        Y[i] =
          now === 0 ? mean : fixedPoint((value) => mean + now * step * driver(level.t, x, value, plain, lawNow), mean);
      } else {
        Z[i] = driverInZ ? fixedPoint((z) => plain + root * average(z)[1], plain) : plain;
        Y[i] = mean + step * average(Z[i])[0];
      }
    }
    values[n] = Y;
    exposures[n] = Z;
    laws[n] = lawAt(n);
  }
  return { levels, values, exposures, laws };
}
