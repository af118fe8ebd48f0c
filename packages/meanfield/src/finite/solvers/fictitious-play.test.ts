import { describe, expect, it } from "vitest";
import { findRoot } from "../../numeric/index.ts";
import { anySolver, huntersAndHares, modelOf, solved } from "../finite.testing.ts";
import { beachBar } from "../games/beach-bar.ts";
import { conservativeTreasureHunting } from "../games/conservative-treasure-hunting.ts";
import { crowdModelling } from "../games/crowd-modelling.ts";
import { equilibriumPrice } from "../games/equilibrium-price.ts";
import { leftRight } from "../games/left-right.ts";
import { randomLinear } from "../games/random-linear.ts";
import { rockPaperScissors } from "../games/rock-paper-scissors.ts";
import { fictitiousPlay } from "./fictitious-play.ts";
import { fixedPoint } from "./fixed-point.ts";

const [play, fixed] = [fictitiousPlay, fixedPoint].map(anySolver);

/** What left pays more than right where the share x is left. */
function advantage(x: number): number {
  return 2 * (1 - x) - x;
}

/** The share of responses that go left. */
function response(x: number, temperature: number): number {
  if (temperature > 0) return 1 / (1 + Math.exp(-advantage(x) / temperature));
  return Math.abs(advantage(x)) < 1e-12 ? 0.5 : advantage(x) > 0 ? 1 : 0;
}

function exploitability(x: number): number {
  return Math.max(-x, -2 * (1 - x)) + x * x + 2 * (1 - x) ** 2;
}

/** The curve of averages of responses in left-right, by hand. */
function byHand(share: (k: number) => number, temperature: number, count: number): number[] {
  let x = 0.5;
  return Array.from({ length: count }, (_, k) => {
    if (k > 0) x += share(k - 1) * (response(x, temperature) - x);
    return exploitability(x);
  });
}

describe("fictitious play, beside left or right by hand", () => {
  const rules = [
    [{ weights: "uniform" }, (k: number): number => 1 / (k + 2)],
    [{ weights: "responses" }, (k: number): number => 1 / (k + 1)],
    [{ weights: "linear" }, (k: number): number => 2 / (k + 3)],
    [{ weights: "frank-wolfe" }, (k: number): number => 2 / (k + 2)],
    [{ alpha: 0.1 }, (): number => 0.1],
  ] as const;

  it.each(
    rules.flatMap(([options, share]) =>
      [0, 0.05, 1].map((temperature) => [{ ...options, temperature }, share] as const),
    ),
  )("%j", (options, share) => {
    const { trace } = solved(play, modelOf(leftRight), { ...options, tolerance: 0 }, 60);
    const expected = byHand(share, options.temperature, 60);
    trace.forEach(({ k, exploitability: found }) =>
      expect(Math.abs(found - expected[k]), `iterate ${k}`).toBeLessThan(1e-13),
    );
  });

  it.each([0.3, 1])("soft fixed points at temperature %d", (temperature) => {
    const { trace } = solved(fixed, modelOf(leftRight), { alpha: 0.2, temperature, tolerance: 0 }, 200);
    const x = findRoot((share) => response(share, temperature) - share, 0, 1);
    // A contraction by 0.8 + 0.2·(slope of the response, down to −2.3) a step.
    expect(Math.abs(trace[199].exploitability - exploitability(x))).toBeLessThan(1e-13);
    expect(exploitability(x)).toBeGreaterThan(1e-3);
  });
});

describe("fictitious play with searched shares", () => {
  it.each([
    ["left-right", modelOf(leftRight), 2],
    ["conservative-treasure-hunting", modelOf(conservativeTreasureHunting), 2],
    ["equilibrium-price", modelOf(equilibriumPrice), 4],
  ])("is exact where the response pays until the equilibrium: %s", (_name, model, few) => {
    const outcome = solved(play, model, { weights: "line-search", tolerance: 1e-12 }, few);
    expect(outcome.outcome).toBe("converged");
  });

  it.each([
    ["beach-bar", modelOf(beachBar), 5],
    ["crowd-modelling", modelOf(crowdModelling), 2],
    ["random-linear", modelOf(randomLinear), 20],
  ])("is several times nearer than equal shares in %s", (_name, model, times) => {
    const [searched, usual] = ["line-search", "uniform"].map((weights) => {
      const { trace } = solved(play, model, { weights, tolerance: 0 }, 101);
      return trace[100].exploitability;
    });
    expect(searched).toBeLessThan(usual / times);
  });

  it.each([
    ["rock-paper-scissors", modelOf(rockPaperScissors)],
    ["hunters and hares", huntersAndHares()],
  ])("takes no longer steps where the way turns: %s", (_name, model) => {
    const { trace } = solved(play, model, { weights: "line-search", tolerance: 0 }, 301);
    const best = (until: number): number => Math.min(...trace.slice(0, until).map((row) => row.exploitability));
    // Like 1/k.
    expect(best(301)).toBeLessThan(best(31) / 5);
  });
});
