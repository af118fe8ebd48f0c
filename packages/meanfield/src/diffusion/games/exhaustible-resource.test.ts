import { describe, expect, it } from "vitest";
import file from "../../../../../tests/reference/exhaustible-resource.json" with { type: "json" };
import { once, parseParameters, run, tabulate } from "../../core/index.ts";
import type { Question } from "../../core/index.ts";
import type { DiffusionCandidate } from "../pde/candidate.ts";
import { gridPlanner } from "../solvers/grid-planner.ts";
import { newton } from "../solvers/newton.ts";
import { exhaustibleResource } from "./exhaustible-resource.ts";
import { limit, planner, reference, ask } from "./reference.testing.ts";

const { records } = reference(file);
const horizon = 3;

function solved(question: Question, given: Readonly<Record<string, unknown>>, points: number, steps: number) {
  const parameters = parseParameters(exhaustibleResource.parameters, given);
  const model = exhaustibleResource.build(parameters);
  const grid = { tolerance: 1e-10, points, steps };
  const outcome =
    question.concept === "planner"
      ? run(gridPlanner, model, question, parseParameters(gridPlanner.options, grid))
      : run(newton, model, question, parseParameters(newton.options, grid));
  if (outcome.outcome !== "converged") throw new Error(outcome.reason);
  const candidate: DiffusionCandidate = outcome.candidate;
  return exhaustibleResource.measure(parameters, question, candidate);
}

/** The quantity of a record and where it is read; undefined for records about the reference's own grid. */
function placeOf(id: string): { readonly name: string; readonly at: readonly number[] } | undefined {
  const name = /^S3abs\.A\.(?:mfg|cartel)\.(\w+)/.exec(id)?.[1] ?? "";
  const t = Number(/\.t([\d.]+)T$/.exec(id)?.[1] ?? Number.NaN) * horizon;
  const x = Number(/\.x([\d.]+)$/.exec(id)?.[1] ?? Number.NaN);
  switch (name) {
    case "P":
      return { name: "price", at: [t] };
    case "active":
      return { name: "active_fraction", at: [t] };
    case "u0":
      return { name: "value", at: [0, x] };
    case "q0":
      return { name: "control", at: [0, x] };
    case "meanX_T":
      return { name: "mean_reserves", at: [horizon] };
    case "profit":
      return { name: "profit", at: [] };
    case "CS":
      return { name: "consumer_surplus", at: [] };
    default:
      return undefined;
  }
}

describe.each([
  ["mfg", limit],
  ["cartel", planner],
] as const)("the references of %s", (concept, question) => {
  // Second order in space and time: (4 fine − coarse)/3 leaves the next order.
  const coarse = once(() => solved(question, {}, 201, 60));
  const fine = once(() => solved(question, {}, 401, 120));
  const ours = records.filter(({ id }) => id.includes(`.${concept}.`) && !id.endsWith("min_marginal"));

  it.each(ours.map((record) => [record.id, record] as const))("%s", (id, record) => {
    const place = placeOf(id);
    if (place === undefined) throw new Error(`no quantity for ${id}`);
    const [rough, close] = [coarse(), fine()].map((quantities) => ask(quantities, place.name, ...place.at));
    const value = record.value as number;
    const extrapolated = (4 * close - rough) / 3;
    expect(Math.abs(extrapolated - value)).toBeLessThan(1e-5);
    // The order itself: the finer grid's error is about a quarter, where it is not lost in what extrapolation leaves.
    const [first, second] = [Math.abs(rough - value), Math.abs(close - value)];
    expect(second < 2e-5 ? 2 : Math.log2(first / second)).toBeGreaterThan(1.7);
  });
});

it.each([
  ["mfg", limit],
  ["cartel", planner],
] as const)("everybody always sells: the least marginal profit of %s", (concept, question) => {
  // c₂ q = P − c₁ − u_x wherever it is positive, hence everywhere; least where reserves run out, at time 0.
  const least = ([201, 401] as const).map((points, k) => {
    const control = tabulate(solved(question, {}, points, 60 * (k + 1))["control"]());
    if (typeof control === "number") throw new Error("not a field");
    return 2 * Math.min(...control.value);
  });
  const record = records.find(({ id }) => id === `S3abs.A.${concept}.min_marginal`);
  expect(Math.abs((4 * least[1] - least[0]) / 3 - Number(record?.value))).toBeLessThan(1e-5);
});

it("a cartel of half the slope decides as price-takers do: MFG(2γ) = cartel(γ)", () => {
  const cartel = solved(planner, {}, 201, 60);
  const takers = solved(limit, { gamma: 0.6 }, 201, 60);
  for (const t of [0, 0.7, 1.4, 2.1, 2.8]) {
    for (const x of [0.2, 0.6, 1.2, 2]) {
      expect(ask(cartel, "control", t, x)).toBeCloseTo(ask(takers, "control", t, x), 8);
      expect(ask(cartel, "density", t, x)).toBeCloseTo(ask(takers, "density", t, x), 8);
    }
  }
  // The market price is another one.
  expect(ask(cartel, "price", 1)).toBeGreaterThan(ask(takers, "price", 1) + 0.05);
});

it("set B, the numbers that the specification prints", () => {
  // The price rises steeply in the first weeks, while the noise reaches the many small reserves: small steps at 0, too.
  const [rough, close] = [201, 401].map((points) =>
    solved(limit, exhaustibleResource.presets["B"].parameters, points, points - 1),
  );
  const extrapolated = (name: string, ...at: number[]): number =>
    (4 * ask(close, name, ...at) - ask(rough, name, ...at)) / 3;
  expect(extrapolated("price", 0)).toBeCloseTo(0.74237677, 5);
  expect(extrapolated("active_fraction", 4)).toBeCloseTo(0.1402291, 5);
  expect(extrapolated("profit")).toBeCloseTo(0.37009596, 5);
});

it("costs above the price at no output are refused by name", () => {
  const parameters = parseParameters(exhaustibleResource.parameters, { c1: 2 });
  expect(() => exhaustibleResource.check?.(parameters, limit)).toThrow("c1 = 2: must be below P0 = 1");
});
