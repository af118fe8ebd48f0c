import { transpose, zeros } from "../../numeric/matrix.ts";
import type { Matrix } from "../../numeric/matrix.ts";
import type { MatrixGame } from "../closed-forms/matrix-game.ts";
import { constantMatrix } from "./forms.ts";
import { layout } from "./model.ts";
import type { LinearQuadraticModel } from "./model.ts";

/** The symmetric model of a game given by constant matrices. */
export function modelFromMatrices(game: MatrixGame): LinearQuadraticModel {
  const d = game.A.rows;
  const k = game.B.columns;
  const space = layout(d, k);
  const { offset, size, stateSize } = space;
  const drift = zeros(d, size);
  const running = zeros(size, size);
  const terminal = zeros(stateSize, stateSize);
  const put = (out: Matrix, block: Matrix, row: number, column: number): void => {
    for (let i = 0; i < block.rows; i++) {
      for (let j = 0; j < block.columns; j++) {
        out.data[(row + i) * out.columns + column + j] += block.data[i * block.columns + j];
      }
    }
  };
  /** Adds u′Cv to ½z′𝓠z, for blocks u and v of z: C and its transpose, or C alone on the diagonal for ½u′Cu. */
  const couple = (out: Matrix, block: Matrix, row: number, column: number): void => {
    put(out, block, row, column);
    if (row === column) return;
    put(out, transpose(block), column, row);
  };
  const column = (values: Float64Array): Matrix => ({ rows: values.length, columns: 1, data: values });
  const { state: x, mean: m, control: a, meanControl: abar, one, stateOne } = offset;

  put(drift, game.A, 0, x);
  put(drift, game.Abar, 0, m);
  put(drift, game.B, 0, a);
  put(drift, game.Bbar, 0, abar);
  put(drift, column(game.b), 0, one);

  couple(running, game.Q, x, x);
  couple(running, game.Qbar, x, m);
  couple(running, game.Qhat, m, m);
  couple(running, game.R, a, a);
  couple(running, game.Rbar, a, abar);
  couple(running, game.Rhat, abar, abar);
  couple(running, game.N, a, x);
  couple(running, game.Nbar, a, m);
  couple(running, game.H, abar, x);
  couple(running, game.Hbar, abar, m);
  couple(running, column(game.q), x, one);
  couple(running, column(game.qbar), m, one);
  couple(running, column(game.r), a, one);
  couple(running, column(game.rbar), abar, one);

  couple(terminal, game.G, x, x);
  couple(terminal, game.Gbar, x, m);
  couple(terminal, game.Ghat, m, m);
  couple(terminal, column(game.g), x, stateOne);
  couple(terminal, column(game.gbar), m, stateOne);

  return {
    family: "linear-quadratic",
    layout: space,
    horizon: game.horizon,
    drift: constantMatrix(drift),
    commonDrift: constantMatrix(zeros(0, size)),
    running: constantMatrix(running),
    terminal,
    noise: { own: game.sigma, common: game.sigma0, commonState: zeros(0, game.sigma0.columns) },
    initial: { mean: game.m0, covariance: game.v0, commonState: new Float64Array(0) },
  };
}
