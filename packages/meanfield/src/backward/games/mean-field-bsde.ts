/**
 * The linear mean-field BSDE, with all of its answers in closed form.
 *
 * The benchmark of A. Papapantoleon, A. Saplaouras, S. Theodorakopoulos, "Stability of backward propagation of chaos",
 * arXiv 2506.03562 (2025), and of M. Laurière, L. Tangpi, "Backward propagation of chaos", Electronic Journal of Probability 27
 * (2022): there the theorems, here the numbers.
 */

import { z } from "zod";
import { RefusalError, real } from "../../core/index.ts";
import type { Game, ParametersOf } from "../../core/index.ts";
import type { BackwardCandidate } from "../candidate.ts";
import { linearModel } from "../model.ts";
import type { InteractingModel } from "../model.ts";
import { exactLinear, interactingOnly, interactingQuantities, measureInteracting } from "../quantities.ts";

const parameters = z.object({
  a: real(0.3, "Weight of a player's own Y in the driver", { minimum: -100, maximum: 100 }),
  b: real(0.5, "Weight of a player's own Z in the driver", { minimum: -1000, maximum: 1000 }),
  c: real(0.8, "Weight of the mean of Y in the driver", { minimum: -100, maximum: 100 }),
  h: real(0.2, "Constant in the driver", { minimum: -1000, maximum: 1000 }),
  T: real(1, "Horizon", { minimum: 0, open: "minimum", maximum: 100 }),
});

type Parameters = ParametersOf<typeof parameters>;

/** Players whose values depend on everybody's mean value. */
export const meanFieldBsde: Game<typeof parameters, InteractingModel, BackwardCandidate> = {
  id: "mean-field-bsde",
  title: "Linear mean-field BSDE",
  family: "backward",
  story:
    "Each player holds a claim on its own Brownian motion and values it backward in time; the rate of return depends on the " +
    "value itself, on its exposure to the noise and on the average value of all players. With finitely many players every " +
    "value depends on everybody's noise; with infinitely many each depends on its own alone, and the average is a number. Both " +
    "are known in closed form, and so is the distance between them: the textbook case of backward propagation of chaos.",
  reference:
    "A. Papapantoleon, A. Saplaouras, S. Theodorakopoulos, Stability of backward propagation of chaos, arXiv 2506.03562; " +
    "M. Laurière, L. Tangpi, Backward propagation of chaos, Electron. J. Probab. 27 (2022)",
  equations: [
    {
      caption: "N players",
      tex:
        "Y^i_t=W^i_T+\\int_t^T\\big(aY^i_s+bZ^{ii}_s+c\\bar Y_s+h\\big)ds-\\sum_{j=1}^N\\int_t^TZ^{ij}_s\\,dW^j_s," +
        "\\qquad\\bar Y=\\tfrac1N\\sum_jY^j",
    },
    {
      caption: "Limit",
      tex: "Y_t=W_T+\\int_t^T\\big(aY_s+bZ_s+c\\,\\mathbb E[Y_s]+h\\big)ds-\\int_t^TZ_s\\,dW_s",
    },
    {
      caption: "Limit, solved",
      tex:
        "Y_t=e^{a\\tau}W_t+y(t),\\quad Z_t=e^{a\\tau},\\quad y=h\\,\\frac{e^{(a+c)\\tau}-1}{a+c}" +
        "+b\\,e^{a\\tau}\\frac{e^{c\\tau}-1}{c},\\qquad\\tau=T-t",
    },
    {
      caption: "N players, solved",
      tex:
        "Y^i=e^{a\\tau}W^i+B\\bar W+y_N,\\quad Z^{ij}=e^{a\\tau}\\delta_{ij}+\\tfrac BN,\\quad B=e^{a\\tau}(e^{c\\tau}-1)," +
        "\\quad y_N-y=\\tfrac bN\\Big(\\tau e^{(a+c)\\tau}-e^{a\\tau}\\frac{e^{c\\tau}-1}{c}\\Big)",
    },
    {
      caption: "Backward propagation of chaos",
      tex:
        "\\mathbb E|Y^{i,N}_t-Y^i_t|^2=\\frac{B^2t}{N}+(y_N-y)^2,\\qquad" +
        "\\mathbb E\\!\\int_0^T\\!\\Big(|Z^{ii}-Z^i|^2+\\sum_{j\\ne i}|Z^{ij}|^2\\Big)dt=\\frac1N\\int_0^T\\!B^2dt",
    },
  ],
  parameters,
  presets: {
    A: { title: "Growing claims, strong coupling", parameters: {} },
    C: {
      title: "Decaying claims, no coupling: N players are N copies of the limit",
      parameters: { a: -0.5, b: 0.3, c: 0, h: 0.1 },
    },
  },
  concepts: ["nash"],
  information: ["open-loop"],
  check: requireModestGrowth,
  build: modelOf,
  quantities: interactingQuantities,
  measure: (_p, question, candidate) => measureInteracting(question, interactingOnly(candidate)),
  exact: (p, question) => exactLinear(modelOf(p), question),
};

function modelOf({ T, a, b, c, h }: Parameters): InteractingModel {
  return linearModel(T, {
    a,
    b,
    c,
    h,
    noise: { kind: "gaussian" },
    terminal: { own: 1, mean: 0, constant: 0 },
  });
}

/** Squares of e^{(|a|+|c|)T} must be numbers. */
function requireModestGrowth({ a, c, T }: Parameters): void {
  const exponent = (Math.abs(a) + Math.abs(c)) * T;
  if (exponent > 300) {
    throw new RefusalError(`values grow like exp((|a| + |c|)T) = exp(${exponent}): (|a| + |c|)T must be at most 300`);
  }
}
