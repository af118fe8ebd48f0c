import { useCallback, useState } from "preact/hooks";
import type { FieldAxis } from "../engine/protocol.ts";
import { layers } from "../state/studio.ts";
import { colour } from "../state/theme.ts";
import { pointer } from "../state/transport.ts";
import { digits } from "../text/words.ts";
import { Canvas } from "./canvas.tsx";
import type { Area } from "./canvas.tsx";
import { longAxes } from "./choose.ts";
import type { Picture } from "./choose.ts";
import { categories } from "./colours.ts";
import { drawAxes, drawCross, horizontal, place, valueAt, vertical } from "./frame.ts";
import type { Scale } from "./frame.ts";
import { AxisChoices, useChoices } from "./axis-choices.tsx";
import { flatIndex, nearestIndex, pointInWords } from "./choose.ts";
import { Legend } from "./legend.tsx";

const height = 200;

/** One bar for each item of a list, those of several answers side by side; closed forms as ticks. */
export function BarsPanel({ picture }: { readonly picture: Picture }) {
  const shown = layers.value.filter(({ answer }) => answer.fields[picture.field] !== undefined);
  const first = shown[0]?.answer.fields[picture.field];
  const [choices, choose] = useChoices(picture, first);
  const [reading, setReading] = useState("");
  const axis = first === undefined ? undefined : longAxes(first)[0];
  const draw = useCallback(
    (area: Area) => {
      if (axis === undefined || first === undefined) return;
      const read = (field: typeof first, list: Float64Array): number[] =>
        Array.from(
          axis.grid,
          (_, i) => list[flatIndex(field, (a) => (a.name === axis.name ? i : (choices[a.name] ?? 0)))],
        );
      const values = shown.map(({ answer }) => {
        const field = answer.fields[picture.field];
        return {
          bars: read(field, field.value),
          exact: field.exact === undefined ? undefined : read(field, field.exact),
        };
      });
      const all = values.flatMap(({ bars, exact }) => [...bars, ...(exact ?? [])]).filter(Number.isFinite);
      const [low, high] = [Math.min(0, ...all), Math.max(0, ...all)];
      const step = stepOf(axis.grid);
      const x = scaleOf(area, axis);
      const y = vertical(area, low, high === low ? low + 1 : high);
      const { context } = area;
      const slot = (place(x, step) - place(x, 0)) * 0.8;
      values.forEach(({ bars, exact }, k) => {
        const wide = slot / values.length;
        bars.forEach((value, i) => {
          const left = place(x, axis.grid[i]) - slot / 2 + k * wide;
          context.fillStyle = categories[k];
          context.fillRect(
            left,
            Math.min(place(y, value), place(y, 0)),
            Math.max(1, wide - 1),
            Math.abs(place(y, value) - place(y, 0)),
          );
          if (exact !== undefined) {
            context.fillStyle = colour("ink");
            context.fillRect(left, place(y, exact[i]) - 1, wide, 2);
          }
        });
      });
      drawAxes(area, x, y, { horizontal: axis.name.replaceAll("_", " "), vertical: "" }, { x: axis });
    },
    [layers.value, picture, choices],
  );
  const across = pointer.value;
  const marks = useCallback(
    (area: Area) => {
      if (axis !== undefined) drawCross(area, scaleOf(area, axis), vertical(area, 0, 1), { x: axis.name }, across);
    },
    [axis, across],
  );
  if (first === undefined || axis === undefined) return null;
  return (
    <>
      <AxisChoices field={first} drawn={[axis.name]} choices={choices} choose={choose} />
      <Canvas
        height={height}
        label={`${picture.title}: one bar for each ${axis.name}`}
        draw={draw}
        marks={marks}
        onMove={(px, _py, width) => {
          const at = nearestIndex(axis.grid, valueAt(scaleOf({ width }, axis), px));
          pointer.value = { [axis.name]: axis.grid[at] };
          const words = shown.map(({ answer }) => {
            const field = answer.fields[picture.field];
            const here = flatIndex(field, (a) => (a.name === axis.name ? at : (choices[a.name] ?? 0)));
            return digits(field.value[here]);
          });
          setReading(`${pointInWords(axis, at)}: ${words.join(", ")}`);
        }}
        onLeave={() => {
          pointer.value = {};
          setReading("");
        }}
      />
      <output class="reading">{reading}</output>
      {shown.length > 1 && <Legend items={shown.map(({ label }, k) => ({ label, colour: categories[k] }))} />}
    </>
  );
}

/** Half a step is left on both sides, so that bars have room. */
function scaleOf(area: Pick<Area, "width">, { grid }: FieldAxis): Scale {
  const step = stepOf(grid);
  return horizontal(area, grid[0] - step / 2, grid[grid.length - 1] + step / 2);
}

function stepOf(grid: Float64Array): number {
  return grid.length > 1 ? grid[1] - grid[0] : 1;
}
