import type { Certificate, Game, QuantityTable } from "meanfield";
import type { Terminal } from "../terminal.ts";
import { certificateMeaning } from "./certificate.ts";
import { digits, magnitude } from "./numbers.ts";
import { table } from "./table.ts";

/** Prints a certificate with the meaning of each number. */
export function printCertificate(terminal: Terminal, certificate: Certificate): void {
  const rows = Object.entries(certificate).map(([name, value]: [string, number | null]) => {
    const { title, story } = certificateMeaning(name);
    return [title, magnitude(value), story];
  });
  terminal.print(terminal.bold("certificate"));
  terminal.print(table(rows, "  "));
}

/** Prints quantities: scalars as they are, series and fields at the points asked for, or at their ends. */
export function printQuantities(
  terminal: Terminal,
  game: Game,
  quantities: Readonly<Record<string, QuantityTable>>,
  exact: Readonly<Record<string, QuantityTable>>,
  everyPoint: boolean,
): void {
  const rows = Object.entries(quantities).flatMap(([name, value]) => {
    const known = flatten(exact[name], everyPoint);
    return flatten(value, everyPoint).map(([where, number], i) => [
      name + where,
      digits(number),
      known[i] === undefined ? "" : digits(known[i][1]),
      i === 0 ? (game.quantities.find((quantity) => quantity.name === name)?.title ?? "") : "",
    ]);
  });
  if (rows.length === 0) return;
  terminal.print(terminal.bold("quantities"));
  terminal.print(table([["", "computed", "closed form", ""], ...rows], "  "));
}

/** `(t=0)` and its value, … */
function flatten(value: QuantityTable | undefined, everyPoint: boolean): [string, number][] {
  if (value === undefined) return [];
  if (typeof value === "number") return [["", value]];
  const axes = "axes" in value ? value.axes : { t: value.t };
  const names = Object.keys(axes);
  const grids = Object.values(axes);
  const cells = value.value.map((number, index): [string, number] => {
    let rest = index;
    const coordinates = names.map(() => 0);
    for (let axis = names.length - 1; axis >= 0; axis--) {
      const length = grids[axis]?.length ?? 1;
      coordinates[axis] = grids[axis]?.[rest % length] ?? 0;
      rest = Math.floor(rest / length);
    }
    return [`(${names.map((name, axis) => `${name}=${digits(coordinates[axis], 6)}`).join(", ")})`, number];
  });
  const few = everyPoint || cells.length <= 12;
  return few ? cells : [cells[0], cells.at(-1) as [string, number]];
}
