/** The formulas of a declaration: which names each field may read, and their trees. */

import { nearest } from "../../core/nearest.ts";
import { call, measureOf, namesIn, parseFormula, parseParameterLine, reservedNames } from "../../formula/index.ts";
import type { Expression, ParameterLine, Scope } from "../../formula/index.ts";
import { DeclarationError, inField } from "./declaration-error.ts";
import type { ReadDeclaration } from "./declaration.ts";

/** What names mean that no person chooses. */
const meanings: Readonly<Record<string, string>> = {
  t: "the time",
  x: "where a player is",
  a: "the control",
  m: "the density where a player is",
  nearby: "the density as the kernel averages it",
  mean: "the mean of x over the players",
  mean_drift: "the mean of the drift over the players",
  mass: "the share of players who are still there",
  z: "where another player is",
};

/** Formulas with their definitions put in, written out: parts, and levels of nesting. */
const mostParts = 20_000;
const mostLevels = 1000;

/** Averages that need not be declared. */
export const ownAverages = ["mean", "mean_drift", "mass"] as const;

export interface OwnFormulas {
  readonly parameters: readonly ParameterLine[];
  readonly low: Expression;
  readonly high: Expression;
  readonly shown: readonly [from: Expression, to: Expression] | undefined;
  /** Costs of leaving by either end. */
  readonly exitCosts: readonly [low: Expression, high: Expression];
  /** Undefined for the stationary game. */
  readonly horizon: Expression | undefined;
  readonly sigma: Expression;
  readonly discount: Expression;
  readonly control: readonly [from: Expression, to: Expression] | undefined;
  readonly drift: Expression;
  readonly runningCost: Expression;
  readonly coupling: Expression;
  readonly potential: Expression;
  readonly terminalCost: Expression;
  readonly initialDensity: Expression;
  readonly kernel: Expression | undefined;
  /** Those that are declared. */
  readonly averages: ReadonlyMap<string, Expression>;
  /** The names of averages that some formula reads, declared or not, in the order of the model's aggregates. */
  readonly read: readonly string[];
  readonly exact: Readonly<Partial<Record<"value" | "density" | "control" | "cost", Expression>>>;
}

/**
 * Reads every formula of a declaration.
 *
 * @throws DeclarationError with field and column
 */
