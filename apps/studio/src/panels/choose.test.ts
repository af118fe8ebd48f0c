import { describe, expect, it } from "vitest";
import type { Field, FieldAxis } from "../engine/protocol.ts";
import { firstChoices, picturesOf, pointInWords, pointName } from "./choose.ts";

const axis = (name: string, count: number, kind: FieldAxis["kind"] = "discrete"): FieldAxis => ({
  name,
  kind,
  grid: Float64Array.from({ length: count }, (_, i) => i),
});

function field(name: string, axes: readonly FieldAxis[], at: (...places: number[]) => number = () => 0): Field {
  const places = axes.reduce<number[][]>(
    (rows, { grid }) => rows.flatMap((row) => [...grid].map((x) => [...row, x])),
    [[]],
  );
  return { name, axes, value: Float64Array.from(places, (row) => at(...row)) };
}

const t = axis("t", 5, "continuous");

describe("pictures", () => {
  it.each([
    [[t], ["lines"]],
    [[axis("class", 4)], ["bars"]],
    [[t, axis("x", 40, "continuous")], ["heat"]],
    [
      [t, axis("state", 3)],
      ["stack", "simplex"],
    ],
    [[t, axis("state", 6)], ["stack"]],
    [[t, axis("x", 7), axis("y", 7)], ["plane"]],
    [[t, axis("floor", 2), axis("l", 7), axis("w", 7)], ["plane"]],
    [[axis("t", 1), axis("x", 9, "continuous")], ["lines"]],
  ] as const)("suit the shape of the population %#", (axes, kinds) => {
    const pictures = picturesOf({ flow: field("flow", axes) }, { quantities: [], roads: null });
    expect(pictures.map(({ kind }) => kind)).toEqual(kinds);
  });

  it("put roads first where a game has them, then who is where", () => {
    const fields = {
      value: field("value", [t, axis("x", 9)]),
      flow: field("flow", [t, axis("place", 9)]),
      link_volume: field("link_volume", [t, axis("road", 5)]),
    };
    const pictures = picturesOf(fields, { quantities: [], roads: "link_volume" });
    expect(pictures.map(({ field, kind }) => `${field} ${kind}`)).toEqual([
      "link_volume roads",
      "flow heat",
      "value heat",
    ]);
  });
});

describe("populations of several types", () => {
  it("are drawn over places, one type at a time", () => {
    const pictures = picturesOf(
      { flow: field("flow", [t, axis("type", 5, "continuous"), axis("x", 9)]) },
      { quantities: [], roads: null },
    );
    expect(pictures.map(({ kind, drawn }) => [kind, ...drawn])).toEqual([["heat", "t", "x"]]);
  });
});

describe("points of an axis", () => {
  it("have words, or their numbers", () => {
    const health = { ...axis("health", 2), labels: ["well", "ill"] };
    expect([pointName(health, 1), pointInWords(health, 1)]).toEqual(["ill", "ill"]);
    expect([pointName(axis("at_home", 2), 1), pointInWords(axis("at_home", 2), 1)]).toEqual(["1", "at home 1"]);
  });

  it("are chosen where there is something to be seen, the first where there never is", () => {
    const rates = [t, axis("from", 3), axis("to", 3)];
    const seen = field("rates", rates, (time, from, to) => (from === 1 && to === 2 ? time : 0));
    expect(firstChoices(seen, ["t"])).toEqual({ from: 1, to: 2 });
    const last = field("rates", rates, (time, from, to) =>
      from === 2 && to === 1 ? time : from === 0 ? 0.01 * time : 0,
    );
    expect(firstChoices(last, ["t"])).toEqual({ from: 2, to: 1 });
    expect(firstChoices(field("rates", rates), ["t"])).toEqual({ from: 0, to: 0 });
    expect(firstChoices(seen, ["t", "from", "to"])).toEqual({});
  });
});
