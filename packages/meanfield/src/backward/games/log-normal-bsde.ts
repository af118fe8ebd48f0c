/**
 * A linear mean-field BSDE whose terminal values are log-normal: claims on shares that cannot fall below zero.
 *
 * Backward propagation of chaos after M. Laurière, L. Tangpi, Electronic Journal of Probability 27 (2022).
 */

import { z } from "zod";
import { RefusalError, real } from "../../core/index.ts";
import type { Game, ParametersOf } from "../../core/index.ts";
import type { BackwardCandidate } from "../candidate.ts";
import { linearModel } from "../model.ts";
import type { InteractingModel } from "../model.ts";
import { exactLinear, interactingOnly, interactingQuantities, measureInteracting } from "../quantities.ts";

const parameters = z.object({
  a: real(0.1, "Weight of a player's own Y in the driver", { minimum: -100, maximum: 100 }),
  b: real(0, "Weight of a player's own Z in the driver", { minimum: -1000, maximum: 1000 }),
  c: real(0.5, "Weight of the mean of Y in the driver", { minimum: -100, maximum: 100 }),
  h: real(0, "Constant in the driver", { minimum: -1000, maximum: 1000 }),
  s: real(0.4, "Volatility of the shares", { minimum: 0, open: "minimum", maximum: 10 }),
  T: real(1, "Horizon", { minimum: 0, open: "minimum", maximum: 100 }),
});

type Parameters = ParametersOf<typeof parameters>;

/** Players who hold a share each and earn on everybody's average value. */
export const logNormalBsde: Game<typeof parameters, InteractingModel, BackwardCandidate> = {
  id: "log-normal-bsde",
  title: "Mean-field BSDE with log-normal claims",
  family: "backward",
  story:
    "Each player holds a share whose price is log-normal, and values it backward in time at a rate that depends on its own value, " +
    "its exposure and the average value of all players. Values are positive and skewed, exposures random: Z is not a function of " +
    "time alone as in the Gaussian case, but everything is still known in closed form.",
  reference: "M. Laurière, L. Tangpi, Backward propagation of chaos, Electron. J. Probab. 27 (2022)",
  equations: [
    {
      caption: "N players",
      tex:
        "Y^i_t=M^i_T+\\int_t^T\\big(aY^i_s+bZ^{ii}_s+c\\bar Y_s+h\\big)ds-\\sum_{j=1}^N\\int_t^TZ^{ij}_s\\,dW^j_s," +
        "\\qquad M^i_t=e^{sW^i_t-s^2t/2}",
    },
    {
      caption: "Solved",
      tex:
        "Y^i=AM^i+B\\bar M+y_t,\\quad Z^{ij}=sM^j\\big(A\\delta_{ij}+\\tfrac BN\\big)," +
        "\\quad y_t=h\\,\\frac{e^{(a+c)\\tau}-1}{a+c},\\qquad\\tau=T-t",
    },
    {
      caption: "Loads",
      tex:
        "A'=-(a+bs)A-\\tfrac{bs}NB,\\quad B'=-(a+c)B-cA,\\quad A_T=1,\\ B_T=0;\\qquad " +
        "b=0:\\ A=e^{a\\tau},\\ B=e^{a\\tau}(e^{c\\tau}-1)",
    },
    {
      caption: "Backward propagation of chaos, b = 0",
      tex: "\\mathbb E|Y^{i,N}_t-Y^i_t|^2=\\frac{B^2}{N}\\big(e^{s^2t}-1\\big),\\qquad Y_0=e^{(a+c)T}\\ (h=0)",
    },
  ],
  parameters,
  presets: {
    LN: { title: "Moderate volatility and coupling", parameters: {} },
    exposed: { title: "A driver that depends on the exposure", parameters: { b: 0.6, h: 0.1 } },
    skewed: { title: "Strong volatility", parameters: { s: 1.2 } },
  },
  concepts: ["nash"],
  information: ["open-loop"],
  check: requireModestGrowth,
  build: modelOf,
  quantities: interactingQuantities,
  measure: (_p, question, candidate) => measureInteracting(question, interactingOnly(candidate)),
  exact: (p, question) => exactLinear(modelOf(p), question),
};

function modelOf({ T, a, b, c, h, s }: Parameters): InteractingModel {
  return linearModel(T, {
    a,
    b,
    c,
    h,
    noise: { kind: "log-normal", s },
    terminal: { own: 1, mean: 0, constant: 0 },
  });
}

/** Second moments grow like exp(2(|a| + |b|s + |c|)T + s²T) and must be numbers. */
function requireModestGrowth({ a, b, c, s, T }: Parameters): void {
  const exponent = (Math.abs(a) + Math.abs(b) * s + Math.abs(c) + s * s) * T;
  if (exponent > 200) {
    throw new RefusalError(
      `values grow like exp((|a| + |b|s + |c| + s²)T) = exp(${exponent}): the exponent must be at most 200`,
    );
  }
}
