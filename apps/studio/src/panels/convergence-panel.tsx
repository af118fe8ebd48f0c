import { computed } from "@preact/signals";
import { useMemo, useState } from "preact/hooks";
import { along, formingIteration, showIteration } from "../state/forming.ts";
import { trace } from "../state/studio.ts";
import { categories } from "./colours.ts";
import { convergingNames } from "./converging.ts";
import { LivePlot } from "./live-plot.tsx";
import type { Line } from "./live-plot.tsx";

/** How the solve converges: what its trace tells, on a logarithmic axis, against iterations or time. */
export function ConvergencePanel() {
  const [against, setAgainst] = useState<"iteration" | "seconds">("iteration");
  const rows = trace.value;
  const timed = rows.length > 1 && rows.every((row) => row["seconds"] !== undefined);
  const axis = against === "seconds" && timed ? "seconds" : "iteration";
  const lines = useMemo<readonly Line[]>(() => {
    const x = Float64Array.from(rows, (row) => (axis === "seconds" ? row["seconds"] : row.k));
    const wanted = convergingNames(rows);
    return wanted.map((name, i) => ({
      label: name.replaceAll("_", " "),
      x,
      // Zero and below have no place on this axis: a gap.
      y: Float64Array.from(rows, (row) => (row[name] > 0 ? row[name] : Number.NaN)),
      colour: categories[i],
    }));
  }, [rows, axis]);
  if (rows.length < 2 || lines.length === 0)
    return <p class="note">Solved in {rows.length === 1 ? "one step" : `${rows.length} steps`}: there is no curve.</p>;
  return (
    <>
      <LivePlot
        lines={lines}
        axis={axis}
        label={`Convergence against ${axis}`}
        logarithmic
        cursor={axis === "seconds" ? secondNow : formingIteration}
        pick={(at) => pickIteration(axis, at)}
      />
      {timed && (
        <div class="choices">
          <label>
            against{" "}
            <select
              value={axis}
              onChange={(event) => void setAgainst(event.currentTarget.value as "iteration" | "seconds")}
            >
              <option value="iteration">iterations</option>
              <option value="seconds">seconds</option>
            </select>
          </label>
        </div>
      )}
    </>
  );
}

/** When the iteration that is shown was done. */
const secondNow = computed(() => {
  const k = formingIteration.value;
  return trace.value.find((row) => row.k === k)?.["seconds"] ?? null;
});

/** Where iterations are replayed, a click goes to one. */
function pickIteration(axis: "iteration" | "seconds", at: number): void {
  if (along.peek() !== "iterations") return;
  const rows = trace.peek();
  const distance = (row: (typeof rows)[number]): number => Math.abs((axis === "seconds" ? row["seconds"] : row.k) - at);
  const [first, ...others] = rows;
  if (first !== undefined)
    showIteration(others.reduce((best, row) => (distance(row) < distance(best) ? row : best), first).k);
}
