import { InputError } from "./errors.ts";
import type { Game } from "./game.ts";
import { families } from "./model.ts";
import { describeParameters, parseParameters } from "./parameters.ts";
import type { ParameterSchema } from "./parameters.ts";
import { concepts, informationStructures } from "./question.ts";

/**
 * Checks what types cannot, since a person's own game is run with its types stripped: that the parts are there, that
 * parameters were made by our makers, and that defaults and presets lie in their own ranges.
 *
 * @throws InputError for the first fault, `field` being its place in the game (`presets.windy.sigma`).
 */
export function checkGame(value: unknown): asserts value is Game {
  const game = asRecord("game", value);
  for (const name of ["id", "title", "family", "story", "reference"]) {
    if (typeof game[name] !== "string" || game[name] === "") throw new InputError(name, game[name], "a text");
  }
  if (!/^[a-z][a-z0-9-]*$/.test(game["id"] as string)) throw new InputError("id", game["id"], "in kebab-case");
  oneOf("family", game["family"], families);
  for (const name of ["build", "measure"]) {
    if (typeof game[name] !== "function") throw new InputError(name, typeof game[name], "a function");
  }
  for (const name of ["equations", "concepts", "information", "quantities"]) {
    if (!Array.isArray(game[name])) throw new InputError(name, game[name], "a list");
  }
  for (const concept of game["concepts"] as unknown[]) oneOf("concepts", concept, concepts);
  if ((game["concepts"] as unknown[]).length === 0) throw new InputError("concepts", [], "at least one concept");
  for (const structure of game["information"] as unknown[]) oneOf("information", structure, informationStructures);
  checkParameters(game["parameters"], asRecord("presets", game["presets"]));
}

function checkParameters(value: unknown, presets: Readonly<Record<string, unknown>>): void {
  if (typeof asRecord("parameters", value)["shape"] !== "object") {
    throw new InputError("parameters", typeof value, "a z.object of real, whole, flag, choice or json");
  }
  const schema = value as ParameterSchema;
  // `default` is not validated by the schema itself.
  const defaults = Object.fromEntries(
    Object.entries(describeParameters(schema)).map(([name, facts]) => [name, facts.default]),
  );
  inside("parameters", () => parseParameters(schema, defaults));
  for (const [name, preset] of Object.entries(presets)) {
    const parameters = asRecord(`presets.${name}.parameters`, asRecord(`presets.${name}`, preset)["parameters"]);
    inside(`presets.${name}`, () => parseParameters(schema, parameters));
  }
}

/** Puts the place before the field of an InputError. */
function inside(place: string, work: () => unknown): void {
  try {
    work();
  } catch (error) {
    if (error instanceof InputError) throw new InputError(`${place}.${error.field}`, error.value, error.allowed);
    throw error;
  }
}

function oneOf(field: string, value: unknown, allowed: readonly string[]): void {
  if (!allowed.includes(value as string)) throw new InputError(field, value, `one of ${allowed.join(", ")}`);
}

function asRecord(field: string, value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null) return value as Readonly<Record<string, unknown>>;
  throw new InputError(field, value, "an object");
}
