import type { Game, StabilityGrid, StabilityTable } from "meanfield";

/** All cells, one a line: which table, k, N, by closed form, by its check, by simulation. */
export function stabilityCsv({ grids }: StabilityTable): string {
  const lines = ["table,k,players,closed_form,check,simulated,standard_error"];
  for (const { name, rows, columns, value, check, simulated } of grids) {
    rows.forEach((k, i) =>
      columns.forEach((players, j) => {
        const estimate = simulated?.[i]?.[j];
        const chance = estimate === undefined ? ["", ""] : [estimate.mean, estimate.standardError].map(number);
        lines.push([name, size(k), size(players), number(value[i][j]), number(check[i][j]), ...chance].join(","));
      }),
    );
  }
  return `${lines.join("\n")}\n`;
}

function size(count: number): string {
  return count === Infinity ? "inf" : String(count);
}

function number(value: number): string {
  return value === Infinity ? "inf" : String(value);
}

/** Every table as a LaTeX `table`, with no package but those LaTeX itself has; margins behind lines. */
export function stabilityTex(
  game: Pick<Game, "title" | "parameters">,
  parameters: Readonly<Record<string, unknown>>,
  { grids, perturbations }: StabilityTable,
): string {
  const set = Object.entries(parameters)
    .map(([name, value]) => `${name} = ${String(value)}`)
    .join(",\\ ");
  const head = [
    `% ${game.title}: stability of backward propagation of chaos`,
    `% perturbed: ${perturbations.join(", ")}`,
    "",
  ];
  return [...head, ...grids.map((grid) => latexTable(grid, `$${set}$`))].join("\n");
}

function latexTable({ name, title, symbol, rows, columns, value }: StabilityGrid, set: string): string {
  const row = (cells: readonly string[]): string => `    ${cells.join(" & ")} \\\\`;
  const label = (count: number): string => (count === Infinity ? "$\\infty$" : `$${count}$`);
  const body = rows.flatMap((k, i) => [
    ...(k === Infinity ? ["    \\hline"] : []),
    row([label(k), ...value[i].map(latexNumber)]),
  ]);
  return [
    "\\begin{table}",
    "  \\centering",
    `  \\caption{${title}, $${symbol}$. ${set}.}`,
    `  \\label{tab:${name.replaceAll("_", "-")}}`,
    `  \\begin{tabular}{r|${columns.map((players) => (players === Infinity ? "|r" : "r")).join("")}}`,
    row(["$k \\backslash N$", ...columns.map(label)]),
    "    \\hline",
    ...body,
    "  \\end{tabular}",
    "\\end{table}",
    "",
  ].join("\n");
}

/** Four digits; far from one, with a power of ten. */
function latexNumber(value: number): string {
  if (!Number.isFinite(value)) return "--";
  const size = Math.abs(value);
  if (size === 0) return "$0$";
  if (size >= 0.000_999_95 && size < 99_995) return `$${plain(value)}$`;
  const [digits, power] = value.toExponential(2).split("e");
  return `$${digits}\\cdot 10^{${Number(power)}}$`;
}

function plain(value: number): string {
  const decimals = Math.max(0, 3 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(6, decimals));
}
