import { useCallback } from "preact/hooks";
import { layers } from "../state/studio.ts";
import { colour } from "../state/theme.ts";
import { Canvas } from "./canvas.tsx";
import type { Area } from "./canvas.tsx";
import { longAxes } from "./choose.ts";
import type { Picture } from "./choose.ts";
import { categories } from "./colours.ts";
import { drawAxes, horizontal, place, vertical } from "./frame.ts";
import { AxisChoices, useChoices } from "./axis-choices.tsx";
import { flatIndex } from "./choose.ts";
import { Legend } from "./legend.tsx";

const height = 200;

/** One bar for each item of a list, those of several answers side by side; closed forms as ticks. */
export function BarsPanel({ picture }: { readonly picture: Picture }) {
  const shown = layers.value.filter(({ answer }) => answer.fields[picture.field] !== undefined);
  const first = shown[0]?.answer.fields[picture.field];
  const [choices, choose] = useChoices();
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
      const step = axis.grid.length > 1 ? axis.grid[1] - axis.grid[0] : 1;
      const x = horizontal(area, axis.grid[0] - step / 2, axis.grid[axis.grid.length - 1] + step / 2);
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
  if (first === undefined || axis === undefined) return null;
  return (
    <>
      <AxisChoices field={first} drawn={[axis.name]} choices={choices} choose={choose} />
      <Canvas height={height} label={`${picture.title}: one bar for each ${axis.name}`} draw={draw} />
      {shown.length > 1 && <Legend items={shown.map(({ label }, k) => ({ label, colour: categories[k] }))} />}
    </>
  );
}
