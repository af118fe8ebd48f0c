import { describe, expect, it } from "vitest";
import { logLogSlope, randomStream } from "../../numeric/index.ts";
import { minimisers } from "./meta-solver.ts";
import { dot } from "./regret-minimiser.ts";
import type { RegretMinimiser } from "./regret-minimiser.ts";
import { withoutSwapRegret } from "./swap-regret.ts";

const count = 5;
const rounds = [64, 256, 1024, 4096] as const;
const seeds = Array.from({ length: 12 }, (_, seed) => seed);

type Play = (choose: RegretMinimiser, payoffs: (t: number) => Float64Array, T: number) => number;

/** The mean regret, against the best thing always, after T rounds. */
const external: Play = (choose, payoffs, T) => {
  const regrets = new Float64Array(count);
  for (let t = 0; t < T; t++) {
    const now = payoffs(t);
    const mean = dot(choose.shares, now);
    for (let i = 0; i < count; i++) regrets[i] += now[i] - mean;
    choose.learn(now);
  }
  return Math.max(...regrets) / T;
};

/** The mean regret against the best thing in the place of each. */
const swap: Play = (choose, payoffs, T) => {
  const regrets = Array.from({ length: count }, () => new Float64Array(count));
  for (let t = 0; t < T; t++) {
    const now = payoffs(t);
    regrets.forEach((row, j) => {
      for (let i = 0; i < count; i++) row[i] += choose.shares[j] * (now[i] - now[j]);
    });
    choose.learn(now);
  }
  return regrets.reduce((sum, row) => sum + Math.max(...row), 0) / T;
};

/** Fair coins, of which none is better: regret is then chance alone, and falls like √(ln n ⁄ T) for whoever plays. */
function coins(seed: number): (t: number) => Float64Array {
  const stream = randomStream(seed, 0);
  const out = new Float64Array(count);
  return (t) => out.map((_, i) => (stream.uniform(t * count + i) < 0.5 ? 0 : 1));
}

function meanOver(play: Play, make: () => RegretMinimiser, T: number): number {
  return seeds.reduce((sum, seed) => sum + play(make(), coins(seed), T), 0) / seeds.length;
}

const all = Object.entries(minimisers);
const guaranteed = all.filter(([name]) => !name.includes("replicator"));

describe("learning without regret", () => {
  it.each(guaranteed)("%s: mean regret falls like 1/√T", (_name, make) => {
    const regrets = rounds.map((T) => meanOver(external, () => make(count), T));
    // A dozen seeds leave the slope about 0.1 uncertain.
    expect(Math.abs(logLogSlope(rounds, regrets).slope + 0.5)).toBeLessThan(0.15);
  });

  it("hedge stays below 2√(ln n ⁄ T) whatever comes", () => {
    // What the leader was before is taken from it, which spoils those who follow leaders.
    for (const T of rounds) {
      const choose = minimisers.hedge(count);
      const spiteful = (): Float64Array => {
        const top = Math.max(...choose.shares);
        return choose.shares.map((share) => (share === top ? 0 : 1));
      };
      expect(external(choose, spiteful, T)).toBeLessThan(2 * Math.sqrt(Math.log(count) / T));
      expect(meanOver(external, () => minimisers.hedge(count), T)).toBeLessThan(2 * Math.sqrt(Math.log(count) / T));
    }
  });

  it.each(all)("%s: finds what is always best, and its shares stay shares", (_name, make) => {
    const choose = make(3);
    const payoffs = Float64Array.of(-7, 2, 1);
    for (let t = 0; t < 2000; t++) choose.learn(payoffs);
    // Polynomial weights have started anew not long ago.
    expect(choose.shares[1]).toBeGreaterThan(0.8);
    expect(Math.abs(choose.shares.reduce((sum, share) => sum + share, 0) - 1)).toBeLessThan(1e-13);
  });

  it.each(guaranteed)("%s in rows: no swap regret either", (_name, make) => {
    const shorter = rounds.slice(0, 3);
    const regrets = shorter.map((T) => meanOver(swap, () => withoutSwapRegret(count, make), T));
    expect(logLogSlope(shorter, regrets).slope).toBeLessThan(-0.35);
  });
});
