import { InputError, RefusalError, rateSlope } from "../../core/index.ts";
import type {
  StabilityEstimate,
  StabilityGrid,
  StabilityRate,
  StabilitySettings,
  StabilityTable,
} from "../../core/index.ts";
import type { BackwardModel } from "../model.ts";
import { cells } from "./cells.ts";
import type { Cells } from "./cells.ts";
import { readPerturbations } from "./data-set.ts";
import type { Perturbation } from "./data-set.ts";
import { simulateCell } from "./simulate.ts";
import type { CellEstimates } from "./simulate.ts";

/**
 * The table of systems S^{k,N} under perturbed data, its margins and its corner: Y₀, and mean square distances over time.
 *
 * Every number stands there by closed form, by a computation of its own (the backward recursion with a load for every player; where
 * no steps drive the system, ordinary differential equations), and with `repeats` > 0 by simulation. Stopped by its signal, it has
 * no simulated cells.
 *
 * @throws InputError for levels, players, repeats or seed that are none or too large; RefusalError for systems that are not linear.
 */
export function* stability(model: BackwardModel, settings: StabilitySettings): Generator<number, StabilityTable, void> {
  checkSettings(settings);
  if (model.kind !== "interacting" || model.linear === undefined) {
    throw new RefusalError("the table of stability is for interacting systems with a linear driver");
  }
  const { levels, players, repeats } = settings;
  const which = readPerturbations(settings.perturbations);
  const closed = cells(model.horizon, model.linear, which, "closed");
  const checked = cells(model.horizon, model.linear, which, "checked");
  yield 0;
  const simulated = repeats > 0 ? yield* simulateAll(model.horizon, closed, checked, settings) : undefined;
  const grid = (
    about: Pick<StabilityGrid, "name" | "title" | "symbol" | "story">,
    rows: readonly number[],
    columns: readonly number[],
    value: (road: Cells, k: number, n: number) => number,
    pick: keyof CellEstimates,
  ): StabilityGrid => {
    const table = <T>(entry: (k: number, n: number) => T): T[][] => rows.map((k) => columns.map((n) => entry(k, n)));
    return {
      ...about,
      rows,
      columns,
      value: table((k, n) => value(closed, k, n)),
      check: table((k, n) => value(checked, k, n)),
      ...(simulated === undefined ? {} : { simulated: table((k, n) => simulated(k, n)[pick]) }),
    };
  };
  const [rows, columns] = [
    [...levels, Infinity],
    [...players, Infinity],
  ];
  const grids = [
    grid(
      {
        name: "Y0",
        title: "Value at the start",
        symbol: "Y^{k,N}_0",
        story: "Y₀ of the system S^{k,N}; k = ∞ is the unperturbed system, N = ∞ the limit.",
      },
      rows,
      columns,
      (road, k, n) => road.start(k, n),
      "start",
    ),
    grid(
      {
        name: "dist_to_limit",
        title: "Distance to the corner",
        symbol: "\\tfrac1T\\int_0^T\\mathbb E|Y^{k,N}_t-Y^{\\infty,\\infty}_t|^2dt",
        story:
          "Mean square distance of a player of S^{k,N} to its copy in S^{∞,∞}, on the same Brownian motions, averaged over [0, T].",
      },
      rows,
      columns,
      (road, k, n) => road.toUnperturbed(k, n, Infinity),
      "toLimit",
    ),
    grid(
      {
        name: "dist_vertical",
        title: "Distance to the unperturbed system",
        symbol: "\\tfrac1T\\int_0^T\\mathbb E|Y^{k,N}_t-Y^{\\infty,N}_t|^2dt",
        story: "The same to S^{∞,N}, the unperturbed system of as many players: down the columns of the table.",
      },
      levels,
      columns,
      (road, k, n) => road.toUnperturbed(k, n, n),
      "vertical",
    ),
    grid(
      {
        name: "dist_horizontal",
        title: "Distance to the limit of many players",
        symbol: "\\tfrac1{T^k}\\int_0^{T^k}\\mathbb E|Y^{k,N}_t-Y^{k,\\infty}_t|^2dt",
        story:
          "The same to S^{k,∞}, averaged over [0, Tᵏ]: along the rows of the table, which is backward propagation of chaos.",
      },
      rows,
      players,
      (road, k, n) => road.toManyPlayers(k, n),
      "horizontal",
    ),
  ];
  return { levels, players, perturbations: [...which], grids, rates: ratesOf(closed, which, grids) };
}

type Estimates = (k: number, players: number) => CellEstimates;

