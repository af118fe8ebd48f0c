import { expect, it } from "vitest";
import type { PlayedGame } from "../engine/protocol.ts";
import { estimateRows } from "./played.ts";

const about = (mean: number) => ({ mean, low: mean - 1, high: mean + 1 });
const played: PlayedGame = {
  players: 3,
  paths: 2,
  cost: about(5),
  scalars: { gain: about(0) },
  exact: { cost: 5.5, systemic_probability: 0.2 },
  limits: { gain: 0.25 },
  defaults: {
    level: -1,
    single: about(0.5),
    systemic: about(0.25),
    count: { value: new Float64Array(4), standardError: new Float64Array(4) },
  },
  t: new Float64Array(0),
  samples: [],
  sampleAxis: { title: "State", symbol: "x" },
  remarks: [],
};

it("estimates stand beside what they are for so many players, and what they tend to", () => {
  const scalar = { name: "cost", axes: [], value: Float64Array.of(6) };
  const series = {
    name: "gain",
    axes: [{ name: "t", kind: "continuous", grid: Float64Array.of(0) }],
    value: Float64Array.of(9),
  } as const;
  expect(estimateRows(played, { cost: scalar, default_probability: series })).toEqual([
    { name: "cost", estimate: about(5), exact: 5.5, limit: 6 },
    { name: "gain", estimate: about(0), limit: 0.25 },
    { name: "default_probability", estimate: about(0.5) },
    { name: "systemic_probability", estimate: about(0.25), exact: 0.2 },
  ]);
});
