import { describe, expect, it } from "vitest";
import { InputError } from "../core/index.ts";
import { particleCloud } from "./particle-cloud.ts";

const axes = { x: { title: "Input weight", symbol: "w" }, y: { title: "Output weight", symbol: "c" } };
const line = Array.from({ length: 61 }, (_, i) => -6 + 0.2 * i);
const density = {
  label: "the law",
  x: line,
  y: line,
  value: line.flatMap((u) => line.map((v) => Math.exp(-0.5 * (u * u + v * v)))),
};

describe("particleCloud", () => {
  it("shows all of the density that counts, and says what lies outside", () => {
    const far = { x: [...line, 60], y: [...line, 0] };
    const figure = particleCloud({ ...axes, name: "cloud", title: "Cloud", points: far, density });
    const [low, high] = domain(figure);
    // 95 per cent of a standard normal law of the plane lie within a radius of 2.45.
    expect(low).toBeLessThan(-2.4);
    expect(high).toBeGreaterThan(2.4);
    expect(figure.caption).toContain("Level lines enclose 95, 75, 50 and 25 per cent of the law.");
    const many = Array.from({ length: 400 }, (_, i) => Math.cos(i));
    const cut = particleCloud({
      ...axes,
      name: "c",
      title: "C",
      points: { x: [...many, 60], y: [...many, 0] },
      density,
    });
    expect(domain(cut)[1]).toBeLessThan(10);
    expect(cut.caption).toMatch(/\d+ of 401 lie outside/);
  });

  it("draws particles alone, and nothing where there is nothing", () => {
    const alone = particleCloud({ ...axes, name: "c", title: "C", points: { x: [1, 2], y: [0, 1] } });
    expect(alone.caption).toBe("C.");
    expect(() => particleCloud({ ...axes, name: "c", title: "C", points: { x: [], y: [] } })).not.toThrow();
    const flat = { ...density, value: density.value.map(() => 0) };
    expect(() =>
      particleCloud({ ...axes, name: "c", title: "C", points: { x: [1], y: [0] }, density: flat }),
    ).not.toThrow();
  });

  it("refuses a density that does not fill its grid", () => {
    const points = { x: [1], y: [0] };
    const with_ = (wrong: object) => () =>
      particleCloud({ ...axes, name: "c", title: "C", points, density: { ...density, ...wrong } });
    expect(with_({ value: [1, 2] })).toThrow(InputError);
    expect(with_({ x: [1] })).toThrow(/at least 2/);
  });
});

function domain({ plot }: ReturnType<typeof particleCloud>): readonly number[] {
  return (plot.x as { domain: readonly number[] }).domain;
}