/** Every cell but the corner, whose distances are nothing; yields the share done. */
function* simulateAll(
  horizon: number,
  closed: Cells,
  checked: Cells,
  { levels, players, repeats, seed, signal }: StabilitySettings,
): Generator<number, Estimates | undefined, void> {
  const rows = [...levels, Infinity];
  const columns = [...players, Infinity];
  const work = (k: number, n: number): number => (k === Infinity ? 16 : k) * (n === Infinity ? 1 : n);
  const total = rows.reduce((sum, k) => sum + columns.reduce((part, n) => part + work(k, n), 0), 0);
  const found = new Map<string, CellEstimates>();
  let done = 0;
  for (const [i, k] of rows.entries()) {
    for (const [j, n] of columns.entries()) {
      if (signal?.aborted === true) return undefined;
      const data = closed.data(k, n);
      found.set(
        `${k},${n}`,
        simulateCell({
          data,
          horizon,
          process: (data.steps === undefined ? closed : checked).process(k, n),
          rowLimit: (data.steps === undefined ? closed : checked).process(k, Infinity),
          columnLimit: closed.process(Infinity, n),
          corner: closed.process(Infinity, Infinity),
          repeats,
          seed,
          stream: i * columns.length + j,
        }),
      );
      done += work(k, n);
      yield done / total;
    }
  }
  return (k, n) => {
    const cell = found.get(`${k},${n}`) ?? absent;
    // Of the corner to itself there is nothing to sample but rounding.
    return k === Infinity && n === Infinity ? { ...cell, toLimit: none, vertical: none, horizontal: none } : cell;
  };
}

const none: StabilityEstimate = { mean: 0, standardError: 0 };

const unknown: StabilityEstimate = { mean: Number.NaN, standardError: Infinity };
const absent: CellEstimates = { start: unknown, toLimit: unknown, vertical: unknown, horizontal: unknown };

/** Along every row to its margin, down every column to its own, and along both margins to the corner. */
function ratesOf(closed: Cells, which: ReadonlySet<Perturbation>, grids: readonly StabilityGrid[]): StabilityRate[] {
  const [vertical, horizontal] = ["dist_vertical", "dist_horizontal"].map((name) =>
    grids.find((grid) => grid.name === name),
  );
  const rates: StabilityRate[] = [];
  horizontal?.rows.forEach((k, i) =>
    rates.push({
      grid: "dist_horizontal",
      along: "players",
      at: k,
      slope: upperSlope(horizontal.columns, horizontal.value[i]),
      ...between((n) => closed.toManyPlayers(k, n), 1e6, 1e7),
      // With one step Y is known at time 0 alone, where it is a number: noise plays no part.
      theory: closed.data(k, 1).steps === 1 ? -2 : -1,
    }),
  );
  vertical?.columns.forEach((n, j) =>
    rates.push({
      grid: "dist_vertical",
      along: "k",
      at: n,
      slope: upperSlope(
        vertical.rows,
        vertical.value.map((row) => row[j]),
      ),
      ...between((k) => closed.toUnperturbed(k, n, n), 2 ** 15, 2 ** 16),
      // A path sampled every Δ is wrong by a mean square of order Δ; what is smooth in 1/k is by its square.
      theory: which.has("martingale") ? -1 : -2,
    }),
  );
  return rates;
}

/** Of the upper half of the sizes, but at least three: the rate is that of the limit. */
function upperSlope(sizes: readonly number[], values: readonly number[]) {
  const from = Math.max(0, Math.min(sizes.length - 3, Math.floor(sizes.length / 2)));
  return rateSlope(sizes.slice(from), values.slice(from));
}

function between(value: (size: number) => number, few: number, many: number): { readonly asymptotic?: number } {
  const [before, after] = [value(few), value(many)];
  if (!(before > 1e-26 && after > 1e-26)) return {};
  return { asymptotic: Math.log(after / before) / Math.log(many / few) };
}

/** k times N of all cells: what the recursion holds. */
const MOST_WORK = 5e7;

function checkSettings({ levels, players, repeats, seed }: StabilitySettings): void {
  for (const [field, list, most] of [
    ["k", levels, 65_536],
    ["players", players, 100_000],
  ] as const) {
    const allowed = `a list of whole numbers from 1 to ${most}, increasing`;
    if (list.length === 0) throw new InputError(field, list, allowed);
    for (const [i, count] of list.entries()) {
      if (!Number.isSafeInteger(count) || count < 1 || count > most || (i > 0 && count <= list[i - 1])) {
        throw new InputError(field, list, allowed);
      }
    }
  }
  const sum = (list: readonly number[]): number => list.reduce((total, value) => total + value, 0);
  const work = sum(levels) * sum(players);
  if (work * Math.max(1, repeats / 100) > MOST_WORK) {
    throw new RefusalError(
      `the table has ${work} steps of players${repeats > 0 ? ` and ${repeats} repeats` : ""}: too many; ask for fewer`,
    );
  }
  if (!Number.isSafeInteger(repeats) || repeats < 0) {
    throw new InputError("repeats", repeats, "a whole number of at least 0");
  }
  if (!Number.isSafeInteger(seed) || seed < 0) throw new InputError("seed", seed, "a whole number in [0, 2^53)");
}
