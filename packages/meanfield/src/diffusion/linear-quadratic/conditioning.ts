import type { Information } from "../../core/index.ts";
import { RefusalError } from "../../core/index.ts";
import { zeros } from "../../numeric/matrix.ts";
import { sizes } from "./coefficients.ts";
import type { LinearQuadraticModel } from "./model.ts";
import { integrateNash } from "./nash.ts";
import type { NashSolution } from "./nash.ts";

/** Relative tolerance of the second integration. */
const looser = 1e-10;
/** How far apart the two may be: the answer, integrated a thousand times more exactly, is then good to some 1e-5. */
const allowed = 1e-2;

/**
 * Refuses a Nash equilibrium that double precision does not determine.
 *
 * Where the mean state is unstable in equilibrium, F say, an error in the Riccati matrix grows backward in time like
 * e^{2F(T−t)}, until the integration follows another branch of the equation. That branch satisfies the equation to every
 * digit and may even be a good approximate equilibrium, so that no residual shows it; but it leaves the true one at a
 * time that the size of the error decides. So the gains are compared with those of a looser integration, at all steps of
 * the first: N. J. Higham, Accuracy and Stability of Numerical Algorithms (2002), section 1.6, on conditioning. The road
 * not taken, a bound from the transition matrix of F, cannot tell an error that grows from a solution that does.
 *
 * @throws RefusalError where they differ by more than a hundredth of their size.
 */
export function requireDetermined(
  model: LinearQuadraticModel,
  players: number,
  information: Information,
  solution: NashSolution,
  tolerance: number,
): void {
  const { layout, horizon } = model;
  const { control: k, stateSize: n } = layout;
  const other = integrateNash(model, players, information, 0, looser);
  const typical = sizes(model);
  const unit = Float64Array.of(...typical.state, ...typical.state, ...typical.common, 1);
  const P = zeros(n, n);
  const K = zeros(k, n);
  const otherK = zeros(k, n);
  const apart = new Float64Array(k);
  const size = new Float64Array(k);
  let since = 0;
  for (const t of solution.mesh) {
    if (other.explosion !== undefined && horizon - t >= other.explosion.timeToGo) {
      apart.fill(Infinity);
      since = t;
      break;
    }
    solution.at(t, P);
    solution.system.gain(t, P, K);
    other.at(t, P);
    other.system.gain(t, P, otherK);
    for (let p = 0; p < K.data.length; p++) {
      const a = Math.floor(p / n);
      const scale = unit[p % n];
      size[a] = Math.max(size[a], Math.abs(K.data[p]) * scale);
      const distance = Math.abs(K.data[p] - otherK.data[p]) * scale;
      if (distance > apart[a]) [apart[a], since] = [distance, t];
    }
  }
  // An answer that was asked for with few digits is not refused for having few.
  const limit = Math.max(allowed, 1e3 * tolerance);
  if (apart.every((distance, a) => distance <= limit * size[a])) return;
  throw new RefusalError(
    `T = ${horizon}: rounding decides the equilibrium about ${(horizon - since).toPrecision(3)} before the horizon, since its mean is unstable; T must be shorter`,
  );
}
