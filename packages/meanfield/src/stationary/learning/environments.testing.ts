/** The games that learners are tested with, and their simulators. */

import { finiteModel } from "../finite-model.ts";
import { malwareOnGrid, malwareOnInterval } from "../malware.ts";
import { environmentOf } from "../simulation/environment-of.ts";

const malware = { k: 0.2, lambda: 0.5, gamma: 0.9 };
/** n = 11, variant I. */
export const finiteMalware = malwareOnGrid(malware, 11, "I");
export const finiteEnvironment = environmentOf(finiteMalware);
export const continuousMalware = malwareOnInterval(malware);
export const continuousEnvironment = environmentOf(continuousMalware);

/**
 * Two places, of which the first is better by 0.2, and nobody likes a crowd: a player goes where it wants to with
 * probability 0.9. Everybody is indifferent, and the game at rest, where six in ten are in the first place; if all want the
 * same, nine in ten are there.
 */
export const crowd = finiteModel({
  positions: [0, 1],
  actionNames: ["first", "second"],
  discount: 0.9,
  features: "law",
  successors: (_x, a) => [
    [a, 0.9],
    [1 - a, 0.1],
  ],
  reward: (x, _a, z) => (x === 0 ? 0.2 : 0) - z[x],
});
export const crowdEnvironment = environmentOf(crowd);
