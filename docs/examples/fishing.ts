/**
 * Fishing grounds: a whole finite game in one file.
 *
 * Every day a boat fishes where it is and then stays or sails on; many boats on one ground catch less each. Without costs of
 * sailing boats spread until all grounds pay alike, and "too much" as a planner sees it: H. S. Gordon, "The economic theory of
 * a common-property resource: the fishery", Journal of Political Economy 62 (1954).
 */
import { finite, json, real, scalar, whole } from "meanfield";
import type { Game, Quantities } from "meanfield";
import { z } from "zod";

const { finiteQuantities, measureFinite, uniformLaw, wholeAxis } = finite;

const parameters = z.object({
  days: whole(10, "Last day: boats fish on days 0, 1, …, T", { symbol: "T", minimum: 1, maximum: 1000 }),
  fish: json(
    z.array(z.number().positive()).min(2),
    [3, 2, 1.5],
    "what an empty ground pays a day, one number a ground",
  ),
  crowding: real(2, "How fast the catch falls with the share of boats on the ground", { symbol: "c", minimum: 0 }),
  sailing: real(0.2, "What it costs to sail one ground on", { symbol: "\\kappa", minimum: 0 }),
});

export const fishing: Game<typeof parameters, finite.FiniteModel, finite.FiniteCandidate> = {
  id: "fishing",
  title: "Fishing grounds",
  family: "finite",
  story: "Every day a boat fishes where it is, and then stays or sails on; many boats on one ground catch less each.",
  reference: "H. S. Gordon, The economic theory of a common-property resource: the fishery, J. Polit. Econ. 62 (1954)",
  equations: [{ caption: "Reward", tex: "r(s,a,\\mu)=\\frac{f_s}{1+c\\,\\mu(s)}-\\kappa a" }],
  parameters,
  presets: { free: { title: "Sailing costs nothing", parameters: { sailing: 0 } } },
  concepts: ["nash", "planner"],
  information: ["feedback"],
  build: ({ days, fish, crowding, sailing }) => ({
    family: "finite",
    kind: "discrete-time",
    horizon: days,
    populations: [
      {
        name: "boats",
        states: [wholeAxis("ground", fish.length)],
        actions: [wholeAxis("sail", fish.length)],
        initial: uniformLaw(fish.length),
        transition: {
          sees: "nothing",
          timed: false,
          // Lists who comes where with what probability; nothing else is ever stored.
          successors: (_t, s, a, _laws, emit) => emit((s + a) % fish.length, 1),
        },
        reward: {
          base: { timed: false, at: (_t, _s, a) => -sailing * a },
          coupled: { sees: "states", at: (_t, s, _a, { states: [mu] }) => fish[s] / (1 + crowding * mu[s]) },
        },
      },
    ],
  }),
  quantities: finiteQuantities,
  measure: (_parameters, _question, candidate) => measureFinite(candidate),
  // Free to sail, boats keep all grounds paying alike, if the poorest is worth going to; so do they on average where they start.
  exact: ({ days, fish, crowding, sailing }, { concept }): Quantities => {
    const pay = fish.reduce((sum, worth) => sum + worth, 0) / (crowding + fish.length);
    if (sailing > 0 || concept !== "nash" || Math.min(...fish) < pay) return {};
    return { mean_reward: () => scalar((days + 1) * pay) };
  },
};

export default fishing;
