/**
 * The pair of Dormand & Prince of orders 5(4) with Shampine's fourth-order continuous extension.
 *
 * Dormand & Prince, A family of embedded Runge-Kutta formulae, J. Comput. Appl. Math. 6 (1980) 19-26; the extension
 * in the form of Hairer, Norsett & Wanner, Solving Ordinary Differential Equations I, 2nd ed., II.6. The test checks
 * every order condition.
 */

import type { EmbeddedPair } from "./embedded-runge-kutta.ts";

/** Seven stages, the last shared with the next step: six evaluations a step. */
export const dormandPrince5: EmbeddedPair = {
  order: 5,
  nodes: [0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1, 1],
  stages: [
    [],
    [1 / 5],
    [3 / 40, 9 / 40],
    [44 / 45, -56 / 15, 32 / 9],
    [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
    [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
    [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
  ],
  last: 6,
  errors: [[71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40]],
  dense: [
    [
      -12715105075 / 11282082432,
      0,
      87487479700 / 32700410799,
      -10690763975 / 1880347072,
      701980252875 / 199316789632,
      -1453857185 / 822651844,
      69997945 / 29380423,
    ],
  ],
  controller: { exponent: 0.2 - 0.04 * 0.75, damping: 0.04, shrink: 0.2, growth: 10 },
};
