import { describe, expect, it } from "vitest";
import { InputError } from "../core/index.ts";
import { compile, emptyField, enterable, induce, meanMoves, wholeAxis } from "../finite/index.ts";
import type { FiniteModel } from "../finite/index.ts";
import { modelOf } from "../finite/finite.testing.ts";
import { fourRooms, maze } from "../finite/floor-plans.ts";
import { crowdAvoidance } from "../finite/games/crowd-avoidance.ts";
import { crowdModelling2d } from "../finite/games/crowd-modelling-2d.ts";
import { predatorPrey } from "../finite/games/predator-prey.ts";
import { finiteGameFigures, tellingTimes } from "./finite-game.ts";
import { kindsOfStates, uniform, walkers } from "./finite-samples.testing.ts";

const along = (model: FiniteModel) => {
  const field = emptyField(compile(model));
  induce(field, uniform(model));
  return field;
};

const roomed = (size: number, walls: readonly (readonly [number, number])[]) => {
  const start = { initial_distribution: [[1, 1]], initial_distribution_value: [1] };
  return modelOf(crowdModelling2d, { ...start, size, horizon: 3, forbidden_states: walls });
};

describe("pictures of a finite game", () => {
  it.each([
    ["line", ["flow", "policy", "value"]],
    ["two lines", ["flow", "policy-first", "policy-second", "value"]],
    ["named", ["flow", "flow-simplex", "policy-susceptible", "policy-infected", "policy-recovered", "value"]],
    ["plane", ["flow", "flow-animation", "moves", "policy", "value"]],
    ["two planes", ["flow", "flow-animation", "moves", "policy-1", "policy-2", "value"]],
    ["layers", ["flow", "flow-animation", "moves", "policy-1", "policy-2", "policy-3", "value"]],
    [
      "line and plane",
      ["flow-first", "policy-first", "value-first"].concat(
        ["flow", "flow-animation", "moves", "policy", "value"].map((name) => `${name}-second`),
      ),
    ],
  ])("go by what its states are: %s", (kind, names) => {
    const model = kindsOfStates[kind];
    const figures = finiteGameFigures({ model, policy: uniform(model), title: "Walkers" });
    expect(figures.map(({ name }) => name)).toEqual(names);
    expect(figures.filter(({ film }) => film !== undefined).map(({ name }) => name)).toEqual(
      names.filter((name) => name.startsWith("flow-animation")),
    );
  });

  it("are none of states on four axes, and refuse policies of other games", () => {
    const model = walkers(["w", "x", "y", "z"].map((name) => wholeAxis(name, 2)));
    expect(finiteGameFigures({ model, policy: uniform(model), title: "Walkers" })).toEqual([]);
    expect(() => finiteGameFigures({ model, policy: [new Float64Array(3)], title: "Walkers" })).toThrow(InputError);
  });

  it("say how many of many times they draw, in lines as in films", () => {
    const long = walkers([wholeAxis("x", 9)], { horizon: 1000 });
    const [flow] = finiteGameFigures({ model: long, policy: uniform(long), title: "Walkers" });
    expect(flow.caption).toContain("300 of the 1001 times are drawn.");
    const plane = walkers([wholeAxis("x", 3), wholeAxis("y", 3)], { horizon: 500 });
    const [, film] = finiteGameFigures({ model: plane, policy: uniform(plane), title: "Walkers" });
    expect(film.caption).toContain("120 of the 501 times are drawn.");
    expect(film.film?.frames).toHaveLength(120);
    expect(film.film?.frames.at(-1)?.label.text).toBe("t = 500");
  });

  it.each([
    ["four rooms", roomed(13, fourRooms), fourRooms, 13],
    ["a maze", roomed(22, maze), maze, 22],
    ["no walls", roomed(5, []), [], 5],
  ])("show as walls what nobody can enter: %s", (_, model, walls, size) => {
    const closed = Array.from(enterable(along(model), 0), (one) => 1 - one);
    expect(closed).toEqual(
      Array.from({ length: size * size }, (_one, s) => Number(walls.some(([x, y]) => s === x * size + y))),
    );
  });

  it("show as walls those of two populations who bounce off them", () => {
    const size = 3;
    const walls = [
      [1, 0],
      [1, 1],
      [1, 2],
    ] as const;
    const init = [
      [
        [1, 0, 0],
        [0, 0, 0],
        [0, 0, 0],
      ],
      [
        [0, 0, 0],
        [0, 0, 0],
        [0, 0, 1],
      ],
    ];
    const model = modelOf(crowdAvoidance, {
      size,
      forbidden_states: walls,
      init_distrib: init,
      target_positions: [
        [0, 0],
        [2, 2],
      ],
    });
    const open = [0, 1].map((p) => Array.from(enterable(along(model), p)));
    // A wall down the middle leaves each on its own side.
    expect(open).toEqual([
      [1, 1, 1, 0, 0, 0, 0, 0, 0],
      [0, 0, 0, 0, 0, 0, 1, 1, 1],
    ]);
  });
});

describe("mean moves", () => {
  it("are a fifth of a step away from the edges for who takes each of five moves alike", () => {
    // They cancel but at the edges of the grid, from which nobody leaves.
    const model = modelOf(predatorPrey, { size: 5, noise_probability: 0 });
    const moves = meanMoves(along(model), uniform(model), 0, 0, [5, 5]);
    const at = (x: number, y: number): number[] => Array.from(moves.subarray(2 * (5 * x + y)).slice(0, 2));
    expect(at(2, 2)).toEqual([0, 0]);
    expect(at(0, 2)[0]).toBeCloseTo(0.2, 14);
    expect(at(2, 4)[1]).toBeCloseTo(-0.2, 14);
  });

  it("go around a torus by the shorter way", () => {
    const model = modelOf(predatorPrey, { size: 5, noise_probability: 0, geometry: "torus" });
    expect([...meanMoves(along(model), uniform(model), 0, 0, [5, 5])].every((step) => Math.abs(step) < 1e-14)).toBe(
      true,
    );
  });
});

describe("times of a strip", () => {
  it("are those at which a crowd moves, first and last among them", () => {
    const model = walkers([wholeAxis("x", 4), wholeAxis("y", 4)], { horizon: 200 });
    const field = along(model);
    const times = tellingTimes(field, 200, 10);
    expect(times).toHaveLength(10);
    expect([times[0], times[9]]).toEqual([0, 200]);
    times.slice(1).forEach((t, i) => expect(t).toBeGreaterThan(times[i]));
    // The walk around sixteen cells mixes within some 100 steps.
    expect(times[5]).toBeLessThan(100);
    expect(tellingTimes(field, 200, 300)).toHaveLength(201);
    expect(tellingTimes(field, 3, 4)).toEqual([0, 1, 2, 3]);
  });
});
