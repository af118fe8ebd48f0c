/** Which picture suits which quantity: by the shape of what was computed, never by the name of a game. */
import type { Field, FieldAxis, GameDescription } from "../engine/protocol.ts";
import { digits } from "../text/words.ts";

export type PictureKind = "lines" | "bars" | "heat" | "plane" | "stack" | "simplex" | "roads";
export type Role = "population" | "value" | "control" | "other";

export interface Picture {
  /** Unique on the page; the panel's name in links. */
  readonly id: string;
  readonly kind: PictureKind;
  /** Names of the fields that are drawn. */
  readonly field: string;
  readonly title: string;
  readonly symbol?: string;
  readonly unit?: string;
  readonly story: string;
  readonly role: Role;
  /** Axes that are drawn; others are chosen by a person. */
  readonly drawn: readonly string[];
}

const order: readonly Role[] = ["population", "value", "control", "other"];

/** The pictures of an answer, what a person looks for first in front. */
export function picturesOf(
  fields: Readonly<Record<string, Field>>,
  { quantities, roads }: Pick<GameDescription, "quantities" | "roads">,
): readonly Picture[] {
  const pictures = Object.values(fields).flatMap((field) => {
    const definition = quantities.find(({ name }) => name === field.name);
    const title = definition?.title ?? sentence(field.name.replaceAll("_", " "));
    const shapes = field.name === roads ? [{ kind: "roads" as const, drawn: ["t"] }] : shapesOf(field);
    return shapes.map(({ kind, drawn }, i): Picture => ({
      id: i === 0 ? field.name : `${field.name}-${kind}`,
      kind,
      field: field.name,
      title: kind === "simplex" ? `${title}, in the triangle` : title,
      ...(definition?.symbol === undefined ? {} : { symbol: definition.symbol }),
      ...(definition?.unit === undefined ? {} : { unit: definition.unit }),
      story: definition?.story ?? "",
      // Who drives where is the population of a road network.
      role: kind === "roads" ? "population" : roleOf(field.name),
      drawn,
    }));
  });
  const rank = ({ role, kind, drawn }: Picture): number =>
    order.indexOf(role) * 10 + (kind === "roads" ? -1 : drawn.length > 1 ? 0 : 5) + (kind === "simplex" ? 1 : 0);
  return pictures.toSorted((a, b) => rank(a) - rank(b));
}

function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function roleOf(name: string): Role {
  if (/^(density|flow|law)(_|$)/.test(name)) return "population";
  if (/^value(_|$)/.test(name)) return "value";
  if (/^(control|policy|rates?)(_|$)/.test(name)) return "control";
  return "other";
}

/** The axes along which there is something to see. */
export function longAxes({ axes }: Field): readonly FieldAxis[] {
  return axes.filter(({ grid }) => grid.length > 1);
}

interface Shape {
  readonly kind: PictureKind;
  readonly drawn: readonly string[];
}

function shapesOf(field: Field): readonly Shape[] {
  const axes = longAxes(field);
  const [first, second, third] = axes;
  if (first === undefined) return [];
  const names = axes.map(({ name }) => name);
  if (axes.length === 1)
    return [{ kind: first.kind === "discrete" && first.name !== "t" ? "bars" : "lines", drawn: names }];
  const population = roleOf(field.name) === "population";
  if (first.name === "t") {
    if (axes.length === 2) {
      if (population && second.kind === "discrete" && second.grid.length <= 8)
        return [
          { kind: "stack", drawn: names },
          ...(second.grid.length === 3 ? [{ kind: "simplex" as const, drawn: names }] : []),
        ];
      if (second.grid.length <= 3) return [{ kind: "lines", drawn: ["t"] }];
      return [{ kind: "heat", drawn: names }];
    }
    // A second axis of the plane has the kind and about the size of the first; a move or a class has not.
    const planar = third.kind === second.kind && isPlace(second.name) && isPlace(third.name);
    if (planar) return [{ kind: "plane", drawn: ["t", second.name, third.name] }];
    if (axes.length >= 4 && axes[3].kind === second.kind && isPlace(third.name) && isPlace(axes[3].name))
      return [{ kind: "plane", drawn: ["t", third.name, axes[3].name] }];
    // Where people are is looked at before of what type they are.
    const across = axes.slice(1).find(({ name }) => isPlace(name)) ?? second;
    if (across.grid.length <= 3) return [{ kind: "lines", drawn: ["t"] }];
    return [{ kind: "heat", drawn: ["t", across.name] }];
  }
  if (axes.length === 2 && isPlace(first.name) && isPlace(second.name)) return [{ kind: "plane", drawn: names }];
  if (axes.length === 2) return [{ kind: "heat", drawn: names }];
  return [{ kind: first.kind === "discrete" ? "bars" : "lines", drawn: [first.name] }];
}

/** Names of coordinates of a plane, as games call them. */
function isPlace(name: string): boolean {
  return ["x", "y", "l", "w", "row", "column"].includes(name);
}

/** More slices than this are not looked through. */
const mostSlices = 200;

/** A slice that moves less than this share of the liveliest is as good as flat. */
const lively = 0.2;

/** The first points on the axes that are not drawn at which a field is far from flat along those that are; the very first where it always is. */
export function firstChoices(field: Field, drawn: readonly string[]): Readonly<Record<string, number>> {
  const others = longAxes(field).filter(({ name }) => !drawn.includes(name));
  const count = others.reduce((product, { grid }) => product * grid.length, 1);
  if (others.length === 0 || count > mostSlices) return {};
  const least = new Float64Array(count).fill(Infinity);
  const most = new Float64Array(count).fill(-Infinity);
  const places = field.axes.map(() => 0);
  for (const value of field.value) {
    let slice = 0;
    field.axes.forEach((axis, a) => {
      if (others.includes(axis)) slice = slice * axis.grid.length + places[a];
    });
    if (value < least[slice]) least[slice] = value;
    if (value > most[slice]) most[slice] = value;
    // Row-major: the last axis moves first.
    for (let a = places.length - 1; a >= 0; a--) {
      places[a] += 1;
      if (places[a] < field.axes[a].grid.length) break;
      places[a] = 0;
    }
  }
  const spans = most.map((high, k) => high - least[k]);
  const liveliest = Math.max(...spans);
  const first = spans.findIndex((span) => span > 0 && span >= lively * liveliest);
  const choices: Record<string, number> = {};
  let rest = Math.max(0, first);
  for (const { name, grid } of others.toReversed()) {
    choices[name] = rest % grid.length;
    rest = Math.floor(rest / grid.length);
  }
  return choices;
}

/** A point of an axis in words: `infected`, or its number. */
export function pointName({ grid, labels }: FieldAxis, index: number): string {
  return labels?.[index] ?? digits(grid[index]);
}

/** The same where it stands alone: `infected`, or `state 2`. */
export function pointInWords(axis: FieldAxis, index: number): string {
  return axis.labels?.[index] ?? `${axis.name.replaceAll("_", " ")} ${digits(axis.grid[index])}`;
}

/** Index of the grid point nearest to a coordinate. */
export function nearestIndex(grid: Float64Array, at: number): number {
  let best = 0;
  for (let i = 1; i < grid.length; i++) if (Math.abs(grid[i] - at) < Math.abs(grid[best] - at)) best = i;
  return best;
}

/** Flat index of the value at one index per axis. */
export function flatIndex({ axes }: Field, at: (axis: FieldAxis) => number): number {
  return axes.reduce((index, axis) => index * axis.grid.length + at(axis), 0);
}
