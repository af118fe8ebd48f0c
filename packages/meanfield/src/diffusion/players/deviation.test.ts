import { describe, expect, it } from "vitest";
import { exploitability as symmetricExploitability } from "../linear-quadratic/deviation.ts";
import { solveRiccati } from "../linear-quadratic/riccati.ts";
import { decentralised } from "../linear-quadratic/decentralised.ts";
import { profileCosts } from "./closed-loop.ts";
import { bestResponse, exploitability } from "./deviation.ts";
import { expandDecentralised, expandPlayers, expandStrategy } from "./expand.ts";
import { crowded, games, number, reference } from "./reference-games.testing.ts";

const limit = { concept: "nash", players: Infinity, information: "feedback" } as const;

describe("exploitability of the mean-field strategy in the full game of N players", () => {
  it.each(["s1_systemic_nocommon.A", "s2_systemic_common.A"] as const)("equals the reduced problems' in %s", (set) => {
    const model = games[set];
    const { strategy } = solveRiccati(model, limit);
    for (const players of [2, 5]) {
      const game = expandPlayers(model, players);
      const profile = expandStrategy(model, players, strategy);
      const empirical = exploitability(game, profile);
      const { args } = reference(`${set}.exploit_emp.N${players}`);
      for (const gain of empirical.gains) {
        expect(Math.abs(gain - number(`${set}.exploit_emp.N${players}`))).toBeLessThan(1e-10);
      }
      expect(empirical.profileCosts[0]).toBeCloseTo(args["J_profile"] as number, 10);
      expect(bestResponse(game, 1, profile).cost).toBeCloseTo(args["J_best"] as number, 10);

      const alone = expandDecentralised(model, players, strategy);
      const computed = exploitability(alone.game, alone.strategy);
      expect(Math.abs(computed.largest - number(`${set}.exploit_det.N${players}`))).toBeLessThan(1e-10);
      const record = reference(`${set}.exploit_det.N${players}`);
      expect(computed.profileCosts[0]).toBeCloseTo(record.args["J_profile"] as number, 10);
    }
  });

  it("equals the symmetric engine's where everything is switched on", () => {
    const model = crowded();
    const { strategy } = solveRiccati(model, limit);
    for (const players of [2, 4]) {
      const full = exploitability(expandPlayers(model, players), expandStrategy(model, players, strategy)).largest;
      const reduced = symmetricExploitability(model, players, strategy);
      expect(Math.abs(full / reduced - 1)).toBeLessThan(1e-9);
      const alone = expandDecentralised(model, players, strategy);
      const computed = exploitability(alone.game, alone.strategy).largest;
      const reducedAlone = symmetricExploitability(model, players, decentralised(strategy));
      expect(Math.abs(computed / reducedAlone - 1)).toBeLessThan(1e-9);
    }
  });

  it("is the difference of the costs it does not subtract", () => {
    const model = games["S4.A"];
    const game = expandPlayers(model, 3);
    const idle = { gain: (_t: number, out: { readonly data: Float64Array }) => void out.data.fill(0) };
    const { gains } = exploitability(game, idle);
    const costs = profileCosts(game, idle);
    gains.forEach((gain, i) => {
      expect(gain).toBeGreaterThan(0.1);
      expect(gain).toBeCloseTo(costs[i] - bestResponse(game, i, idle).cost, 11);
    });
  });
});
