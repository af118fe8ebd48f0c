/**
 * A person's own linear–quadratic mean-field game, given by matrices.
 *
 * A. Bensoussan, K. C. J. Sung, S. C. P. Yam, S. P. Yung, "Linear-quadratic mean field games", Journal of Optimization
 * Theory and Applications 169 (2016) 496–529; J. Yong, SIAM Journal on Control and Optimization 51 (2013) 2809–2838.
 */

import { z } from "zod";
import { evenGrid, InputError, json, once, real, scalar } from "../../core/index.ts";
import type { Axis, Game, ParametersOf, Quantities, Quantity } from "../../core/index.ts";
import { fromRows, zeros } from "../../numeric/matrix.ts";
import type { Matrix } from "../../numeric/matrix.ts";
import { symmetricEigen } from "../../numeric/symmetric-eigen.ts";
import { matrixGains, matrixProfile } from "../closed-forms/matrix-game.ts";
import type { MatrixGame } from "../closed-forms/matrix-game.ts";
import type { LinearQuadraticCandidate } from "../linear-quadratic/candidate.ts";
import { modelFromMatrices } from "../linear-quadratic/from-matrices.ts";
import type { LinearQuadraticModel } from "../linear-quadratic/model.ts";
import { readings } from "../linear-quadratic/readings.ts";

const blocks = z.union([z.number(), z.array(z.array(z.number()))], { error: "a number or a list of rows of numbers" });
const lists = z.union([z.number(), z.array(z.number())], { error: "a number or a list of numbers" });

const double = [
  [0, 1],
  [0, 0],
];

const parameters = z.object({
  A: json(
    blocks,
    double,
    "Drift by the own state, d × d; its size sets d. A number stands for that multiple of 1",
    "A",
  ),
  Abar: json(blocks, 0, "Drift by the mean state, d × d", "\\bar A"),
  B: json(blocks, [[0], [1]], "Drift by the own control, d × k; its width sets k", "B"),
  Bbar: json(blocks, 0, "Drift by the mean control, d × k", "\\bar B"),
  b: json(lists, 0, "Constant drift, d", "b"),
  Q: json(blocks, 1, "Running cost ½x′Qx, d × d symmetric", "Q"),
  Qbar: json(blocks, -0.8, "Running cost x′Q̄x̄, d × d", "\\bar Q"),
  Qhat: json(blocks, 0.64, "Running cost ½x̄′Q̂x̄, which no player sees alone, d × d symmetric", "\\hat Q"),
  R: json(blocks, 1, "Running cost ½α′Rα, k × k symmetric, positive definite", "R"),
  Rbar: json(blocks, 0, "Running cost α′R̄ᾱ, k × k", "\\bar R"),
  Rhat: json(blocks, 0, "Running cost ½ᾱ′R̂ᾱ, k × k symmetric", "\\hat R"),
  N: json(blocks, 0, "Running cost α′Nx, k × d", "N"),
  Nbar: json(blocks, 0, "Running cost α′N̄x̄, k × d", "\\bar N"),
  H: json(blocks, 0, "Running cost ᾱ′Hx, k × d", "H"),
  Hbar: json(blocks, 0, "Running cost ᾱ′H̄x̄, k × d", "\\bar H"),
  q: json(lists, 0, "Running cost q′x, d", "q"),
  qbar: json(lists, 0, "Running cost q̄′x̄, d", "\\bar q"),
  r: json(lists, 0, "Running cost r′α, k", "r"),
  rbar: json(lists, 0, "Running cost r̄′ᾱ, k", "\\bar r"),
  G: json(blocks, 1, "Terminal cost ½x′Gx, d × d symmetric", "G"),
  Gbar: json(blocks, 0, "Terminal cost x′Ḡx̄, d × d", "\\bar G"),
  Ghat: json(blocks, 0, "Terminal cost ½x̄′Ĝx̄, d × d symmetric", "\\hat G"),
  g: json(lists, 0, "Terminal cost g′x, d", "g"),
  gbar: json(lists, 0, "Terminal cost ḡ′x̄, d", "\\bar g"),
  sigma: json(blocks, 0.3, "Noise of a player, d × any number", "\\Sigma"),
  sigma0: json(blocks, 0.2, "Common noise, d × any number", "\\Sigma^0"),
  m0: json(lists, 1, "Mean state at the start, d", "m_0"),
  v0: json(blocks, 0.1, "Covariance of the state at the start, d × d", "v_0"),
  T: real(2, "Horizon", { minimum: 0, open: "minimum", maximum: 1000 }),
});

