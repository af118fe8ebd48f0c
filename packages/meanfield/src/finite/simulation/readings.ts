/** Numbers of a game at one time that are drawn and printed along it: what the laws are like, and what they pay. */

import { recordedSteps } from "../../core/index.ts";
import type { Field, FieldPart } from "../flow.ts";
import type { FiniteAxis, FiniteModel } from "../model.ts";
import { placesOf } from "../space.ts";
import { rewardAt } from "./crowd.ts";

export interface Readings {
  /** `mean_x`, `share_infected`, `reward`; with the population's name behind where there are several. */
  readonly names: readonly string[];
  /** At most 401 of the times 0 … T. */
  readonly times: readonly number[];
  /** One row a name, one entry a time: writes the column of times[k] at what the field holds for it. */
  readonly write: (field: Field, k: number, out: Float64Array) => void;
  /** The rows of a table so written. */
  readonly rows: (table: Float64Array) => Readonly<Record<string, Float64Array>>;
}

/** Axes of named places show the share of each, where these are few. */
const mostLabels = 8;

export function readingsOf({ populations, horizon }: FiniteModel): Readings {
  const times = recordedSteps(horizon);
  const entries = populations.flatMap(({ name, states }, p) => {
    const suffix = populations.length > 1 ? `_${name}` : "";
    const weighted = states
      .flatMap((axis, i) => weightsOf(axis).map(({ word, value }) => ({ word, value, i })))
      .map(({ word, value, i }) => {
        const weights = statesOf(states).map((places) => value(places[i]));
        return { name: `${word}${suffix}`, read: (part: FieldPart, t: number) => average(part, t, weights) };
      });
    return [...weighted, { name: `reward${suffix}`, read: meanReward }].map((entry) => ({ ...entry, p }));
  });
  return {
    names: entries.map(({ name }) => name),
    times,
    write: ({ parts }, k, out) => {
      entries.forEach(({ read, p }, row) => (out[row * times.length + k] = read(parts[p], times[k])));
    },
    rows: (table) =>
      Object.fromEntries(
        entries.map(({ name }, row) => [name, table.slice(row * times.length, (row + 1) * times.length)]),
      ),
  };
}

function statesOf(axes: readonly FiniteAxis[]): number[][] {
  const count = axes.reduce((size, { grid }) => size * grid.length, 1);
  return Array.from({ length: count }, (_, s) => placesOf(axes, s));
}

function weightsOf({ name, grid, labels }: FiniteAxis): { word: string; value: (place: number) => number }[] {
  if (labels === undefined) return [{ word: `mean_${name}`, value: (place) => grid[place] }];
  if (labels.length > mostLabels) return [];
  return labels.map((label, i) => ({
    word: `share_${label.toLowerCase().replaceAll(/[^a-z0-9]+/g, "_")}`,
    value: (place) => (place === i ? 1 : 0),
  }));
}

function average({ population: { states }, mu }: FieldPart, t: number, weights: readonly number[]): number {
  let sum = 0;
  for (let s = 0; s < states; s++) sum += mu[t * states + s] * weights[s];
  return sum;
}

/** Σ L_t(s,a) r_t(s,a): what a player earns at t on average. */
export function meanReward(part: FieldPart, t: number): number {
  const { states, actions } = part.population;
  let sum = 0;
  for (let s = 0, i = t * states * actions; s < states; s++) {
    for (let a = 0; a < actions; a++, i++) if (part.pairs[i] > 0) sum += part.pairs[i] * rewardAt(part, t, s, a);
  }
  return sum;
}
