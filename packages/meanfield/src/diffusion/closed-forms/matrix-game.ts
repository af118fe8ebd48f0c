/**
 * Symmetric linear–quadratic games with constant matrices: mean-field equilibrium and planner by the matrix exponential.
 *
 * W. T. Reid, "Riccati Differential Equations" (1972), chapter II (Radon's lemma): the adjoint system of a linear–quadratic
 * problem is linear, z′ = Mz for z = (x, p, 1), so that p = Px + π at time t follows from p = Γx + γ at T through exp(M(t−T)).
 * A. Bensoussan, K. C. J. Sung, S. C. P. Yam, S. P. Yung, "Linear-quadratic mean field games", Journal of Optimization
 * Theory and Applications 169 (2016) 496–529, and J. Yong, "Linear-quadratic optimal control problems for mean-field
 * stochastic differential equations", SIAM Journal on Control and Optimization 51 (2013) 2809–2838: the deviation from the
 * mean and the mean each solve such a problem of their own.
 */

import { luDecompose } from "../../numeric/lu.ts";
import { matrixExponential } from "../../numeric/matrix-exponential.ts";
import {
  add,
  maximumNorm,
  multiply,
  multiplyVector,
  scale,
  subtract,
  trace,
  transpose,
  zeros,
} from "../../numeric/matrix.ts";
import type { Matrix } from "../../numeric/matrix.ts";
import { integrate } from "../../numeric/ode.ts";

/**
 * dx = (Ax + Āx̄ + Bα + B̄ᾱ + b)dt + Σ dW + Σ⁰ dW⁰ with running cost
 * ½x′Qx + x′Q̄x̄ + ½x̄′Q̂x̄ + ½α′Rα + α′R̄ᾱ + ½ᾱ′R̂ᾱ + α′Nx + α′N̄x̄ + ᾱ′Hx + ᾱ′H̄x̄ + q′x + q̄′x̄ + r′α + r̄′ᾱ
 * and terminal cost ½x′Gx + x′Ḡx̄ + ½x̄′Ĝx̄ + g′x + ḡ′x̄.
 */
export interface MatrixGame {
  readonly A: Matrix;
  readonly Abar: Matrix;
  readonly B: Matrix;
  readonly Bbar: Matrix;
  readonly b: Float64Array;
  readonly Q: Matrix;
  readonly Qbar: Matrix;
  readonly Qhat: Matrix;
  readonly R: Matrix;
  readonly Rbar: Matrix;
  readonly Rhat: Matrix;
  readonly N: Matrix;
  readonly Nbar: Matrix;
  readonly H: Matrix;
  readonly Hbar: Matrix;
  readonly q: Float64Array;
  readonly qbar: Float64Array;
  readonly r: Float64Array;
  readonly rbar: Float64Array;
  readonly G: Matrix;
  readonly Gbar: Matrix;
  readonly Ghat: Matrix;
  readonly g: Float64Array;
  readonly gbar: Float64Array;
  readonly sigma: Matrix;
  readonly sigma0: Matrix;
  readonly m0: Float64Array;
  readonly v0: Matrix;
  readonly horizon: number;
}

/** α = K_D (x − x̄) + K_m x̄ + k. */
export interface MatrixGains {
  readonly deviation: Matrix;
  readonly mean: Matrix;
  readonly constant: Float64Array;
}

export interface MatrixProfile {
  readonly mean: Float64Array;
  /** Covariance of x̄, and of x − x̄. */
  readonly common: Matrix;
  readonly deviation: Matrix;
}

/**
 * A problem x′ = Ax + Bα + b, p′ = −(Qx + Lα + q + F′p), Rα + Nx + r + E′p = 0, p(T) = Γx + γ.
 *
 * For one decision maker F = A, E = B and L = N′; in an equilibrium of the mean they differ.
 */
interface Problem {
  readonly A: Matrix;
  readonly B: Matrix;
  readonly b: Float64Array;
  readonly Q: Matrix;
  readonly L: Matrix;
  readonly q: Float64Array;
  readonly F: Matrix;
  readonly R: Matrix;
  readonly N: Matrix;
  readonly r: Float64Array;
  readonly E: Matrix;
  readonly terminal: Matrix;
  readonly terminalLinear: Float64Array;
}

/** The gains at any time: of the mean-field equilibrium, or of the planner (for any number of players). */
export function matrixGains(game: MatrixGame, concept: "nash" | "planner"): (t: number) => MatrixGains {
  const zero = { b: new Float64Array(game.b.length), r: new Float64Array(game.r.length) };
  const deviation = feedback(
    {
      A: game.A,
      B: game.B,
      b: zero.b,
      Q: game.Q,
      L: transpose(game.N),
      q: zero.b,
      F: game.A,
      R: game.R,
      N: game.N,
      r: zero.r,
      E: game.B,
      terminal: game.G,
      terminalLinear: zero.b,
    },
    game.horizon,
  );
  const mean = feedback(concept === "planner" ? plannerMean(game) : equilibriumMean(game), game.horizon);
  return (t) => {
    const { gain, constant } = mean(t);
    return { deviation: deviation(t).gain, mean: gain, constant };
  };
}

