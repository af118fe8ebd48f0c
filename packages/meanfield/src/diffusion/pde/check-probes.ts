/** How functions of a person's model are tried at a point, and what is said where they are wrong. */

import { InputError } from "../../core/index.ts";
import type { HamiltonianSees, Population } from "./model.ts";

/** One situation of a player. */
export interface Probe {
  readonly t: number;
  readonly x: number;
  readonly y: number;
  readonly population: Population;
  /** Number of axes of the model. */
  readonly axes: number;
}

/** `t = 0.1, x = 0.2` of a point; y only in the plane, t where it is given. */
export function placeText(axes: number, x: number, y: number, t?: number): string {
  const text = (value: number): string => String(Number(value.toPrecision(4)));
  const place = axes === 1 ? `x = ${text(x)}` : `x = ${text(x)}, y = ${text(y)}`;
  return t === undefined ? place : `t = ${text(t)}, ${place}`;
}

/**
 * Checks that a function is finite and does not read of the population what it has not declared.
 *
 * @throws InputError naming `field`
 */
export function reads(
  field: string,
  sees: HamiltonianSees | undefined,
  at: (population: Population) => number,
  { t, x, y, population, axes }: Probe,
): void {
  const value = at(population);
  const where = placeText(axes, x, y, t);
  if (!Number.isFinite(value)) throw new InputError(`${field}.value`, value, `finite, as at ${where}`);
  const others: readonly [keyof HamiltonianSees, Population][] = [
    ["density", { ...population, density: 1.3 * population.density }],
    ["nearby", { ...population, nearby: 1.3 * population.nearby + 0.1 }],
    ["aggregates", { ...population, aggregates: population.aggregates.map((z) => 0.7 * z + 0.11) }],
  ];
  for (const [name, other] of others) {
    if (sees?.[name] === true) continue;
    if (at(other) !== value)
      throw new InputError(`${field}.sees.${name}`, sees?.[name], `true, since the value at ${where} changes with it`);
  }
}

/** Least and largest of three difference quotients around a point, widened by their rounding. */
export function slopeBetween(point: number, f: (point: number) => number): readonly [low: number, high: number] {
  const h = 1e-5 * (point === 0 ? 1 : Math.abs(point));
  const [before, here, after] = [f(point - h), f(point), f(point + h)];
  const quotients = [(after - here) / h, (here - before) / h, (after - before) / (2 * h)];
  const rounding = (8 * Number.EPSILON * Math.max(Math.abs(before), Math.abs(here), Math.abs(after))) / h;
  return [Math.min(...quotients) - rounding, Math.max(...quotients) + rounding];
}

/** Whether a derivative lies outside what differences say, by more than a millionth. */
export function differs(given: number, low: number, high: number): boolean {
  const tolerance = 1e-6 * (1 + Math.max(Math.abs(low), Math.abs(high)));
  return !(given >= low - tolerance && given <= high + tolerance);
}
