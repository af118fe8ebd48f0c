import { expect, it } from "vitest";
import { column, moving } from "./agents.testing.ts";

// Draws have equal bits everywhere; exponentials and logarithms may differ in their last, and what is kept is in single precision.
it.each([
  ["beach-bar", {}, 2, [1.707, 3.955]],
  ["congestion", { options: { points: 31, steps: 30 } }, 11, [0.534_833_160_126_349, 0.352_649_650_985_062_73]],
  ["kl-rates", {}, 11, [0.377, 0.517]],
  ["systemic-risk-common-noise", {}, 11, [0.488_872_208_453_714_9, 0.247_357_889_121_843_06]],
] as const)(
  "agents of %s stand at the same places in Node and in a page",
  async (id, request, frame, [mean, square]) => {
    const { move } = await moving(id, request);
    const end = column(move({ agents: 1000, seed: 11 }), frame);
    expect(end.reduce((sum, x) => sum + x, 0) / 1000).toBeCloseTo(mean, 6);
    expect(end.reduce((sum, x) => sum + x * x, 0) / 1000).toBeCloseTo(square, 6);
  },
);
