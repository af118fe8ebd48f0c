import { describe, expect, it } from "vitest";
import { InputError, RefusalError } from "../../core/index.ts";
import type { ChaosSettings, RateTable } from "../../core/index.ts";
import { huntersAndHares, modelOf } from "../finite.testing.ts";
import { beachBar } from "../games/beach-bar.ts";
import { leftRight } from "../games/left-right.ts";
import { susceptibleInfected } from "../games/susceptible-infected.ts";
import type { FiniteModel } from "../model.ts";
import { chaosFinite } from "./chaos.ts";

function chaos(model: FiniteModel, settings: Partial<ChaosSettings>): RateTable {
  const run = chaosFinite(model, { players: [100, 1000, 10_000], repeats: 200, steps: 1, seed: 1, ...settings });
  let next = run.next();
  while (next.done !== true) next = run.next();
  return next.value;
}

/** E|K/N − p| for K binomial: (2/N) k C(N,k) pᵏ (1 − p)ᴺ⁻ᵏ⁺¹ with k = ⌊Np⌋ + 1, by de Moivre. */
function meanDistance(n: number, p: number): number {
  const k = Math.floor(n * p) + 1;
  let choose = 1;
  for (let i = 0; i < k; i++) choose *= ((n - i) / (i + 1)) * p;
  return (2 / n) * k * choose * (1 - p) ** (n - k + 1);
}

describe("propagation of chaos", () => {
  it("is known by hand for left and right", () => {
    const players = [10, 30, 90];
    const [law, pairs, reward, gain] = chaos(modelOf(leftRight), { players, repeats: 2000 }).columns;
    players.forEach((count, i) => {
      // Of the two times the first is at the centre for sure.
      const distance = meanDistance(count, 2 / 3) / 2;
      expect(Math.abs(law.value[i] - distance)).toBeLessThan(4 * (law.standardError?.[i] ?? 0));
      // At the centre all choose, with the same shares; at the sides each choice is free, with shares of two thirds and one.
      expect(pairs.value[i]).toBeGreaterThan(2 * law.value[i]);
      // The policy is an equilibrium's to 1e-6, and misses its shares by the root of that at most.
      expect(Math.abs(gain.value[i] - 1 / (3 * count))).toBeLessThan(2e-6);
      // −p² − 2(1 − p)² is largest at 2/3, so that it errs by 3(p − 2/3)², on average 3·(2/9)/N.
      const gap = 2 / (3 * count);
      expect(Math.abs(reward.value[i] - gap)).toBeLessThan(4 * (reward.standardError?.[i] ?? 0));
    });
  });

  it("has the rate N^−½ where moves see the law", () => {
    const { columns } = chaos(modelOf(susceptibleInfected, { T: 4 }), {});
    expect(columns.map(({ name }) => name)).toEqual(["law_error", "pair_error", "reward_error", "deviation_gain"]);
    for (const { slope } of columns.slice(0, 3)) {
      // 200 repeats know each error to some five per cent, and the slope over two decades to less than 0.02.
      expect(Math.abs((slope?.slope ?? 0) + 0.5)).toBeLessThan(0.06);
    }
  });

  it("has ε-Nash equilibria with ε = c/N where crowds are shunned, and no chance in that", () => {
    const [gain, ...others] = chaos(modelOf(beachBar), { players: [100, 1000, 10_000, 100_000], repeats: 0 }).columns;
    expect(others).toEqual([]);
    expect(gain.name).toBe("exploitability");
    expect(gain.standardError).toBeUndefined();
    // The next order is 1/N of it, and what the policy leaves in the limit below a tenth of the last but one.
    expect(Math.abs((gain.slope?.slope ?? 0) + 1)).toBeLessThan(0.03);
  });

  it("gives a number of players the same errors whatever others are asked for", () => {
    const model = modelOf(leftRight);
    const alone = chaos(model, { players: [1000], repeats: 20 });
    const among = chaos(model, { players: [100, 1000], repeats: 20 });
    expect(among.columns[0].value[1]).toBe(alone.columns[0].value[0]);
  });

  it("returns the numbers of players done when it is stopped", () => {
    const stop = new AbortController();
    const settings = { players: [100, 1000], repeats: 10, steps: 1, seed: 1, signal: stop.signal };
    const run = chaosFinite(modelOf(leftRight), settings);
    let next = run.next();
    while (next.done !== true) {
      if (next.value > 0.5) stop.abort();
      next = run.next();
    }
    expect(next.value.players).toEqual([100]);
    expect(next.value.columns[0].value).toHaveLength(1);
  });

  it("refuses no repeats and players that do not increase", () => {
    expect(() => chaos(huntersAndHares(), { repeats: 0 })).toThrow(RefusalError);
    expect(() => chaos(huntersAndHares(), { players: [10, 10] })).toThrow(InputError);
  });
});
