/**
 * Writes docs/ergodic-orders.md: how the errors of stationary games fall as the grid is refined, and what extrapolation makes of
 * them.
 *
 *     node --conditions=@meanfield/source docs/figures/ergodic-orders.ts
 */
import { readFileSync, writeFileSync } from "node:fs";
import { byName, catalogue, prepare, solve } from "meanfield";
import type { Quantity, Solution } from "meanfield";

async function solved(preset: string, options: Readonly<Record<string, unknown>>): Promise<Solution> {
  const game = byName("game", catalogue.games, (one) => one.id, "ergodic-crowd");
  const solution = await solve(prepare(catalogue, game, { preset, solver: "stationary-newton", options }));
  if (solution.outcome.outcome !== "converged") throw new Error(`${preset}: ${solution.outcome.reason}`);
  return solution;
}

function farthest(ours: Quantity, theirs: Quantity): number {
  const [axis] = theirs.axes;
  if (axis === undefined) return Math.abs(ours.at() - theirs.at());
  return axis.grid.reduce((most, x) => Math.max(most, Math.abs(ours.at(x) - theirs.at(x))), 0);
}

/** Errors with the slope of their logarithm from one grid to the next. */
function table(names: readonly string[], rows: readonly { readonly points: number; readonly errors: number[] }[]) {
  const cells = rows.map(({ points, errors }, i) => [
    `${points}`,
    ...errors.flatMap((error, k) => {
      const before = rows[i - 1];
      if (before === undefined) return [error.toExponential(1), ""];
      const order = Math.log(before.errors[k] / error) / Math.log(points / before.points);
      return [error.toExponential(1), order.toFixed(2)];
    }),
  ]);
  const head = ["points", ...names.flatMap((name) => [name, "order"])];
  return [head, head.map(() => "---:"), ...cells].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

async function exactTable(preset: string, scheme: string, sizes: readonly number[]): Promise<string> {
  const names = ["value", "density", "control", "ergodic_constant"];
  const rows: { readonly points: number; readonly errors: number[] }[] = [];
  for (const points of sizes) {
    const { quantities, exact } = await solved(preset, { points, scheme });
    rows.push({ points, errors: names.map((name) => farthest(quantities[name], exact[name])) });
  }
  return table(names, rows);
}

const reference = JSON.parse(
  readFileSync(new URL("../../tests/reference/pde-benchmarks.json", import.meta.url), "utf8"),
) as { readonly records: readonly { readonly id: string; readonly value: number }[] };

function constantOf(preset: string): number {
  const record = reference.records.find(({ id }) => id === `S9b.acd2d.lambda.${preset.replace("-", "")}`);
  if (record === undefined) throw new Error(`no record for ${preset}`);
  return record.value;
}

async function torusTable(preset: string, sizes: Readonly<Record<"upwind" | "central", readonly number[]>>) {
  const parts: string[] = [];
  for (const scheme of ["upwind", "central"] as const) {
    const rows: { readonly points: number; readonly errors: number[] }[] = [];
    for (const points of sizes[scheme]) {
      const { quantities } = await solved(preset, { points, scheme });
      rows.push({ points, errors: [Math.abs(quantities["ergodic_constant"].at() - constantOf(preset))] });
    }
    parts.push(`${scheme}:\n\n${table(["ergodic_constant"], rows)}`);
  }
  return parts.join("\n\n");
}

async function limitTable(): Promise<string> {
  const rows: string[] = [];
  for (const [preset, points] of [
    ["nu-1", 64],
    ["nu-0.1", 64],
    ["nu-0.1", 96],
    ["nu-0.01", 160],
  ] as const) {
    const { quantities } = await solved(preset, { points, extrapolate: true });
    const [constant, estimate] = [quantities["ergodic_constant"].at(), quantities["constant_error"].at()];
    const error = Math.abs(constant - constantOf(preset));
    rows.push(
      `| ${preset} | ${points} | ${constant.toFixed(12)} | ${constantOf(preset).toFixed(12)} | ${error.toExponential(1)} | ${estimate.toExponential(1)} |`,
    );
  }
  return [
    "| preset | points | extrapolated | reference | error | estimate |",
    "| --- | ---: | ---: | ---: | ---: | ---: |",
    ...rows,
  ].join("\n");
}

const text = `# Orders of stationary games on grids

Made by \`node --conditions=@meanfield/source docs/figures/ergodic-orders.ts\`. Errors are the largest over all points of the axes on which
fields are shown; the order is the slope of their logarithm against that of the points.

\`upwind\` is the monotone scheme of Achdou and Capuzzo-Dolcetta; \`central\` takes the mean of the Hamiltonian over the two links of a
point. Both have the exact adjoint for the law.

## A circle whose answer is a formula: \`ergodic-crowd --preset log-circle\`

upwind:

${await exactTable("log-circle", "upwind", [32, 64, 128, 256, 512])}

central:

${await exactTable("log-circle", "central", [32, 64, 128, 256, 512])}

## A Gaussian on the line: \`ergodic-crowd --preset log-line\`

upwind:

${await exactTable("log-line", "upwind", [101, 201, 401, 801])}

central:

${await exactTable("log-line", "central", [101, 201, 401, 801])}

## The torus of Achdou and Capuzzo-Dolcetta: the constant

The reference is a Fourier method's (\`tests/reference/pde-benchmarks.json\`). The monotone scheme's error changes its sign at ν = 1
between 32 and 64 points, so that its order is not seen there.

### ν = 1

${await torusTable("nu-1", { upwind: [16, 32, 64], central: [16, 32, 64] })}

### ν = 0.1

${await torusTable("nu-0.1", { upwind: [32, 64, 128], central: [32, 64, 128] })}

### ν = 0.01

${await torusTable("nu-0.01", { upwind: [64, 128], central: [144, 160, 192] })}

### In the limit of fine grids

\`--option extrapolate=true\`: three grids, of 0.85, 0.925 and all of the points, and errors in powers of h². The estimate is what the
coarsest of them changed.

${await limitTable()}
`;
writeFileSync(new URL("../ergodic-orders.md", import.meta.url), text);
