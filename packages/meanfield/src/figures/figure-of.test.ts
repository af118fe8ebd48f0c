import { describe, expect, it } from "vitest";
import { InputError } from "../core/index.ts";
import { figureOf } from "./figure-of.ts";

const definition = {
  name: "mean_state",
  title: "Mean state",
  symbol: "\\bar x",
  unit: "euro",
  story: "Average over players.",
};
const many = Array.from({ length: 9 }, (_, i) => i / 8);

describe("figureOf", () => {
  it("names the figure in kebab-case and tells the story in the caption", () => {
    const figure = figureOf({ t: [0, 1], value: [1, 2] }, definition, { prefix: "systemic-risk" });
    expect(figure).toMatchObject({ name: "systemic-risk-mean-state", title: "Mean state" });
    expect(figure.caption).toBe("Mean state. Average over players.");
  });

  it("drops axes of one point and says where", () => {
    const figure = figureOf({ axes: { t: [0.5], x: many }, value: many }, definition);
    expect(figure.caption).toContain("Mean state at t = 0.5.");
    expect(figure.plot.x).toMatchObject({ domain: [0, 1] });
  });

  it("says words where points of an axis have some", () => {
    const health = { name: "health", grid: Float64Array.of(0, 1), labels: ["susceptible", "infected"] };
    const axes = { t: many, health: [0, 1] };
    const value = many.flatMap((t) => [1 - t, t]);
    const drawn = (named: (typeof health)[]): string =>
      JSON.stringify(figureOf({ axes, value }, definition, { named }).plot.marks);
    expect(drawn([health])).toContain('"infected"');
    expect(drawn([health])).not.toContain("health = ");
    expect(drawn([])).toContain('"health = 1"');
    const fixed = figureOf({ axes: { t: many, health: [1] }, value: many }, definition, { named: [health] });
    expect(fixed.caption).toContain("Mean state at infected.");
  });

  it("draws a single point, and says so where a field has too many axes", () => {
    expect(figureOf({ t: [0.5], value: [2] }, definition).caption).toBe("Mean state at t = 0.5. Average over players.");
    const axes = { x: [0, 1], y: [0, 1], z: [0, 1] };
    expect(() => figureOf({ axes, value: Array.from({ length: 8 }, () => 1) }, definition)).toThrow(InputError);
  });

  it("shows a field over the plane at up to nine of its times, in one scale of colours", () => {
    const times = Array.from({ length: 25 }, (_, n) => n / 24);
    const value = times.flatMap((t) => [0, t, 1, 2, 3, 4]);
    const figure = figureOf({ axes: { t: times, x: [0, 1], y: [0, 1, 2] }, value }, definition);
    const text = JSON.stringify(figure.plot.marks);
    for (const t of ["0", "0.125", "0.25", "0.375", "0.5", "0.625", "0.75", "0.875", "1"])
      expect(text).toContain(`"t = ${t}"`);
    expect(text).not.toContain('"t = 0.0417"');
    // Nine pictures and the scale.
    expect(text.split("data:image/png").length - 1).toBeGreaterThanOrEqual(1);
    expect(figure.width).toBe(640);
  });

  it("puts time across, whichever axis comes first", () => {
    const xs = Array.from({ length: 8 }, (_, i) => 3 + i);
    const across = figureOf({ axes: { t: many, x: xs }, value: many.flatMap((t) => xs.map((x) => t * x)) }, definition);
    const turned = figureOf({ axes: { x: xs, t: many }, value: xs.flatMap((x) => many.map((t) => t * x)) }, definition);
    expect(across.plot.x).toMatchObject({ domain: [0, 1] });
    expect(across.plot.y).toMatchObject({ domain: [3, 10] });
    expect(JSON.stringify(turned.plot)).toBe(JSON.stringify(across.plot));
  });
});
