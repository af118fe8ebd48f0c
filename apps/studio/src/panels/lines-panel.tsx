import { useMemo } from "preact/hooks";
import { layers } from "../state/studio.ts";
import { digits } from "../text/words.ts";
import { AxisChoices, useChoices } from "./axis-choices.tsx";
import { flatIndex } from "./choose.ts";
import type { Picture } from "./choose.ts";
import { categories } from "./colours.ts";
import { LivePlot } from "./live-plot.tsx";
import type { Line } from "./live-plot.tsx";

/** A quantity along one axis, one line for each answer on the page, with the closed form dashed where there is one. */
export function LinesPanel({ picture }: { readonly picture: Picture }) {
  const shown = layers.value.filter(({ answer }) => answer.fields[picture.field] !== undefined);
  const first = shown[0]?.answer.fields[picture.field];
  const [choices, choose] = useChoices(picture, first);
  const axis = first?.axes.find(({ name }) => name === picture.drawn[0]);
  const lines = useMemo<readonly Line[]>(
    () =>
      shown.flatMap(({ label, answer }, k) => {
        const field = answer.fields[picture.field];
        const own = field.axes.find(({ name }) => name === picture.drawn[0]);
        if (own === undefined) return [];
        const read = (values: Float64Array): Float64Array =>
          own.grid.map((_, i) => values[flatIndex(field, (a) => (a === own ? i : (choices[a.name] ?? 0)))]);
        const line: Line = { label, x: own.grid, y: read(field.value), colour: categories[k] };
        return field.exact === undefined
          ? [line]
          : [line, { label: `${label}, exact`, x: own.grid, y: read(field.exact), colour: "ink", dashed: true }];
      }),
    [layers.value, picture, choices],
  );
  if (first === undefined || axis === undefined) return null;
  return (
    <>
      <AxisChoices field={first} drawn={picture.drawn} choices={choices} choose={choose} />
      <LivePlot lines={lines} axis={axis.name} label={`${picture.title} against ${axis.name}`} />
      {first.exact !== undefined && (
        <p class="note">largest distance to the closed form {digits(distance(first.value, first.exact), 2)}</p>
      )}
    </>
  );
}

function distance(a: Float64Array, b: Float64Array): number {
  return a.reduce((worst, value, i) => Math.max(worst, Math.abs(value - b[i])), 0);
}
