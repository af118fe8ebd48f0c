/** The formulas of a declaration: which names each field may read, and their trees. */

import { nearest } from "../../core/nearest.ts";
import { call, measureOf, namesIn, parseFormula, parseParameterLine, reservedNames } from "../../formula/index.ts";
import type { Expression, ParameterLine, Scope } from "../../formula/index.ts";
import { DeclarationError, inField } from "./declaration-error.ts";
import type { ReadDeclaration } from "./declaration.ts";

/** What names mean that no person chooses: on lines, */
const onLines: Readonly<Record<string, string>> = {
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
/** and in planes beside. */
const inPlanes: Readonly<Record<string, string>> = {
  y: "where a player is along the second axis",
  b: "the control along y",
  w: "where another player is along y",
  mean_y: "the mean of y over the players",
  mean_drift_y: "the mean of the drift along y over the players",
};

function meaningsFor({ state }: ReadDeclaration): Readonly<Record<string, string>> {
  return state.y === undefined ? onLines : { ...onLines, ...inPlanes };
}

/** Formulas with their definitions put in, written out: parts, and levels of nesting. */
const mostParts = 20_000;
const mostLevels = 1000;

/** Averages that need not be declared. */
const ownAverages = {
  line: ["mean", "mean_drift", "mass"],
  plane: ["mean", "mean_y", "mean_drift", "mean_drift_y", "mass"],
};

/** One axis of the space. */
export interface AxisFormulas {
  readonly name: "x" | "y";
  /** `state` or `state.y`. */
  readonly field: string;
  readonly said: Omit<ReadDeclaration["state"], "y">;
  readonly low: Expression;
  readonly high: Expression;
  readonly shown: readonly [from: Expression, to: Expression] | undefined;
  /** Costs of leaving by either end. */
  readonly exitCosts: readonly [low: Expression, high: Expression];
  /** How players move along it, by their control a or b. */
  readonly drift: Expression;
  readonly runningCost: Expression;
}

export interface OwnFormulas {
  readonly parameters: readonly ParameterLine[];
  /** One, or in the plane two. */
  readonly axes: readonly AxisFormulas[];
  /** Undefined for the stationary game. */
  readonly horizon: Expression | undefined;
  readonly sigma: Expression;
  readonly discount: Expression;
  readonly control: readonly [from: Expression, to: Expression] | undefined;
  readonly coupling: Expression;
  readonly potential: Expression;
  readonly terminalCost: Expression;
  readonly initialDensity: Expression;
  /** One factor for each axis. */
  readonly kernel: readonly Expression[] | undefined;
  /** Those that are declared. */
  readonly averages: ReadonlyMap<string, Expression>;
  /** The names of averages that some formula reads, declared or not, in the order of the model's aggregates. */
  readonly read: readonly string[];
  readonly exact: Readonly<Partial<Record<keyof ReadDeclaration["exact"], Expression>>>;
}

/**
 * Reads every formula of a declaration.
 *
 * @throws DeclarationError with field and column
 */
export function readFormulas(declaration: ReadDeclaration): OwnFormulas {
  const { state, averages: declared, control, exact, kernel, initial_density: initial } = declaration;
  const meanings = meaningsFor(declaration);
  const parameters = readParameters(declaration);
  for (const name of Object.keys(declared)) checkName(`averages.${name}`, name, "an average", parameters, meanings);
  const plane = state.y !== undefined;
  const averageNames = [...ownAverages[plane ? "plane" : "line"], ...Object.keys(declared)];
  const parameterNames = parameters.map(({ name }) => name);
  const stationary = declaration.horizon.trim() === "infinity";
  const definitions = new Map<string, Expression>();

  const time = stationary ? [] : ["t"];
  const space = plane ? ["x", "y"] : ["x"];
  const place = [...time, ...space];
  const circles = new Set([
    ...(state.ends === "periodic" ? ["mean"] : []),
    ...(state.y?.ends === "periodic" ? ["mean_y"] : []),
  ]);
  const population = [
    "m",
    ...(kernel === undefined ? [] : ["nearby"]),
    ...averageNames.filter((name) => !circles.has(name)),
  ];
  const everything = new Set([...Object.keys(meanings), ...Object.keys(declared)]);
  const read = (field: string, text: string, names: readonly string[]): Expression => {
    const why = (name: string): string | undefined => {
      if (!plane && Object.hasOwn(inPlanes, name))
        return `${name} is only for planes, which have a second axis \`state.y\``;
      if (!everything.has(name)) return undefined;
      if (name === "t" && stationary) return "t cannot be read in a game without a horizon";
      if (name === "nearby" && names.includes("m")) return "nearby needs a kernel, the formula of the field `kernel`";
      if ((name === "mean" || name === "mean_y") && names.includes("m"))
        return "a circle has no mean place: declare averages such as cos(2*pi*x) in the field `averages`";
      const meaning = Object.hasOwn(meanings, name) ? meanings[name] : "an average over the players";
      const may = names.length === 0 ? "parameters only" : `${names.join(", ")} and parameters`;
      return `${name}, ${meaning}, cannot be read in ${field.replace(/[.[].*/, "")}, which may read ${may}`;
    };
    const scope: Scope = {
      names: [...names, ...parameterNames],
      definitions,
      elsewhere: why,
      variables: place,
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

  const others = plane ? ["z", "w"] : ["z"];
  for (const [name, text] of Object.entries(declaration.definitions)) {
    checkName(`definitions.${name}`, name, "a definition", parameters, meanings);
    if (Object.hasOwn(declared, name))
      throw new DeclarationError(`definitions.${name}`, text, "an average has this name");
    definitions.set(
      name,
      read(`definitions.${name}`, text, [...place, "a", ...(plane ? ["b"] : []), ...population, ...others]),
    );
  }
  const alongY = declaration.running_cost_y ?? "";
  if (plane && alongY === "")
    throw new DeclarationError("running_cost_y", undefined, "missing: what the control b costs");
  /** A pair of formulas, or one for both. */
  const two = (field: string, given: string | readonly [string, string], names: readonly string[]) =>
    [0, 1].map((k) =>
      typeof given === "string" ? read(field, given, names) : read(`${field}[${k}]`, given[k], names),
    );
  const readAxis = (
    name: "x" | "y",
    field: string,
    said: AxisFormulas["said"],
    [drifts, drift]: readonly [string, string],
    [costs, cost]: readonly [string, string],
  ): AxisFormulas => {
    const names = [...place, name === "x" ? "a" : "b", ...population];
    const [exitLow, exitHigh] = two(`${field}.exit_cost`, said.exit_cost ?? "0", time);
    const [from, to] = said.shown === undefined ? [] : two(`${field}.shown`, said.shown, []);
    return {
      name,
      field,
      said,
      low: read(`${field}.from`, said.from, []),
      high: read(`${field}.to`, said.to, []),
      shown: said.shown === undefined ? undefined : [from, to],
      exitCosts: [exitLow, exitHigh],
      drift: read(drifts, drift, names),
      runningCost: read(costs, cost, names),
    };
  };
  if (initial === undefined && !stationary) throw new DeclarationError("initial_density", undefined, "missing");
  const formulas = {
    parameters,
    axes: [
      readAxis("x", "state", state, ["drift", declaration.drift], ["running_cost", declaration.running_cost]),
      ...(state.y === undefined
        ? []
        : [readAxis("y", "state.y", state.y, ["drift_y", declaration.drift_y], ["running_cost_y", alongY])]),
    ],
    horizon: stationary ? undefined : read("horizon", declaration.horizon, []),
    sigma: read("sigma", declaration.sigma, []),
    discount: read("discount", declaration.discount, []),
    control:
      control === undefined
        ? undefined
        : ([read("control.from", control.from, []), read("control.to", control.to, [])] as const),
    coupling: read("coupling", declaration.coupling, [...place, ...population]),
    potential: read("potential", declaration.potential, place),
    terminalCost: read(
      "terminal_cost",
      declaration.terminal_cost,
      [...space, ...population].filter((name) => !name.startsWith("mean_drift")),
    ),
    initialDensity: read("initial_density", initial ?? "1", space),
    kernel:
      kernel === undefined
        ? undefined
        : [read("kernel", kernel, ["x", "z"]), ...(plane ? [read("kernel_y", declaration.kernel_y, ["y", "w"])] : [])],
    averages: new Map(Object.entries(declared).map(([name, text]) => [name, read(`averages.${name}`, text, place)])),
    exact: Object.fromEntries(
      Object.entries(exact).map(([name, text = "0"]) => [
        name,
        read(`exact.${name}`, text, name === "cost" ? [] : place),
      ]),
    ),
  };
  const { axes, coupling, terminalCost } = formulas;
  const costs = namesIn(
    axes
      .flatMap(({ drift, runningCost }) => [drift, runningCost, coupling])
      .reduce((all, each) => call("+", all, each), terminalCost),
  );
  return { ...formulas, read: averageNames.filter((name) => costs.has(name) || Object.hasOwn(declared, name)) };
}

function readParameters(declaration: ReadDeclaration): ParameterLine[] {
  const { parameters: lines, definitions, averages } = declaration;
  const meanings = meaningsFor(declaration);
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

function checkName(
  field: string,
  name: string,
  what: string,
  parameters: readonly ParameterLine[],
  meanings: Readonly<Record<string, string>>,
): void {
  if (!/^[a-z][a-z0-9_]*$/.test(name))
    throw new DeclarationError(field, name, `${what} is named by small letters, digits and _, a letter first`);
  if (reservedNames.has(name)) throw new DeclarationError(field, name, `${name} already means something in formulas`);
  if (Object.hasOwn(meanings, name)) throw new DeclarationError(field, name, `${name} already means ${meanings[name]}`);
  if (parameters.some((other) => other.name === name))
    throw new DeclarationError(field, name, `${name} is a parameter, too`);
}