type Parameters = ParametersOf<typeof parameters>;

export const linearQuadratic: Game<typeof parameters, LinearQuadraticModel, LinearQuadraticCandidate> = {
  id: "linear-quadratic",
  title: "Your own linear–quadratic game",
  family: "linear-quadratic",
  story:
    "A population with d states and k controls each, linear drift and quadratic cost in the own state and control and in " +
    "their averages, given by matrices; a number in place of a matrix means that multiple of the identity, in place of a " +
    "list that number throughout. As it stands: a flock, each bird with a position and a velocity, that is drawn to four " +
    "fifths of the others' average. A cost ½(x − Sx̄)′K(x − Sx̄) is given as Q = K, Qbar = −KS, Qhat = S′KS.",
  reference:
    "A. Bensoussan, K. C. J. Sung, S. C. P. Yam, S. P. Yung, Linear-quadratic mean field games, J. Optim. Theory Appl. 169 (2016) 496–529",
  equations: [
    {
      caption: "State",
      tex: "dX=(AX+\\bar A\\bar X+B\\alpha+\\bar B\\bar\\alpha+b)\\,dt+\\Sigma\\,dW+\\Sigma^0\\,dW^0",
    },
    {
      caption: "Running cost",
      tex:
        "\\tfrac12X'QX+X'\\bar Q\\bar X+\\tfrac12\\bar X'\\hat Q\\bar X+\\tfrac12\\alpha'R\\alpha+\\alpha'\\bar R\\bar\\alpha+\\tfrac12\\bar\\alpha'\\hat R\\bar\\alpha" +
        "+\\alpha'NX+\\alpha'\\bar N\\bar X+\\bar\\alpha'HX+\\bar\\alpha'\\bar H\\bar X+q'X+\\bar q'\\bar X+r'\\alpha+\\bar r'\\bar\\alpha",
    },
    {
      caption: "Terminal cost",
      tex: "\\tfrac12X'GX+X'\\bar G\\bar X+\\tfrac12\\bar X'\\hat G\\bar X+g'X+\\bar g'\\bar X",
    },
  ],
  parameters,
  presets: {
    flock: { title: "A flock with positions and velocities", parameters: {} },
    "price-pressure": {
      title: "Traders who push the price against themselves",
      parameters: {
        A: [[0]],
        B: [[1]],
        Q: [[2]],
        Qbar: 0,
        Qhat: 0,
        R: [[1]],
        H: [[-1]],
        G: [[0.3]],
        sigma: [[0.5]],
        sigma0: 0,
        m0: [1],
        v0: [[1]],
        T: 1,
      },
    },
    "mean-reverting": {
      title: "Coupling through drift, control and cost at once",
      parameters: {
        A: [
          [-0.5, 0.2],
          [0, -0.3],
        ],
        Abar: [
          [0.4, 0],
          [0.1, 0.2],
        ],
        B: [
          [1, 0],
          [0.3, 1],
        ],
        Bbar: [
          [0.2, 0],
          [0, -0.1],
        ],
        b: [0.1, -0.2],
        R: [
          [1, 0.2],
          [0.2, 2],
        ],
        Rbar: [
          [0.3, 0],
          [0, 0.1],
        ],
        N: [
          [0.1, 0],
          [0, 0.2],
        ],
        Nbar: [
          [0, 0.1],
          [-0.1, 0],
        ],
        q: [0.3, 0],
        r: [0, 0.1],
        Gbar: [
          [-0.5, 0],
          [0, 0],
        ],
        g: [0, 0.4],
        sigma: [
          [0.4, 0],
          [0.1, 0.3],
        ],
        sigma0: [[0.2], [0.1]],
      },
    },
  },
  concepts: ["nash", "planner"],
  information: ["feedback", "open-loop"],
  check: (p) => void readGame(p),
  build: (p) => modelFromMatrices(readGame(p)),
  quantities: [
    {
      name: "gain",
      title: "Feedback gain",
      symbol: "K(t)",
      story: "α = K(t)(x, x̄, 1): entry (control, coordinate), the coordinates being d of x, d of x̄ and the constant.",
    },
    {
      name: "mean_state",
      title: "Mean state",
      symbol: "\\mathbb E\\bar X_t",
      story: "Expected average state, by coordinate.",
    },
    {
      name: "var_common",
      title: "Variance of the mean",
      symbol: "\\operatorname{Var}\\bar X_t",
      story:
        "Variance of the average over the common noise, by coordinate; with N players, of their empirical average.",
    },
    {
      name: "var_state",
      title: "Variance of the state",
      symbol: "\\operatorname{Var}X_t",
      story: "Variance of a player's state, by coordinate.",
    },
    { name: "cost", title: "Expected cost", symbol: "J", story: "Expected cost of a player." },
    { name: "cost_planner", title: "Planner's cost", story: "Least expected cost per player under one hand." },
    {
      name: "price_of_anarchy",
      title: "Price of anarchy",
      story: "Expected cost over the planner's; telling only where both are positive.",
    },
  ],
  measure: (p, question, candidate) => {
    const read = readings(question, candidate);
    return quantities(readGame(p), {
      gain: read.gain,
      mean: (t) => read.moments().at(t).mean,
      common: (t) => read.moments().at(t).common,
      covariance: (t) => read.moments().at(t).state,
      cost: read.cost,
      plannerCost: read.plannerCost,
    });
  },
  exact: (p, question) => {
    // Exponentials give the mean field and the planner; N players in equilibrium have adjoints of one another's states.
    if (question.concept === "nash" && question.players < Infinity) return {};
    const game = readGame(p);
    const gains = matrixGains(game, question.concept);
    const profile = once(() => matrixProfile(game, question.players, gains));
    const planner = once(() => matrixProfile(game, question.players, matrixGains(game, "planner")).cost);
    return quantities(game, {
      gain: (t) => {
        const { deviation, mean, constant } = gains(t);
        const d = deviation.columns;
        return Float64Array.from({ length: deviation.rows * (2 * d + 1) }, (_, p) => {
          const [i, j] = [Math.floor(p / (2 * d + 1)), p % (2 * d + 1)];
          if (j === 2 * d) return constant[i];
          return j < d ? deviation.data[i * d + j] : mean.data[i * d + j - d] - deviation.data[i * d + j - d];
        });
      },
      mean: (t) => profile().at(t).mean,
      common: (t) => profile().at(t).common,
      covariance: (t) => {
        const { common, deviation } = profile().at(t);
        return { ...common, data: common.data.map((value, i) => value + deviation.data[i]) };
      },
      cost: () => profile().cost,
      plannerCost: planner,
    });
  },
};

