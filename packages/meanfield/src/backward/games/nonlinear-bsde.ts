/**
 * A mean-field BSDE without a formula: quadratic in the exposure, and moved by how far apart the players' values are.
 *
 * Quadratic drivers: M. Kobylanski, Annals of Probability 28 (2000) 558–602; truncated, they are Lipschitz and the theorems of
 * M. Laurière, L. Tangpi, Electronic Journal of Probability 27 (2022), apply.
 */

import { z } from "zod";
import { RefusalError, choice, evenGrid, real, scalar, series } from "../../core/index.ts";
import type { Game, ParametersOf, Quantities } from "../../core/index.ts";
import type { BackwardCandidate } from "../candidate.ts";
import { entropicSolution } from "../closed-forms/entropic.ts";
import { deviation, mean, softplusMean } from "../law-functional.ts";
import type { InteractingModel } from "../model.ts";
import { interactingOnly, interactingQuantities, measureInteracting } from "../quantities.ts";

const functionals = { deviation, "softplus-mean": softplusMean, mean } as const;

const parameters = z.object({
  driver: choice(
    ["quadratic", "entropic"],
    "quadratic",
    "How exposure is charged: quadratic, ½γz² up to |z| = R and straight on beyond; entropic, ½γz² everywhere",
  ),
  gamma: real(1, "Charge for exposure; negative rewards it", { symbol: "\\gamma", minimum: -10, maximum: 10 }),
  R: real(0.5, "Exposure at which the quadratic charge turns straight", { minimum: 0, open: "minimum", maximum: 100 }),
  a: real(0.2, "Weight of a player's own Y in the driver", { minimum: -20, maximum: 20 }),
  c: real(0.5, "Weight of the law of Y in the driver", { minimum: -20, maximum: 20 }),
  functional: choice(
    ["deviation", "softplus-mean", "mean"],
    "deviation",
    "What of the law of Y enters: its standard deviation, its mean of ln(1 + exp Y), or its mean",
  ),
  h: real(0, "Constant in the driver", { minimum: -1000, maximum: 1000 }),
  kappa: real(1, "Steepness of the terminal value tanh(κW_T)", {
    symbol: "\\kappa",
    minimum: 0,
    open: "minimum",
    maximum: 4,
  }),
  T: real(1, "Horizon", { minimum: 0, open: "minimum", maximum: 10 }),
});

type Parameters = ParametersOf<typeof parameters>;

/** Players who pay for exposure and for being apart. */
export const nonlinearBsde: Game<typeof parameters, InteractingModel, BackwardCandidate> = {
  id: "nonlinear-bsde",
  title: "Nonlinear mean-field BSDE",
  family: "backward",
  story:
    "Each player holds a bounded claim on its own Brownian motion. Its value is charged for exposure, quadratically for small " +
    "exposures, and for a functional of the law of all values that is not linear: how far apart the players are, say. No formula " +
    "is known but where the charge is quadratic throughout and a player's own value plays no part (a = 0), where the equation turns " +
    "into a heat equation.",
  reference:
    "M. Laurière, L. Tangpi, Backward propagation of chaos, Electron. J. Probab. 27 (2022); M. Kobylanski, Ann. Probab. 28 (2000) " +
    "558–602",
  equations: [
    {
      caption: "N players",
      tex:
        "Y^i_t=\\tanh(\\kappa W^i_T)+\\int_t^T\\big(aY^i_s+g(Z^{ii}_s)+c\\,\\ell(L^N(Y_s))+h\\big)ds" +
        "-\\sum_{j=1}^N\\int_t^TZ^{ij}_s\\,dW^j_s",
    },
    {
      caption: "Charge for exposure",
      tex: "g(z)=\\tfrac\\gamma2z^2\\ (|z|\\le R),\\qquad g(z)=\\gamma R\\,\\big(|z|-\\tfrac R2\\big)\\ (|z|>R)",
    },
    {
      caption: "Limit",
      tex:
        "\\partial_tu+\\tfrac12\\partial_{xx}u+au+g(\\partial_xu)+c\\,\\ell\\big(\\mathcal L(u(t,W_t))\\big)+h=0,\\quad Y=u(t,W_t)," +
        "\\ Z=\\partial_xu(t,W_t)",
    },
    {
      caption: "Entropic with a = 0",
      tex:
        "Y_t=\\tfrac1\\gamma\\ln\\mathbb E\\big[e^{\\gamma\\tanh(\\kappa W_T)}\\,\\big|\\,W_t\\big]+r(t)," +
        "\\qquad r'=-c\\,\\ell(\\mathcal L(Y_t))-h",
    },
  ],
  parameters,
  presets: {
    truncated: { title: "Quadratic up to half the largest exposure, apart by standard deviation", parameters: {} },
    entropic: { title: "Entropic, with its closed form", parameters: { driver: "entropic", a: 0 } },
    gains: {
      title: "Entropic with everybody's gains in the driver, closed form",
      parameters: { driver: "entropic", a: 0, functional: "softplus-mean", gamma: 2 },
    },
    steep: { title: "A steep claim: nearly a bet on the sign", parameters: { kappa: 4 } },
  },
  concepts: ["nash"],
  information: ["open-loop"],
  check: requireModestGrowth,
  build: modelOf,
  quantities: interactingQuantities,
  measure: (_p, question, candidate) => measureInteracting(question, interactingOnly(candidate)),
  exact: (p, { players }) => (players === Infinity && p.driver === "entropic" && p.a === 0 ? coleHopf(p) : {}),
};

function modelOf({ driver, gamma, R, a, c, functional, h, kappa, T }: Parameters): InteractingModel {
  const limit = driver === "entropic" ? Infinity : R;
  const charge = (z: number): number => {
    const size = Math.abs(z);
    return size <= limit ? 0.5 * gamma * size * size : gamma * limit * (size - 0.5 * limit);
  };
  return {
    family: "backward",
    kind: "interacting",
    horizon: T,
    forward: { kind: "brownian" },
    driver: (_t, _x, y, z, law) => a * y + charge(z) + c * law[0] + h,
    terminal: (x) => Math.tanh(kappa * x),
    functionals: [functionals[functional]],
    terminalFunctionals: [],
  };
}

function coleHopf({ gamma, c, functional, h, kappa, T }: Parameters): Quantities {
  const solution = entropicSolution({
    horizon: T,
    gamma,
    c,
    h,
    functional: functionals[functional],
    terminal: (x) => Math.tanh(kappa * x),
    terminalSlope: (x) => kappa / Math.cosh(kappa * x) ** 2,
    steepness: kappa,
  });
  return {
    Y0: () => scalar(solution.value(0, 0)),
    Z0: () => scalar(solution.slope(0, 0)),
    Y_mean: () => series(evenGrid(0, T, 101), solution.mean),
  };
}

function requireModestGrowth({ a, c, T }: Parameters): void {
  const exponent = (Math.abs(a) + Math.abs(c)) * T;
  if (exponent > 50) {
    throw new RefusalError(`values grow like exp((|a| + |c|)T) = exp(${exponent}): (|a| + |c|)T must be at most 50`);
  }
}
