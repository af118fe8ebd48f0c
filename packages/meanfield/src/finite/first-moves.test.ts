import { expect, it } from "vitest";
import { firstMoves } from "./first-moves.ts";

it("takes the first path, depth first, not the shortest or the last", () => {
  // On a circle of three: stay (0) or step on (1), no noise.
  const walk = {
    states: 3,
    times: 3,
    starts: [0, 1],
    actions: () => [0, 1],
    aim: (s: number, a: number) => (s + a) % 3,
    pushed: (s: number) => [s],
  };
  // From 0: stay, stay; then at t = 1 on to 1; then step to 1 at t = 1, of which 1 at t = 2 is known, and on to 2.
  // From 1, staying is known; stepping on comes to 2 at t = 1, and from there to 0 at t = 2, which is known.
  expect([...firstMoves(walk)]).toEqual([-1, -1, -1, 0, 1, 1, 0, 1, 1]);
});

it("charges what chance leads to with the player's action, and marks what is never reached", () => {
  const first = firstMoves({
    states: 4,
    times: 2,
    starts: [1],
    actions: () => [3],
    aim: (s) => s,
    pushed: (s) => [s, s + 1],
  });
  expect([...first]).toEqual([-1, -1, -1, -1, -1, 3, 3, -1]);
});