export function readFormulas(declaration: ReadDeclaration): OwnFormulas {
  const { state, averages: declared, control, exact, kernel, initial_density: initial } = declaration;
  const parameters = readParameters(declaration);
  for (const name of Object.keys(declared)) checkName(`averages.${name}`, name, parameters, "an average");
  const averageNames = [...ownAverages, ...Object.keys(declared)];
  const parameterNames = parameters.map(({ name }) => name);
  const stationary = declaration.horizon.trim() === "infinity";
  const definitions = new Map<string, Expression>();

  const everything = new Set([...Object.keys(meanings), ...Object.keys(declared)]);
  const read = (field: string, text: string, names: readonly string[]): Expression => {
    const why = (name: string): string | undefined => {
      if (!everything.has(name)) return undefined;
      if (name === "t" && stationary) return "t cannot be read in a game without a horizon";
      if (name === "nearby" && names.includes("m")) return "nearby needs a kernel, the formula of the field `kernel`";
      if (name === "mean" && names.includes("m"))
        return "a circle has no mean place: declare averages such as cos(2*pi*x) in the field `averages`";
      const meaning = Object.hasOwn(meanings, name) ? meanings[name] : "an average over the players";
      const may = names.length === 0 ? "parameters only" : `${names.join(", ")} and parameters`;
      return `${name}, ${meaning}, cannot be read in ${field.replace(/[.[].*/, "")}, which may read ${may}`;
    };
    const scope: Scope = {
      names: [...names, ...parameterNames],
      definitions,
      elsewhere: why,
      variables: stationary ? ["x"] : ["t", "x"],
      opaque: ["m", "nearby", ...averageNames],
      suggest: nearest,
    };
    return inField(field, text, () => {
      const formula = parseFormula(text, scope);
      const { size, depth } = measureOf(formula);
      if (size > mostParts || depth > mostLevels) {
        const [has, may, what] = size > mostParts ? [size, mostParts, "parts"] : [depth, mostLevels, "levels"];
        throw new DeclarationError(
          field,
          text,
          `is too long with its definitions put in: ${has} ${what}, and at most ${may} are read`,
        );
      }
      // Definitions may bring in what this field cannot read.
      for (const name of namesIn(formula)) {
        if (!names.includes(name) && !parameterNames.includes(name))
          throw new DeclarationError(field, text, `by a definition: ${why(name) ?? name}`);
      }
      return formula;
    });
  };

  const time = stationary ? [] : ["t"];
  const population = [
    "m",
    ...(kernel === undefined ? [] : ["nearby"]),
    ...averageNames.filter((name) => name !== "mean" || state.ends !== "periodic"),
  ];
  const all = [...time, "x", "a", ...population];
  for (const [name, text] of Object.entries(declaration.definitions)) {
    checkName(`definitions.${name}`, name, parameters, "a definition");
    if (Object.hasOwn(declared, name))
      throw new DeclarationError(`definitions.${name}`, text, "an average has this name");
    definitions.set(name, read(`definitions.${name}`, text, [...all, "z"]));
  }
  const [exitLow, exitHigh] = Array.isArray(state.exit_cost) ? state.exit_cost : [state.exit_cost, state.exit_cost];
  if (initial === undefined && !stationary) throw new DeclarationError("initial_density", undefined, "missing");
  const formulas = {
    parameters,
    low: read("state.from", state.from, []),
    high: read("state.to", state.to, []),
    shown:
      state.shown === undefined
        ? undefined
        : ([read("state.shown[0]", state.shown[0], []), read("state.shown[1]", state.shown[1], [])] as const),
    exitCosts: [read("state.exit_cost", exitLow ?? "0", time), read("state.exit_cost", exitHigh ?? "0", time)] as const,
    horizon: stationary ? undefined : read("horizon", declaration.horizon, []),
    sigma: read("sigma", declaration.sigma, []),
    discount: read("discount", declaration.discount, []),
    control:
      control === undefined
        ? undefined
        : ([read("control.from", control.from, []), read("control.to", control.to, [])] as const),
    drift: read("drift", declaration.drift, all),
    runningCost: read("running_cost", declaration.running_cost, all),
    coupling: read("coupling", declaration.coupling, [...time, "x", ...population]),
    potential: read("potential", declaration.potential, [...time, "x"]),
    terminalCost: read(
      "terminal_cost",
      declaration.terminal_cost,
      ["x", ...population].filter((name) => name !== "mean_drift"),
    ),
    initialDensity: read("initial_density", initial ?? "1", ["x"]),
    kernel: kernel === undefined ? undefined : read("kernel", kernel, ["x", "z"]),
    averages: new Map(
      Object.entries(declared).map(([name, text]) => [name, read(`averages.${name}`, text, [...time, "x"])]),
    ),
    exact: Object.fromEntries(
      Object.entries(exact).map(([name, text = "0"]) => [
        name,
        read(`exact.${name}`, text, name === "cost" ? [] : [...time, "x"]),
      ]),
    ),
  };
  const { drift, runningCost, coupling, terminalCost } = formulas;
  const costs = namesIn(call("+", call("+", drift, runningCost), call("+", coupling, terminalCost)));
  return { ...formulas, read: averageNames.filter((name) => costs.has(name) || Object.hasOwn(declared, name)) };
}

function readParameters({ parameters: lines, definitions, averages }: ReadDeclaration): ParameterLine[] {
  const parameters: ParameterLine[] = [];
  lines.forEach((line, k) => {
    if (line.trim() === "" || line.trim().startsWith("#")) return;
    const taken = (name: string): string | undefined => {
      if (Object.hasOwn(meanings, name)) return `${name} already means ${meanings[name]}`;
      if (parameters.some((other) => other.name === name)) return `${name} is declared twice`;
      if (Object.hasOwn(definitions, name)) return `${name} is a definition, too`;
      return Object.hasOwn(averages, name) ? `${name} is an average, too` : undefined;
    };
    const field = `parameters[${k}]`;
    parameters.push(inField(field, line, () => parseParameterLine(line, { suggest: nearest }, taken)));
  });
  return parameters;
}

function checkName(field: string, name: string, parameters: readonly ParameterLine[], what: string): void {
  if (!/^[a-z][a-z0-9_]*$/.test(name))
    throw new DeclarationError(field, name, `${what} is named by small letters, digits and _, a letter first`);
  if (reservedNames.has(name)) throw new DeclarationError(field, name, `${name} already means something in formulas`);
  if (Object.hasOwn(meanings, name)) throw new DeclarationError(field, name, `${name} already means ${meanings[name]}`);
  if (parameters.some((other) => other.name === name))
    throw new DeclarationError(field, name, `${name} is a parameter, too`);
}
