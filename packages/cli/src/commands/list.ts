import { InputError, byName, catalogue, families } from "meanfield";
import { processTerminal } from "../terminal.ts";
import { table } from "../text/table.ts";

export interface ListFlags {
  readonly family?: string;
  readonly json?: boolean;
}

/** `meanfield list [games|solvers] [--family F]` */
export function listCommand(what: string | undefined, flags: ListFlags): number {
  const terminal = processTerminal(false);
  if (what !== undefined && what !== "games" && what !== "solvers")
    throw new InputError("list", what, "games or solvers");
  if (flags.family !== undefined) byName("family", families, (family) => family, flags.family);
  const fits = ({ family }: { readonly family: string }): boolean =>
    flags.family === undefined || family === flags.family;
  const games = catalogue.games.filter(fits).map(({ id, title, family }) => ({ id, title, family }));
  const solvers = catalogue.solvers.filter(fits).map(({ name, title, family }) => ({ name, title, family }));
  if (flags.json === true) {
    terminal.print(
      JSON.stringify({ ...(what === "solvers" ? {} : { games }), ...(what === "games" ? {} : { solvers }) }),
    );
    return 0;
  }
  if (what !== "solvers") {
    terminal.print(table([["game", "family", ""], ...games.map(({ id, title, family }) => [id, family, title])]));
  }
  if (what === undefined) terminal.print("");
  if (what !== "games") {
    terminal.print(
      table([["solver", "family", ""], ...solvers.map(({ name, title, family }) => [name, family, title])]),
    );
  }
  return 0;
}
