/**
 * Writes docs/grid-orders.md: how the errors of both schemes on grids fall as the grid is refined, against closed forms and
 * against reference numbers.
 *
 *     node --conditions=@meanfield/source docs/figures/order-tables.ts
 */
import { readFileSync, writeFileSync } from "node:fs";
import { byName, catalogue, prepare, solve } from "meanfield";
import type { Quantity, Solution } from "meanfield";

interface Row {
  readonly points: number;
  readonly steps: number;
  readonly errors: readonly number[];
}

async function solved(id: string, preset: string, options: Readonly<Record<string, unknown>>): Promise<Solution> {
  const game = byName("game", catalogue.games, (one) => one.id, id);
  const solution = await solve(prepare(catalogue, game, { preset, solver: "newton", options }));
  if (solution.outcome.outcome !== "converged") throw new Error(`${id} ${preset}: ${solution.outcome.reason}`);
  return solution;
}

function farthest(ours: Quantity, theirs: Quantity, at: readonly number[] = []): number {
  const axis = theirs.axes[at.length];
  if (axis === undefined) return Math.abs(ours.at(...at) - theirs.at(...at));
  return axis.grid.reduce((most, point) => Math.max(most, farthest(ours, theirs, [...at, point])), 0);
}

/** Errors with the binary logarithm of how much they fell. */
function table(names: readonly string[], rows: readonly Row[]): string {
  const cells = rows.map(({ points, steps, errors }, i) => [
    `${points}`,
    `${steps}`,
    ...errors.flatMap((error, k) => {
      const before = rows[i - 1]?.errors[k];
      return [error.toExponential(1), before === undefined ? "" : Math.log2(before / error).toFixed(2)];
    }),
  ]);
  const head = ["points", "steps", ...names.flatMap((name) => [name, "order"])];
  return [head, head.map(() => "---:"), ...cells].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

async function exactTable(
  preset: string,
  scheme: string,
  sizes: readonly number[],
  names: readonly string[],
): Promise<string> {
  const rows: Row[] = [];
  for (const points of sizes) {
    const { quantities, exact } = await solved("torus-benchmark", preset, { points, steps: points / 2, scheme });
    rows.push({ points, steps: points / 2, errors: names.map((name) => farthest(quantities[name], exact[name])) });
  }
  return table(names, rows);
}

interface Reference {
  readonly records: readonly { readonly id: string; readonly value: number; readonly args?: { readonly x?: number } }[];
}

const reference = JSON.parse(
  readFileSync(new URL("../../tests/reference/pde-torus.json", import.meta.url), "utf8"),
) as Reference;

/** The largest error over the reference's numbers u(0, x) and m(T, x), and that of extrapolation from the grid before. */
async function congestionTable(preset: string, set: string, scheme: string): Promise<string> {
  const records = reference.records.filter(({ id, args }) => id.startsWith(`S9d.${set}.`) && args?.x !== undefined);
  const rows: Row[] = [];
  let before: readonly number[] = [];
  for (const points of [32, 64, 128]) {
    const { quantities, preparation } = await solved("congestion", preset, { points, steps: points, scheme });
    const T = preparation.parameters["T"] as number;
    const values = records.map(({ id, args }) =>
      id.includes(".u0.") ? quantities["value"].at(0, args?.x ?? 0) : quantities["density"].at(T, args?.x ?? 0),
    );
    const worst = (all: readonly number[]): number =>
      Math.max(...all.map((value, i) => Math.abs(value - records[i].value)));
    const gain = scheme === "upwind" ? 1 : 3;
    const limit = values.map((value, i) => (before.length === 0 ? Number.NaN : value + (value - before[i]) / gain));
    rows.push({ points, steps: points, errors: [worst(values), worst(limit)] });
    before = values;
  }
  return table(["largest error", "extrapolated"], rows).replaceAll("NaN", "");
}

const text = `# Orders of the schemes on grids

Made by \`node --conditions=@meanfield/source docs/figures/order-tables.ts\`. Errors are the largest over all points of the axes on which
fields are shown, times in between included; the order is the binary logarithm of how much an error fell.

\`upwind\` is the monotone scheme of Achdou and Capuzzo-Dolcetta, \`central\` the implicit midpoint rule with central differences. Both
transport mass by the exact adjoint of the linearised value equation.

## Exact games: \`torus-benchmark\`

On the circle (\`c1\`), upwind:

${await exactTable("c1", "upwind", [16, 32, 64, 128, 256], ["value", "density", "control"])}

central:

${await exactTable("c1", "central", [16, 32, 64, 128, 256], ["value", "density", "control"])}

In the plane (\`c3\`), upwind:

${await exactTable("c3", "upwind", [8, 16, 32, 64], ["value", "density", "control_x"])}

central:

${await exactTable("c3", "central", [8, 16, 32, 64], ["value", "density", "control_x"])}

## Reference numbers: \`congestion\`

Ten values of u(0, ·) and m(T, ·), known to 1e-9 from a Fourier–Chebyshev solution; beside each error that of the limit which two grids
give together (Richardson).

Without congestion (\`d0\`), upwind:

${await congestionTable("d0", "d0_alpha0", "upwind")}

central:

${await congestionTable("d0", "d0_alpha0", "central")}

With congestion (\`d1\`), upwind:

${await congestionTable("d1", "d1_congestion", "upwind")}

central:

${await congestionTable("d1", "d1_congestion", "central")}
`;
writeFileSync(new URL("../grid-orders.md", import.meta.url), text);
