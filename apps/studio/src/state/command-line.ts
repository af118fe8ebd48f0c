import type { Address } from "./address.ts";

/**
 * The command that gives the numbers of a page.
 *
 * @param file what a person's own game is saved as
 */
export function commandLine(address: Address, file = "mine.mfg.json"): string {
  const words = ["meanfield", "solve", address.game ?? `./${file}`];
  const flag = (name: string, value: string | number | undefined): void => {
    if (value !== undefined) words.push(`--${name}`, String(value));
  };
  flag("preset", address.preset);
  for (const [name, value] of Object.entries(address.set)) words.push("--set", `${name}=${written(value)}`);
  flag("initial", address.initial);
  flag("concept", address.concept);
  flag("players", address.players);
  // In the limit it has no effect, and the command line refuses it.
  if (address.players !== undefined) flag("information", address.information);
  flag("solver", address.solver);
  for (const [name, value] of Object.entries(address.options)) words.push("--option", `${name}=${written(value)}`);
  flag("tolerance", address.tolerance);
  flag("max-iterations", address.maximumIterations);
  if (address.seed !== 0) flag("seed", address.seed);
  return words.map(quoted).join(" ");
}

function written(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** As a POSIX shell reads it. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
