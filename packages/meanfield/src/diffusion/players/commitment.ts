import { multiply, zeros } from "../../numeric/matrix.ts";
import type { Matrix } from "../../numeric/matrix.ts";
import type { TimeMatrix } from "../linear-quadratic/model.ts";
import { substitution } from "./closed-loop.ts";
import { controlCount } from "./model.ts";
import type { PlayersModel, PlayersStrategy } from "./model.ts";

/**
 * The same game in which every player has committed to the control process that a profile generates.
 *
 * The state doubles to (x, y): y is the state as it would be without deviations, x the actual one; controls read y only,
 * so that they do not answer to a deviation. Exploitability of the returned profile in the returned game is
 * exploitability under open-loop information (the deviator may use all noise); it vanishes at an open-loop Nash
 * equilibrium, as that of the profile itself vanishes at a feedback one.
 */
export function commitment(
  model: PlayersModel,
  strategy: PlayersStrategy,
): { readonly game: PlayersModel; readonly strategy: PlayersStrategy } {
  const n = model.states;
  const m = controlCount(model);
  const size = n + m + 1;
  const large = 2 * n + m + 1;
  /** Where a column of (x, u, 1) stands in (x, y, u, 1). */
  const place = (column: number): number => (column < n ? column : column + n);
  const gain = zeros(m, n + 1);
  const small = zeros(n, size);
  const substituted = zeros(size, n + 1);
  const closed = zeros(n, n + 1);

  const drift: TimeMatrix = {
    rows: 2 * n,
    columns: large,
    timeDependent: true,
    into: (t, out) => {
      out.data.fill(0);
      model.drift.into(t, small);
      strategy.gain(t, gain);
      substitution(gain, n, substituted);
      multiply(small, substituted, closed);
      for (let a = 0; a < n; a++) {
        for (let c = 0; c < size; c++) out.data[a * large + place(c)] = small.data[a * size + c];
        const row = (n + a) * large;
        for (let c = 0; c < n; c++) out.data[row + n + c] = closed.data[a * (n + 1) + c];
        out.data[row + large - 1] = closed.data[a * (n + 1) + n];
      }
    },
  };
  const costSmall = zeros(size, size);
  const running = model.running.map((cost): TimeMatrix => ({
    rows: large,
    columns: large,
    timeDependent: cost.timeDependent,
    into: (t, out) => {
      cost.into(t, costSmall);
      out.data.fill(0);
      for (let r = 0; r < size; r++) {
        for (let c = 0; c < size; c++) out.data[place(r) * large + place(c)] = costSmall.data[r * size + c];
      }
    },
  }));
  const terminal = model.terminal.map((cost) => {
    const out = zeros(2 * n + 1, 2 * n + 1);
    for (let r = 0; r <= n; r++) {
      for (let c = 0; c <= n; c++) out.data[place(r) * (2 * n + 1) + place(c)] = cost.data[r * (n + 1) + c];
    }
    return out;
  });
  const twice = (block: Matrix): Matrix => {
    const out = zeros(2 * n, 2 * n);
    for (let r = 0; r < 2 * n; r++) {
      for (let c = 0; c < 2 * n; c++) out.data[r * 2 * n + c] = block.data[(r % n) * n + (c % n)];
    }
    return out;
  };
  const mean = new Float64Array(2 * n);
  mean.set(model.initial.mean);
  mean.set(model.initial.mean, n);
  return {
    game: {
      ...model,
      states: 2 * n,
      drift,
      running,
      terminal,
      noiseCovariance: twice(model.noiseCovariance),
      initial: { mean, covariance: twice(model.initial.covariance) },
    },
    strategy: {
      gain: (t, out) => {
        strategy.gain(t, gain);
        out.data.fill(0);
        for (let row = 0; row < m; row++) {
          for (let c = 0; c <= n; c++) out.data[row * (2 * n + 1) + n + c] = gain.data[row * (n + 1) + c];
        }
      },
    },
  };
}
