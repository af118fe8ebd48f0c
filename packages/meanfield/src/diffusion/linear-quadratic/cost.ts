import type { Matrix } from "../../numeric/matrix.ts";
import { multiply, zeros } from "../../numeric/matrix.ts";
import type { RightHandSide } from "../../numeric/ode.ts";
import type { LinearStrategy } from "./candidate.ts";
import { closedLoop } from "./closed-loop.ts";
import { noiseRates } from "./coefficients.ts";
import { bilinearForm, copyBlock, multiplyTransposed, traceProduct } from "./dense.ts";
import type { LinearQuadraticModel } from "./model.ts";
import { formUnits, integrateScaled } from "./scaled-ode.ts";

/**
 * Expected cost of each player when all play `strategy`, N = `players` or the limit.
 *
 * x_i − x̄ has mean zero and is uncorrelated with y = (x̄, s, …), so the cost is the sum of one Lyapunov equation for
 * the deviations and one for the mean. Kept apart, a cost of small deviations around a large mean loses no digits.
 */
export function expectedCost(model: LinearQuadraticModel, players: number, strategy: LinearStrategy): number {
  const { layout, horizon, initial, terminal } = model;
  const { state: d, size: full, stateSize: n } = layout;
  const loop = closedLoop(model, players, strategy);
  const { size, inverse, flow, lift, meanLift, noise, coefficients, unit, costUnit } = loop;
  const m = size - d;
  const ownNoise = noiseRates(model).own;
  const meanNoise = copyBlock(noise, d, d, zeros(m, m));

  const own = zeros(d, d);
  const mean = zeros(m, m);
  const ownFlow = zeros(d, d);
  const meanFlow = zeros(m, m);
  const ownLift = zeros(full, d);
  const commonLift = zeros(full, m);
  const ownSource = zeros(d, d);
  const meanSource = zeros(m, m);
  const atMean = d * d;
  const atNoise = atMean + m * m;

  const field: RightHandSide = (t, y, dy) => {
    loop.update(t);
    own.data.set(y.subarray(0, atMean));
    mean.data.set(y.subarray(atMean, atNoise));
    copyBlock(lift, 0, 0, ownLift);
    copyBlock(meanLift, 0, d, commonLift);
    multiplyTransposed(ownLift, multiply(coefficients.running, ownLift), ownSource);
    multiplyTransposed(commonLift, multiply(coefficients.running, commonLift), meanSource);
    writeRate(multiply(own, copyBlock(flow, 0, 0, ownFlow)), ownSource, dy, 0);
    writeRate(multiply(mean, copyBlock(flow, d, d, meanFlow)), meanSource, dy, atMean);
    dy[atNoise] = -(1 - inverse) * traceProduct(ownNoise, own) - traceProduct(meanNoise, mean);
  };

  const end = new Float64Array(atNoise + 1);
  for (let p = 0; p < n; p++) {
    for (let q = 0; q < n; q++) {
      const entry = terminal.data[p * n + q];
      if (p < d && q < d) end[p * d + q] = entry;
      end[atMean + placeInMean(p, d, n, m) * m + placeInMean(q, d, n, m)] += entry;
    }
  }
  const units = Float64Array.of(
    ...formUnits(unit.subarray(0, d), costUnit),
    ...formUnits(unit.subarray(d), costUnit),
    costUnit,
  );
  const solution = integrateScaled(field, horizon, 0, end, units);
  if (solution.outcome !== "finished") throw new RangeError(`the cost could not be integrated: ${solution.reason}`);
  own.data.set(solution.end.subarray(0, atMean));
  mean.data.set(solution.end.subarray(atMean, atNoise));
  const start = loop.initialMean.subarray(d);
  const spread = copyBlock(loop.initialCovariance, d, d, zeros(m, m));
  const deviations = (1 - inverse) * traceProduct(own, initial.covariance);
  return (deviations + bilinearForm(mean, start, start) + traceProduct(mean, spread) + solution.end[atNoise]) / 2;
}

/** Position in y = (x̄, s, …, 1), m coordinates, of a coordinate of w = (x, x̄, s, 1), x counting as x̄. */
function placeInMean(p: number, d: number, n: number, m: number): number {
  if (p === n - 1) return m - 1;
  return p < d ? p : p - d;
}

/** −(ΠF + F′Π + source) from the product ΠF. */
function writeRate(product: Matrix, source: Matrix, dy: Float64Array, offset: number): void {
  const m = product.rows;
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < m; j++) {
      dy[offset + i * m + j] = -(product.data[i * m + j] + product.data[j * m + i] + source.data[i * m + j]);
    }
  }
}
