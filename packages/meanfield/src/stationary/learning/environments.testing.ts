/** The games that learners are tested with, and their simulators. */

import { malwareOnGrid, malwareOnInterval } from "../malware.ts";
import { environmentOf } from "../simulation/environment-of.ts";

const malware = { k: 0.2, lambda: 0.5, gamma: 0.9 };
/** n = 11, variant I. */
export const finiteMalware = malwareOnGrid(malware, 11, "I");
export const finiteEnvironment = environmentOf(finiteMalware);
export const continuousMalware = malwareOnInterval(malware);
export const continuousEnvironment = environmentOf(continuousMalware);
