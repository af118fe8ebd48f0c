/** What games of the family declare alike. */

import { z } from "zod";
import { InputError, flag, json, real, whole } from "../core/index.ts";
import { givenLaw, uniformLaw } from "./space.ts";

/** T. */
export function horizonParameter(fallback: number) {
  return whole(fallback, "Horizon: decisions are taken at t = 0, 1, …, T", {
    symbol: "T",
    minimum: 1,
    maximum: 10_000,
  });
}

/** μ_0 as a list of shares, or `uniform`. */
export function initialParameter(fallback: "uniform" | number[], meaning = "one share a state, or uniform") {
  return json(z.union([z.literal("uniform"), z.array(z.number())]), fallback, `Initial law: ${meaning}`, "\\mu_0");
}

/** @throws InputError for a list that is no law. */
export function initialLaw(mu0: "uniform" | readonly number[], states: number): Float64Array {
  return mu0 === "uniform" ? uniformLaw(states) : givenLaw("mu0", mu0, states);
}

export function floorParameter(fallback: number) {
  return real(fallback, "Added to a share before its logarithm is taken", {
    symbol: "\\varepsilon",
    minimum: 0,
    open: "minimum",
    maximum: 1,
    scale: "log",
  });
}

export function stillParameter() {
  return real(0.5, "Probability that chance leaves a player where it went", {
    symbol: "p",
    minimum: 0,
    maximum: 1,
  });
}

/** For games whose usual implementation differs from what their name says. */
export function faithfulParameter(how: string) {
  return flag(false, `Exactly as in MFGLib: ${how}`);
}

/** @throws InputError unless `value` has that many entries. */
export function requireLength(field: string, value: readonly number[], length: number): void {
  if (value.length !== length) throw new InputError(field, value, `a list of ${length} numbers`);
}

/** The nearest place of an interval of places 0 … count − 1. */
export function clip(place: number, count: number): number {
  return Math.min(Math.max(place, 0), count - 1);
}

/** The place on a circle of places 0 … count − 1. */
export function wrap(place: number, count: number): number {
  return ((place % count) + count) % count;
}

/** Steps between two places on a circle. */
export function aroundCircle(from: number, to: number, count: number): number {
  const steps = Math.abs(from - to);
  return Math.min(steps, count - steps);
}
