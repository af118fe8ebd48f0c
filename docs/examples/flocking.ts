/**
 * Birds that match the velocity of their flock: a whole game in one file.
 *
 * M. Nourian, P. E. Caines, R. P. Malhamé, "Mean field analysis of controlled Cucker–Smale type flocking", IFAC
 * Proceedings 44 (2011), reduced to one velocity coordinate and constant communication weights.
 */
import { diffusion, evenGrid, numeric, real, scalar, series } from "meanfield";
import type { Game } from "meanfield";
import { z } from "zod";

const { constantMatrix, layout, linearRows, quadraticForm, scalarMatrix, terminalForm } = diffusion;

const parameters = z.object({
  beta: real(1, "Weight of matching the flock", { symbol: "\\beta", minimum: 0, open: "minimum" }),
  sigma: real(0.3, "Gusts that hit one bird", { symbol: "\\sigma", minimum: 0 }),
  sigma0: real(0.1, "Wind that hits all birds", { symbol: "\\sigma_0", minimum: 0 }),
  T: real(2, "Horizon", { minimum: 0, open: "minimum", unit: "seconds" }),
});

export const flocking: Game<typeof parameters, diffusion.LinearQuadraticModel, diffusion.LinearQuadraticCandidate> = {
  id: "flocking",
  title: "Flocking",
  family: "linear-quadratic",
  story: "Each bird steers its velocity; steering is costly, and so is flying apart from the flock's mean velocity.",
  reference: "Nourian, Caines, Malhamé, Mean field analysis of controlled Cucker–Smale type flocking, IFAC 44 (2011)",
  equations: [
    { caption: "Velocity", tex: "dV_t = \\alpha_t\\,dt + \\sigma\\,dW_t + \\sigma_0\\,dW^0_t" },
    { caption: "Cost", tex: "J = \\mathbb E\\int_0^T \\tfrac12\\alpha^2 + \\tfrac\\beta2 (V-\\bar V)^2\\,dt" },
  ],
  parameters,
  presets: { gusty: { title: "Strong gusts", parameters: { sigma: 1 } } },
  concepts: ["nash", "planner"],
  information: ["feedback", "open-loop"],
  build: ({ beta, sigma, sigma0, T }) => {
    const space = layout(1, 1);
    const running = quadraticForm(space).half(1, { control: 1 }).half(beta, { state: 1, mean: -1 });
    return {
      family: "linear-quadratic",
      layout: space,
      horizon: T,
      drift: constantMatrix(linearRows(space, [{ control: 1 }])),
      commonDrift: constantMatrix(numeric.zeros(0, space.size)),
      running: constantMatrix(running.matrix),
      terminal: terminalForm(space).matrix,
      noise: { own: scalarMatrix(sigma), common: scalarMatrix(sigma0), commonState: numeric.zeros(0, 1) },
      initial: { mean: Float64Array.of(1), covariance: scalarMatrix(0.25), commonState: new Float64Array(0) },
    };
  },
  quantities: [
    { name: "gain", title: "Pull towards the flock", symbol: "K", story: "α = K (V̄ − V)." },
    { name: "cost", title: "Expected cost", symbol: "J", story: "Expected cost of one bird." },
  ],
  measure: (p, question, { model, strategy }) => {
    const gain = numeric.zeros(1, model.layout.stateSize);
    return {
      gain: () =>
        series(evenGrid(0, p.T, 101), (t) => {
          strategy.gain(t, gain);
          return -gain.data[0];
        }),
      cost: () => scalar(diffusion.expectedCost(model, question.players, strategy)),
    };
  },
  // K′ = K² − β, K(T) = 0, in the limit and for the planner alike: the mean velocity is nobody's to change.
  exact: (p, question) =>
    question.players === Infinity
      ? {
          gain: () =>
            series(evenGrid(0, p.T, 101), (t) => Math.sqrt(p.beta) * Math.tanh(Math.sqrt(p.beta) * (p.T - t))),
        }
      : {},
};

export default flocking;
