/**
 * A promenade with a kiosk: a whole game of diffusions in one file.
 *
 * People stroll on a street of unit length, drawn to where the sun is, and dislike the crowd around them. Crowd aversion over
 * a neighbourhood: A. Lachapelle, M.-T. Wolfram, "On a mean field game approach modeling congestion and aversion in
 * pedestrian crowds", Transportation Research Part B 45 (2011) 1572–1589.
 */
import { diffusion, real } from "meanfield";
import type { Game } from "meanfield";
import { z } from "zod";

const { activeFraction, fieldDefinitions, fieldQuantities, fromLagrangian, meanOf } = diffusion;

const parameters = z.object({
  speed: real(1, "Fastest walk", { minimum: 0.1, maximum: 10 }),
  sigma: real(0.2, "Distraction", { symbol: "\\sigma", minimum: 0.05, maximum: 2 }),
  aversion: real(0.4, "Dislike of the crowd nearby", { minimum: 0, maximum: 10 }),
  T: real(1, "Length of the afternoon", { minimum: 0.1, maximum: 10, unit: "hours" }),
});

const kiosk = 0.8;
const width = 0.2;

export const crowding: Game<typeof parameters, diffusion.DiffusionModel, diffusion.DiffusionCandidate> = {
  id: "crowding",
  title: "Crowding on a promenade",
  family: "diffusion",
  story:
    "Everybody would like to stand in the sun, which moves along the street, and then by the kiosk, but not in a crowd.",
  reference: "A. Lachapelle, M.-T. Wolfram, Transportation Research Part B 45 (2011) 1572–1589",
  equations: [
    { caption: "Walk", tex: "dX_t=\\alpha_t\\,dt+\\sigma\\,dW_t,\\quad|\\alpha_t|\\le v" },
    {
      caption: "Cost",
      tex: "\\mathbb E\\int_0^T\\big(\\tfrac12\\alpha^2+\\tfrac14\\alpha^4+(X-s_t)^2+c\\,(K*m)(X)\\big)dt+2\\,\\mathbb E(X_T-k)^2",
    },
  ],
  parameters,
  presets: { shy: { title: "People who keep apart", parameters: { aversion: 2 } } },
  concepts: ["nash", "planner"],
  // Finitely many players can play the limit's policy; an empty list is a game of the limit only.
  information: ["feedback"],
  axes: { x: { title: "Place on the street", symbol: "x" } },
  build: ({ speed, sigma, aversion, T }) => ({
    family: "diffusion",
    kind: "fields",
    // One axis; walls reflect at both ends.
    space: [{ name: "x", low: 0, high: 1, ends: [{ kind: "reflecting" }, { kind: "reflecting" }] }],
    horizon: T,
    volatility: sigma,
    discount: 0,
    // Drift and running cost of a control in an interval: the laboratory takes the supremum. One Hamiltonian per axis.
    hamiltonian: [
      fromLagrangian({
        drift: (_t, _x, _y, walk) => walk,
        running: (_t, _x, _y, walk) => 0.5 * walk ** 2 + 0.25 * walk ** 4,
        controls: [-speed, speed],
      }),
    ],
    // What a player cannot change by walking: the sun's place, and the density as the kernel averages it.
    running: {
      value: (t, x, _y, { nearby }) => (x - 0.2 - (0.6 * t) / T) ** 2 + aversion * nearby,
      sees: { nearby: true },
      nearbySlope: () => aversion,
    },
    terminal: { value: (x) => 2 * (x - kiosk) ** 2 },
    // People start around the middle of the lower half; a density has mass 1.
    initial: (x) => (x < 0.5 ? 4 * Math.sin(2 * Math.PI * x) ** 2 : 0),
    aggregates: [],
    nearby: [(x, other) => Math.exp(-0.5 * ((x - other) / width) ** 2)],
    mesh: { points: 61, steps: 40, scheme: "upwind" },
  }),
  quantities: [
    ...fieldDefinitions({ dimension: 1 }),
    { name: "mean", title: "Mean place", symbol: "\\bar x_t", story: "Where people are on average." },
    { name: "present", title: "People on the street", story: "The share that is there: all, since nobody can leave." },
  ],
  measure: (_parameters, _question, candidate) => ({
    ...fieldQuantities(candidate),
    mean: () => meanOf(candidate, (x) => x),
    present: () => activeFraction(candidate),
  }),
};

export default crowding;
