import { useCallback } from "preact/hooks";
import type { Field } from "../engine/protocol.ts";
import { layers } from "../state/studio.ts";
import { time } from "../state/transport.ts";
import { digits } from "../text/words.ts";
import { AxisChoices, useChoices } from "./axis-choices.tsx";
import { Canvas } from "./canvas.tsx";
import type { Area } from "./canvas.tsx";
import { flatIndex, nearestIndex } from "./choose.ts";
import type { Picture } from "./choose.ts";
import { ColourBar } from "./colour-bar.tsx";
import { drawAxes, margin } from "./frame.ts";
import { paintGrid, shadingOf } from "./shading.ts";
import type { Shading } from "./shading.ts";

/** A field over the plane at the time of the cursor, one picture for each answer on the page. */
export function PlanePanel({ picture }: { readonly picture: Picture }) {
  const shown = layers.value.filter(({ answer }) => answer.fields[picture.field] !== undefined);
  const fields = shown.map(({ answer }) => answer.fields[picture.field]);
  const first = fields[0];
  const [choices, choose] = useChoices();
  if (first === undefined) return null;
  const shading = shadingOf(
    fields.map(({ value }) => value),
    picture.role === "population" ? "root" : "linear",
  );
  return (
    <>
      <AxisChoices field={first} drawn={picture.drawn} choices={choices} choose={choose} />
      <div class="beside">
        {shown.map(({ label, answer }) => (
          <figure key={label}>
            {shown.length > 1 && <figcaption>{label}</figcaption>}
            <Plane field={answer.fields[picture.field]} picture={picture} choices={choices} shading={shading} />
          </figure>
        ))}
      </div>
      <ColourBar shading={shading} root={picture.role === "population"} />
    </>
  );
}

interface PlaneProps {
  readonly field: Field;
  readonly picture: Picture;
  readonly choices: Readonly<Record<string, number>>;
  readonly shading: Shading;
}

const height = 300;

function Plane({ field, picture, choices, shading }: PlaneProps) {
  const axis = (name: string | undefined) => field.axes.find((candidate) => candidate.name === name);
  const spatial = picture.drawn.filter((name) => name !== "t");
  const [x, y, t] = [axis(spatial[0]), axis(spatial[1]), axis("t")];
  const now = time.value;
  const draw = useCallback(
    (area: Area) => {
      if (x === undefined || y === undefined) return;
      const cells = x.kind === "discrete";
      const span = (grid: Float64Array): number =>
        grid[grid.length - 1] - grid[0] + (cells ? (grid[grid.length - 1] - grid[0]) / (grid.length - 1) : 0);
      // Equal lengths look equal.
      const room = { width: area.width - margin.left - margin.right, height: area.height - margin.top - margin.bottom };
      const unit = Math.min(room.width / span(x.grid), room.height / span(y.grid));
      const [w, h] = [unit * span(x.grid), unit * span(y.grid)];
      const half = (grid: Float64Array): number => (span(grid) - (grid[grid.length - 1] - grid[0])) / 2;
      const left = margin.left + (room.width - w) / 2;
      const sx = {
        from: x.grid[0] - half(x.grid),
        to: x.grid[x.grid.length - 1] + half(x.grid),
        start: left,
        end: left + w,
      };
      const sy = {
        from: y.grid[0] - half(y.grid),
        to: y.grid[y.grid.length - 1] + half(y.grid),
        start: margin.top + h,
        end: margin.top,
      };
      const n = t === undefined ? 0 : nearestIndex(t.grid, now);
      paintGrid(
        area.context,
        { x: sx.start, y: sy.end, width: w, height: h },
        {
          columns: x.grid.length,
          rows: y.grid.length,
          cells,
          at: (i, j) =>
            field.value[
              flatIndex(field, (axis) => (axis === x ? i : axis === y ? j : axis === t ? n : (choices[axis.name] ?? 0)))
            ],
        },
        shading,
        area.ratio,
      );
      drawAxes(area, sx, sy, { horizontal: x.name, vertical: y.name });
    },
    [field, x, y, t, choices, shading, now],
  );
  if (x === undefined || y === undefined) return null;
  const label = `${picture.title} over the plane${t === undefined ? "" : ` at time ${digits(now)}`}`;
  return <Canvas height={height} label={label} draw={draw} />;
}
