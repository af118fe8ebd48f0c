import { InputError, byName, catalogue, families } from "meanfield";
import { processTerminal } from "../terminal.ts";
import { table } from "../text/table.ts";

export interface ListFlags {
  readonly family?: string;
  readonly json?: boolean;
}

const sections = ["games", "solvers", "learners"] as const;

/** `meanfield list [games|solvers|learners] [--family F]` */
export function listCommand(what: string | undefined, flags: ListFlags): number {
  const terminal = processTerminal(false);
  if (what !== undefined && !sections.some((section) => section === what))
    throw new InputError("list", what, "games, solvers or learners");
  if (flags.family !== undefined) byName("family", families, (family) => family, flags.family);
  const fits = ({ family }: { readonly family: string }): boolean =>
    flags.family === undefined || family === flags.family;
  const entries = {
    games: catalogue.games.filter(fits).map(({ id, title, family }) => ({ id, title, family })),
    solvers: catalogue.solvers.filter(fits).map(({ name, title, family }) => ({ name, title, family })),
    learners: (catalogue.learners ?? []).filter(fits).map(({ name, title, family }) => ({ name, title, family })),
  };
  const shown = sections.filter((section) => what === undefined || section === what);
  if (flags.json === true) {
    terminal.print(JSON.stringify(Object.fromEntries(shown.map((section) => [section, entries[section]]))));
    return 0;
  }
  const tables = shown.map((section) =>
    table([
      [section.slice(0, -1), "family", ""],
      ...entries[section].map((entry) => ["id" in entry ? entry.id : entry.name, entry.family, entry.title]),
    ]),
  );
  terminal.print(tables.join("\n\n"));
  return 0;
}