function equilibriumMean(game: MatrixGame): Problem {
  return {
    A: add(game.A, game.Abar),
    B: add(game.B, game.Bbar),
    b: game.b,
    Q: add(game.Q, game.Qbar),
    L: transpose(add(game.N, game.H)),
    q: game.q,
    F: game.A,
    R: add(game.R, game.Rbar),
    N: add(game.N, game.Nbar),
    r: game.r,
    E: game.B,
    terminal: add(game.G, game.Gbar),
    terminalLinear: game.g,
  };
}

/** The cost and the dynamics of a population without deviations: every block of x or x̄ in one. */
function plannerMean(game: MatrixGame): Problem {
  const A = add(game.A, game.Abar);
  const B = add(game.B, game.Bbar);
  const N = sum(game.N, game.Nbar, game.H, game.Hbar);
  return {
    A,
    B,
    b: game.b,
    Q: sum(game.Q, game.Qbar, transpose(game.Qbar), game.Qhat),
    L: transpose(N),
    q: game.q.map((value, i) => value + game.qbar[i]),
    F: A,
    R: sum(game.R, game.Rbar, transpose(game.Rbar), game.Rhat),
    N,
    r: game.r.map((value, i) => value + game.rbar[i]),
    E: B,
    terminal: sum(game.G, game.Gbar, transpose(game.Gbar), game.Ghat),
    terminalLinear: game.g.map((value, i) => value + game.gbar[i]),
  };
}

/** α = gain·x + constant at any time, from exponentials over steps short enough that none of them grows large. */
function feedback(problem: Problem, horizon: number): (t: number) => { gain: Matrix; constant: Float64Array } {
  const { A, B, b, Q, L, q, F, R, N, r, E, terminal, terminalLinear } = problem;
  const d = A.rows;
  const solver = luDecompose(R);
  const fromState = solver.solveMatrix(N);
  const fromAdjoint = solver.solveMatrix(transpose(E));
  const fromOne = solver.solve(r);
  const M = zeros(2 * d + 1, 2 * d + 1);
  const place = (block: Matrix, row: number, column: number): void => {
    for (let i = 0; i < block.rows; i++) {
      for (let j = 0; j < block.columns; j++)
        M.data[(row + i) * M.columns + column + j] = block.data[i * block.columns + j];
    }
  };
  const column = (values: Float64Array): Matrix => ({ rows: values.length, columns: 1, data: values });
  const drift = multiplyVector(B, fromOne);
  const source = multiplyVector(L, fromOne);
  place(subtract(A, multiply(B, fromState)), 0, 0);
  place(scale(multiply(B, fromAdjoint), -1), 0, d);
  place(column(b.map((value, i) => value - drift[i])), 0, 2 * d);
  place(subtract(multiply(L, fromState), Q), d, 0);
  place(subtract(multiply(L, fromAdjoint), transpose(F)), d, d);
  place(column(q.map((value, i) => source[i] - value)), d, 2 * d);

  const steps = Math.max(1, Math.ceil(2 * maximumNorm(M) * d * horizon));
  const h = horizon / steps;
  /** Carries p = Px + π from t back by `length`. */
  const carry = (state: AffineAdjoint, length: number): AffineAdjoint =>
    back(matrixExponential(scale(M, -length)), state, d);
  const back1 = matrixExponential(scale(M, -h));
  const grid: AffineAdjoint[] = [{ P: terminal, pi: terminalLinear }];
  for (let k = 0; k < steps; k++) grid.push(back(back1, grid[k], d));
  return (t) => {
    const k = Math.min(steps, Math.max(0, Math.floor((horizon - t) / h)));
    const { P, pi } = carry(grid[k], Math.max(0, horizon - k * h - t));
    const offset = multiplyVector(fromAdjoint, pi);
    return {
      gain: scale(add(fromState, multiply(fromAdjoint, P)), -1),
      constant: offset.map((value, i) => -value - fromOne[i]),
    };
  };
}

interface AffineAdjoint {
  readonly P: Matrix;
  readonly pi: Float64Array;
}

