import type { Matrix } from "../../numeric/matrix.ts";
import { multiply, zeros } from "../../numeric/matrix.ts";
import type { RightHandSide } from "../../numeric/ode.ts";
import type { ClosedLoop } from "./closed-loop.ts";
import { bilinearForm, multiplyTransposed, traceProduct } from "./dense.ts";
import { formUnits, integrateScaled } from "./scaled-ode.ts";

/** ½ E ξ(0)′ form ξ(0). */
export function expectation(loop: ClosedLoop, form: Matrix): number {
  const { initialMean, initialCovariance } = loop;
  return (bilinearForm(form, initialMean, initialMean) + traceProduct(form, initialCovariance)) / 2;
}

/** A matrix as a function of time, with the ends of the steps (from T down) that resolved it. */
export interface MatrixPath {
  readonly at: (t: number, out: Matrix) => void;
  readonly mesh: Float64Array;
}

/**
 * Π(t) with E[cost from t on | ξ(t)] = ½ ξ′Πξ, by the Lyapunov equation −Π′ = F′Π + ΠF + Z′𝓠Z, Π(T) = 𝓖; the cost of
 * the noise is kept in the entry of the coordinate 1.
 */
export function costToGo(loop: ClosedLoop): MatrixPath {
  const { model, size: n, lift, flow, noise, coefficients } = loop;
  const Pi = zeros(n, n);
  const PiF = zeros(n, n);
  const weighted = zeros(lift.rows, n);
  const source = zeros(n, n);
  const field: RightHandSide = (t, y, dy) => {
    loop.update(t);
    Pi.data.set(y);
    multiply(Pi, flow, PiF);
    multiply(coefficients.running, lift, weighted);
    multiplyTransposed(lift, weighted, source);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) dy[i * n + j] = -(PiF.data[i * n + j] + PiF.data[j * n + i] + source.data[i * n + j]);
    }
    dy[n * n - 1] -= traceProduct(noise, Pi);
  };
  const unit = formUnits(loop.unit, loop.costUnit);
  const solution = integrateScaled(field, model.horizon, 0, terminalOf(loop).data, unit);
  if (solution.outcome !== "finished") throw new RangeError(`the cost could not be integrated: ${solution.reason}`);
  return { at: (t, out) => void solution.at(t, out.data), mesh: solution.mesh };
}

/** 𝓖 on ξ. */
function terminalOf(loop: ClosedLoop): Matrix {
  const { model, size } = loop;
  const n = model.layout.stateSize;
  const out = zeros(size, size);
  const place = (p: number): number => (p === n - 1 ? size - 1 : p);
  for (let p = 0; p < n; p++) {
    for (let q = 0; q < n; q++) out.data[place(p) * size + place(q)] = model.terminal.data[p * n + q];
  }
  return out;
}
