/** Agents of the catalogue's games: what holds of all of them, whatever the family. */

import { describe, expect, it } from "vitest";
import { moving } from "./agents.testing.ts";
import { InputError } from "./core/index.ts";
import type { SolveRequest } from "./laboratory.ts";

const coarse = { points: 31, steps: 30 };
const games: readonly (readonly [id: string, request: SolveRequest, axes: readonly string[], frames: number])[] = [
  ["systemic-risk", {}, ["x"], 12],
  ["hotelling-resource", {}, ["x"], 12],
  ["energy-transition-threshold", { parameters: { s0: 0 } }, ["x"], 12],
  ["congestion", { options: coarse }, ["x"], 12],
  ["crowd-motion", { options: { points: 21, steps: 20 } }, ["x", "y"], 12],
  ["beach-bar", {}, ["x"], 3],
  ["predator-prey", {}, ["x", "y"], 11],
  ["kl-rates", {}, ["state"], 12],
  ["stationary-beach-bar", {}, ["x"], 12],
  ["malware-spread", {}, ["x"], 12],
  ["linear-network", {}, ["w", "c"], 12],
  ["noisy-neuron", {}, ["w"], 12],
];

describe.each(games)("agents of %s", (id, request, axes, frames) => {
  it("come in frames from 0 on, the same for the same seed, and stay away once they have left", async () => {
    const { move } = await moving(id, request);
    const paths = move({ agents: 300 });
    const { t, agents, coordinates, positions } = paths;
    expect(coordinates.map(({ name }) => name)).toEqual(axes);
    expect(t).toHaveLength(frames);
    expect(t[0]).toBe(0);
    expect(t.every((time, i) => i === 0 || time > t[i - 1])).toBe(true);
    expect(positions).toHaveLength(frames * agents * axes.length);
    expect(move({ agents: 300 }).positions).toEqual(positions);
    expect(paths.groups?.of.length ?? agents).toBe(agents);
    const stride = agents * axes.length;
    const returned = positions.findIndex(
      (x, i) => i >= stride && !Number.isNaN(x) && Number.isNaN(positions[i - stride]),
    );
    expect(returned).toBe(-1);
    expect(positions.subarray(0, stride).some(Number.isNaN)).toBe(false);
  });
});

describe("settings of agents", () => {
  it.each([
    ["agents", { agents: 0 }],
    ["agents", { agents: 1.5 }],
    ["frames", { frames: 1 }],
    ["seed", { seed: -1 }],
  ])("refuses a bad number of %s: %j", async (field, settings) => {
    const { move } = await moving("systemic-risk");
    expect(() => move(settings)).toThrow(InputError);
    expect(() => move(settings)).toThrow(new RegExp(`^${field} = `));
  });

  it("gives other luck to another seed", async () => {
    const { move } = await moving("systemic-risk");
    expect(move({ seed: 1 }).positions).not.toEqual(move({ seed: 2 }).positions);
  });

  it("ends at once where it is stopped", async () => {
    const { move } = await moving("congestion", { options: coarse });
    const { positions, agents } = move({ agents: 10_000, signal: AbortSignal.abort() });
    expect(positions.subarray(agents).every(Number.isNaN)).toBe(true);
  });
});
