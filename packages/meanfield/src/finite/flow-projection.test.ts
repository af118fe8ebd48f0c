import { describe, expect, it } from "vitest";
import { randomStream } from "../numeric/random.ts";
import { projectOntoSimplex } from "../numeric/simplex-projection.ts";
import { softmax, uniformPolicy } from "./best-response.ts";
import { compile, emptyFlow, emptyProfile } from "./compile.ts";
import { huntersAndHares, modelOf, twoPlaces } from "./finite.testing.ts";
import { emptyField, induce, observe } from "./flow.ts";
import { projectOntoFlows } from "./flow-projection.ts";
import { beachBar } from "./games/beach-bar.ts";
import { equilibriumPrice } from "./games/equilibrium-price.ts";

describe("projection onto flows", () => {
  it.each([
    ["hunters and hares", huntersAndHares(), 1],
    ["hunters and hares, from far", huntersAndHares(), 1000],
    ["beach-bar", modelOf(beachBar, { n: 9, T: 6 }), 1],
    ["equilibrium-price", modelOf(equilibriumPrice), 30],
  ])("%s: is a flow, and no way to another is downhill", (_name, model, size) => {
    const random = randomStream(7, 0).sequence();
    const game = compile(model);
    const held = emptyField(game);
    const policy = emptyProfile(game);
    uniformPolicy(game, policy);
    induce(held, policy);
    const uniform = policy.map((shares) => shares.slice());
    held.parts.forEach((part, p) => {
      const v = part.pairs.map(() => size * (2 * random.uniform() - 1));
      const y = emptyFlow(game)[p];
      const x = v.slice();
      const { converged, residual } = projectOntoFlows(part, game.times, v, y, x);
      expect(converged).toBe(true);
      expect(residual).toBeLessThan(1e-12 * size);
      expect(x.every((share, i) => share >= 0 && (uniform[p][i] > 0 || share === 0))).toBe(true);
      // Other flows under the same kernel, which here is that at the uniform policy.
      const { states, actions, declared } = part.population;
      for (let trial = 0; trial < 20; trial++) {
        const exponents = uniform.map((shares) =>
          shares.map((share) => (share > 0 ? 8 * random.uniform() : -Infinity)),
        );
        softmax(game, exponents, 1, policy);
        let mu = declared.initial.slice();
        let downhill = 0;
        for (let t = 0, i = 0; t < game.times; t++) {
          const later = new Float64Array(states);
          for (let s = 0, row = t * part.kernel.stride; s < states; s++) {
            for (let a = 0; a < actions; a++, i++, row++) {
              const other = mu[s] * policy[p][i];
              downhill += (v[i] - x[i]) * (other - x[i]);
              if (t + 1 < game.times)
                for (let k = part.kernel.starts[row]; k < part.kernel.starts[row + 1]; k++)
                  later[part.kernel.next[k]] += other * part.kernel.probability[k];
            }
          }
          mu = later;
        }
        // What the residual leaves, times multipliers of the size of v.
        expect(downhill).toBeLessThan(1e-11 * size * size);
      }
    });
  });

  it("without a step is that onto the simplex of each state's share", () => {
    const game = compile(twoPlaces({}, 0));
    const field = emptyField(game);
    observe(field, emptyProfile(game));
    const v = Float64Array.of(0.3, -0.1, 2, 1.9);
    const x = v.slice();
    expect(projectOntoFlows(field.parts[0], 1, v, new Float64Array(2), x).converged).toBe(true);
    for (const first of [0, 2]) {
      // Half of the players are in each state.
      const nearest = v.slice(first, first + 2).map((entry) => 2 * entry);
      projectOntoSimplex(nearest);
      nearest.forEach((share, a) => expect(Math.abs(x[first + a] - share / 2)).toBeLessThan(1e-12));
    }
  });
});