/** z = (x, p, 1) goes to Φz: the line p = Px + π goes to the line through the images. */
function back(Phi: Matrix, { P, pi }: AffineAdjoint, d: number): AffineAdjoint {
  const n = Phi.columns;
  const X = zeros(d, d);
  const Y = zeros(d, d);
  const x = new Float64Array(d);
  const y = new Float64Array(d);
  for (let i = 0; i < d; i++) {
    x[i] = Phi.data[i * n + 2 * d];
    y[i] = Phi.data[(d + i) * n + 2 * d];
    for (let m = 0; m < d; m++) {
      const toX = Phi.data[i * n + d + m];
      const toY = Phi.data[(d + i) * n + d + m];
      x[i] += toX * pi[m];
      y[i] += toY * pi[m];
      X.data[i * d + m] += Phi.data[i * n + m];
      Y.data[i * d + m] += Phi.data[(d + i) * n + m];
      for (let j = 0; j < d; j++) {
        X.data[i * d + j] += toX * P.data[m * d + j];
        Y.data[i * d + j] += toY * P.data[m * d + j];
      }
    }
  }
  // P′ = YX⁻¹, from X′(P′)′ = Y′.
  const next = transpose(luDecompose(transpose(X)).solveMatrix(transpose(Y)));
  const moved = multiplyVector(next, x);
  return { P: next, pi: y.map((value, i) => value - moved[i]) };
}

/** Moments and expected cost of N (or infinitely many) players who follow the gains. */
export function matrixProfile(
  game: MatrixGame,
  players: number,
  gains: (t: number) => MatrixGains,
): { readonly at: (t: number) => MatrixProfile; readonly cost: number } {
  const d = game.A.rows;
  const share = 1 / players;
  const own = multiply(game.sigma, transpose(game.sigma));
  const common = multiply(game.sigma0, transpose(game.sigma0));
  const meanNoise = add(common, scale(own, share));
  const deviationNoise = scale(own, 1 - share);
  const social = plannerMean(game);
  const size = d + 2 * d * d;
  const read = (y: Float64Array): MatrixProfile => ({
    mean: y.slice(0, d),
    common: { rows: d, columns: d, data: y.slice(d, d + d * d) },
    deviation: { rows: d, columns: d, data: y.slice(d + d * d, size) },
  });
  const rate = (loop: Matrix, V: Matrix, noise: Matrix): Matrix => {
    const half = multiply(loop, V);
    return sum(half, transpose(half), noise);
  };
  /** ½ tr((Q + K′RK + 2K′N)V), what fluctuations of covariance V cost. */
  const spread = (Q: Matrix, R: Matrix, N: Matrix, K: Matrix, V: Matrix): number =>
    0.5 * trace(multiply(add(Q, multiply(transpose(K), add(multiply(R, K), scale(N, 2)))), V));
  const rhs = (t: number, y: Float64Array, dy: Float64Array): void => {
    const { mean, common: Vm, deviation: Vd } = read(y);
    const { deviation: KD, mean: Km, constant } = gains(t);
    const fromState = multiplyVector(Km, mean);
    const control = constant.map((value, i) => value + fromState[i]);
    const free = multiplyVector(social.A, mean);
    const steered = multiplyVector(social.B, control);
    for (let i = 0; i < d; i++) dy[i] = free[i] + steered[i] + game.b[i];
    dy.set(rate(add(social.A, multiply(social.B, Km)), Vm, meanNoise).data, d);
    dy.set(rate(add(game.A, multiply(game.B, KD)), Vd, deviationNoise).data, d + d * d);
    dy[size] =
      0.5 * quadratic(social.Q, mean, mean) +
      0.5 * quadratic(social.R, control, control) +
      quadratic(social.N, control, mean) +
      dot(social.q, mean) +
      dot(social.r, control) +
      spread(social.Q, social.R, social.N, Km, Vm) +
      spread(game.Q, game.R, game.N, KD, Vd);
  };
  const start = Float64Array.of(...game.m0, ...scale(game.v0, share).data, ...scale(game.v0, 1 - share).data, 0);
  const solution = integrate(rhs, 0, game.horizon, start);
  if (solution.outcome !== "finished") throw new RangeError(`matrixProfile: ${solution.reason}`);
  const { mean, common: Vm, deviation: Vd } = read(solution.end);
  const terminal =
    0.5 * quadratic(social.terminal, mean, mean) +
    dot(social.terminalLinear, mean) +
    0.5 * trace(multiply(social.terminal, Vm)) +
    0.5 * trace(multiply(game.G, Vd));
  return { at: (t) => read(solution.at(t)), cost: solution.end[size] + terminal };
}

function sum(first: Matrix, ...rest: readonly Matrix[]): Matrix {
  return rest.reduce((total, next) => add(total, next), first);
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((total, value, i) => total + value * b[i], 0);
}

function quadratic(M: Matrix, a: Float64Array, b: Float64Array): number {
  return dot(a, multiplyVector(M, b));
}