interface Answers {
  readonly gain: (t: number) => Float64Array;
  readonly mean: (t: number) => Float64Array;
  readonly common: (t: number) => Matrix;
  readonly covariance: (t: number) => Matrix;
  readonly cost: () => number;
  readonly plannerCost: () => number;
}

function quantities(game: MatrixGame, answers: Answers): Quantities {
  const time: Axis = { name: "t", grid: evenGrid(0, game.horizon, 101) };
  const d = game.A.rows;
  const k = game.B.columns;
  const index = (name: string, count: number): Axis => ({
    name,
    grid: Float64Array.from({ length: count }, (_, i) => i),
    kind: "discrete",
  });
  const byState = (value: (t: number, i: number) => number): Quantity =>
    d === 1 ? { axes: [time], at: (t) => value(t, 0) } : { axes: [time, index("state", d)], at: (t, i) => value(t, i) };
  return {
    gain: () => ({
      axes: [time, index("control", k), index("coordinate", 2 * d + 1)],
      at: (t, i, j) => answers.gain(t)[i * (2 * d + 1) + j],
    }),
    mean_state: () => byState((t, i) => answers.mean(t)[i]),
    var_common: () => byState((t, i) => answers.common(t).data[i * (d + 1)]),
    var_state: () => byState((t, i) => answers.covariance(t).data[i * (d + 1)]),
    cost: () => scalar(answers.cost()),
    cost_planner: () => scalar(answers.plannerCost()),
    price_of_anarchy: () => scalar(answers.cost() / answers.plannerCost()),
  };
}

