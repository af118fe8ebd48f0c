import { useCallback, useState } from "preact/hooks";
import type { Field, FieldAxis } from "../engine/protocol.ts";
import { answer, layers } from "../state/studio.ts";
import { pointer, setTime, settle, time } from "../state/transport.ts";
import { digits } from "../text/words.ts";
import { Canvas } from "./canvas.tsx";
import type { Area } from "./canvas.tsx";
import { flatIndex, nearestIndex } from "./choose.ts";
import type { Picture } from "./choose.ts";
import { drawAxes, drawCross, drawCursor, horizontal, valueAt, vertical } from "./frame.ts";
import type { Scale } from "./frame.ts";
import "../style/panels.css";
import { crowdShading, paintGrid, shadingOf } from "./shading.ts";
import { AxisChoices, useChoices } from "./axis-choices.tsx";
import { ColourBar } from "./colour-bar.tsx";

const height = 230;

/** A field over two axes, usually time and state, one picture for each answer on the page. */
export function HeatPanel({ picture }: { readonly picture: Picture }) {
  const shown = layers.value.filter(({ answer }) => answer.fields[picture.field] !== undefined);
  const fields = shown.map(({ answer }) => answer.fields[picture.field]);
  const first = fields[0];
  const [choices, choose] = useChoices(picture, first);
  if (first === undefined) return null;
  // While it forms, colours are also those of what comes out, so that they do not change from picture to picture.
  const coloured = [...fields, answer.value?.fields[picture.field]].filter((field) => field !== undefined);
  const values = coloured.map(({ value }) => value);
  const shading = picture.role === "population" ? crowdShading(values, coloured) : shadingOf(values, "linear");
  return (
    <>
      <AxisChoices field={first} drawn={picture.drawn} choices={choices} choose={choose} />
      <div class="beside">
        {shown.map(({ label, answer }) => (
          <figure key={label}>
            {shown.length > 1 && <figcaption>{label}</figcaption>}
            <Heat field={answer.fields[picture.field]} picture={picture} choices={choices} shading={shading} />
          </figure>
        ))}
      </div>
      <ColourBar shading={shading} root={picture.role === "population"} />
    </>
  );
}

interface HeatProps {
  readonly field: Field;
  readonly picture: Picture;
  readonly choices: Readonly<Record<string, number>>;
  readonly shading: ReturnType<typeof shadingOf>;
}

function Heat({ field, picture, choices, shading }: HeatProps) {
  const [x, y] = picture.drawn.map((name) => field.axes.find((axis) => axis.name === name));
  const [reading, setReading] = useState("");
  const now = time.value;
  const across = pointer.value;
  const draw = useCallback(
    (area: Area) => {
      if (x === undefined || y === undefined) return;
      const cells = x.kind === "discrete" || y.kind === "discrete";
      const [sx, sy] = scales(area.width, x.grid, y.grid, cells);
      paintGrid(
        area.context,
        { x: sx.start, y: sy.end, width: sx.end - sx.start, height: sy.start - sy.end },
        {
          columns: x.grid.length,
          rows: y.grid.length,
          cells,
          at: (i, j) =>
            field.value[flatIndex(field, (axis) => (axis === x ? i : axis === y ? j : (choices[axis.name] ?? 0)))],
        },
        shading,
        area.ratio,
      );
      drawAxes(area, sx, sy, { horizontal: x.name, vertical: y.name }, { x, y });
    },
    [field, x, y, choices, shading],
  );
  const marks = useCallback(
    (area: Area) => {
      if (x === undefined || y === undefined) return;
      const [sx, sy] = scales(area.width, x.grid, y.grid, x.kind === "discrete" || y.kind === "discrete");
      if (x.name === "t") drawCursor(area, sx, sy, now);
      drawCross(area, sx, sy, { x: x.name, y: y.name }, across);
    },
    [x, y, now, across],
  );
  if (x === undefined || y === undefined) return null;
  const read = (px: number, py: number, width: number): readonly [number, number] => {
    const cells = x.kind === "discrete" || y.kind === "discrete";
    const [sx, sy] = scales(width, x.grid, y.grid, cells);
    return [valueAt(sx, px), valueAt(sy, py)];
  };
  return (
    <>
      <Canvas
        height={height}
        label={`${picture.title}: ${x.name} from ${digits(x.grid[0])} to ${digits(x.grid[x.grid.length - 1])}, ${y.name} from ${digits(y.grid[0])} to ${digits(y.grid[y.grid.length - 1])}`}
        draw={draw}
        marks={marks}
        onMove={(px, py, width) => {
          const [u, v] = read(px, py, width);
          const [i, j] = [nearestIndex(x.grid, u), nearestIndex(y.grid, v)];
          pointer.value = { [x.name]: x.grid[i], [y.name]: y.grid[j] };
          const value =
            field.value[flatIndex(field, (axis) => (axis === x ? i : axis === y ? j : (choices[axis.name] ?? 0)))];
          setReading(`${readAt(x, i)}, ${readAt(y, j)}: ${digits(value)}`);
        }}
        onPress={(px, py, width) => {
          if (x.name !== "t") return;
          const t = Math.min(x.grid[x.grid.length - 1], Math.max(x.grid[0], read(px, py, width)[0]));
          setTime(t);
          settle();
        }}
        onLeave={() => {
          pointer.value = {};
          setReading("");
        }}
      />
      <output class="reading">{reading}</output>
    </>
  );
}

function readAt({ name, grid, labels }: FieldAxis, i: number): string {
  return labels?.[i] ?? `${name.replaceAll("_", " ")} = ${digits(grid[i], 4)}`;
}

function scales(width: number, x: Float64Array, y: Float64Array, cells: boolean): readonly [Scale, Scale] {
  const pad = (grid: Float64Array): readonly [number, number] => {
    const last = grid[grid.length - 1];
    const half = cells && grid.length > 1 ? (last - grid[0]) / (grid.length - 1) / 2 : 0;
    return [grid[0] - half, last + half];
  };
  return [horizontal({ width }, ...pad(x)), vertical({ height }, ...pad(y))];
}