/** Checks every shape and turns lists into matrices; throws InputError naming the field and the shape it must have. */
function readGame(p: Parameters): MatrixGame {
  const d = heightOf(p.A) ?? heightOf(p.B) ?? 1;
  const k = typeof p.B === "number" ? d : (p.B[0]?.length ?? 0);
  if (d === 0) throw new InputError("A", p.A, "a d × d matrix with at least one row");
  if (k === 0) throw new InputError("B", p.B, `a ${d} × k matrix with at least one column`);
  const dense = (name: MatrixName, height: number, width: number, shape: string): Matrix => {
    const value = p[name];
    const wanted = `a ${height} × ${width} matrix (${shape}, with d = ${d} from A and k = ${k} from B)`;
    if (typeof value === "number") {
      if (height !== width && value !== 0) throw new InputError(name, value, `0 or ${wanted}`);
      const out = zeros(height, width);
      if (value !== 0) for (let i = 0; i < height; i++) out.data[i * width + i] = value;
      return out;
    }
    if (value.length !== height || value.some((row) => row.length !== width)) {
      throw new InputError(name, value, `${wanted}${height === width ? " or a number" : ""}`);
    }
    return fromRows(value);
  };
  const symmetric = (name: MatrixName, size: number, shape: string): Matrix => {
    const out = dense(name, size, size, shape);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < i; j++) {
        if (out.data[i * size + j] !== out.data[j * size + i]) throw new InputError(name, p[name], "symmetric");
      }
    }
    return out;
  };
  const vector = (name: VectorName, size: number, shape: string): Float64Array => {
    const value = p[name];
    if (typeof value === "number") return new Float64Array(size).fill(value);
    if (value.length !== size) throw new InputError(name, value, `a list of ${size} numbers (${shape}) or a number`);
    return Float64Array.from(value);
  };
  const noise = (name: "sigma" | "sigma0"): Matrix => {
    const value = p[name];
    return dense(name, d, typeof value === "number" ? d : Math.max(1, value[0]?.length ?? 0), "d × any number");
  };
  const R = symmetric("R", k, "k × k");
  if (!(symmetricEigen(R).values[0] > 0)) throw new InputError("R", p.R, "positive definite");
  const v0 = symmetric("v0", d, "d × d");
  if (symmetricEigen(v0).values[0] < -1e-12 * Math.max(...v0.data))
    throw new InputError("v0", p.v0, "positive semidefinite");
  return {
    A: dense("A", d, d, "d × d"),
    Abar: dense("Abar", d, d, "d × d"),
    B: dense("B", d, k, "d × k"),
    Bbar: dense("Bbar", d, k, "d × k"),
    b: vector("b", d, "d"),
    Q: symmetric("Q", d, "d × d"),
    Qbar: dense("Qbar", d, d, "d × d"),
    Qhat: symmetric("Qhat", d, "d × d"),
    R,
    Rbar: dense("Rbar", k, k, "k × k"),
    Rhat: symmetric("Rhat", k, "k × k"),
    N: dense("N", k, d, "k × d"),
    Nbar: dense("Nbar", k, d, "k × d"),
    H: dense("H", k, d, "k × d"),
    Hbar: dense("Hbar", k, d, "k × d"),
    q: vector("q", d, "d"),
    qbar: vector("qbar", d, "d"),
    r: vector("r", k, "k"),
    rbar: vector("rbar", k, "k"),
    G: symmetric("G", d, "d × d"),
    Gbar: dense("Gbar", d, d, "d × d"),
    Ghat: symmetric("Ghat", d, "d × d"),
    g: vector("g", d, "d"),
    gbar: vector("gbar", d, "d"),
    sigma: noise("sigma"),
    sigma0: noise("sigma0"),
    m0: vector("m0", d, "d"),
    v0,
    horizon: p.T,
  };
}

type VectorName = "b" | "q" | "qbar" | "r" | "rbar" | "g" | "gbar" | "m0";
type MatrixName = Exclude<keyof Parameters, VectorName | "T">;

function heightOf(value: number | readonly unknown[]): number | undefined {
  return typeof value === "number" ? undefined : value.length;
}
