import { useCallback } from "preact/hooks";
import type { Field } from "../engine/protocol.ts";
import { layers } from "../state/studio.ts";
import { setTime, settle, time } from "../state/transport.ts";
import { Canvas } from "./canvas.tsx";
import type { Area } from "./canvas.tsx";
import { pointInWords } from "./choose.ts";
import type { Picture } from "./choose.ts";
import { categories } from "./colours.ts";
import { drawAxes, drawCursor, horizontal, place, valueAt, vertical } from "./frame.ts";
import { Legend } from "./legend.tsx";

const height = 220;

/** Shares of a few states along time, standing on each other; together they are the whole population. */
export function StackPanel({ picture }: { readonly picture: Picture }) {
  const shown = layers.value.filter(({ answer }) => answer.fields[picture.field] !== undefined);
  const states = shown[0]?.answer.fields[picture.field].axes.find(({ name }) => name === picture.drawn[1]);
  if (states === undefined) return null;
  return (
    <>
      <div class="beside">
        {shown.map(({ label, answer }) => (
          <figure key={label}>
            {shown.length > 1 && <figcaption>{label}</figcaption>}
            <Stack field={answer.fields[picture.field]} picture={picture} />
          </figure>
        ))}
      </div>
      <Legend
        items={Array.from(states.grid, (_, i) => ({
          label: pointInWords(states, i),
          colour: categories[i],
        }))}
      />
    </>
  );
}

function Stack({ field, picture }: { readonly field: Field; readonly picture: Picture }) {
  const [t, states] = picture.drawn.map((name) => field.axes.find((axis) => axis.name === name));
  const now = time.value;
  const draw = useCallback(
    (area: Area) => {
      if (t === undefined || states === undefined) return;
      const count = states.grid.length;
      const total = (n: number): number => {
        let sum = 0;
        for (let s = 0; s < count; s++) sum += field.value[n * count + s];
        return sum;
      };
      const most = Math.max(...Array.from(t.grid, (_, n) => total(n)));
      const x = horizontal(area, t.grid[0], t.grid[t.grid.length - 1]);
      const y = vertical(area, 0, most);
      const { context } = area;
      const below = new Float64Array(t.grid.length);
      for (let s = 0; s < count; s++) {
        context.fillStyle = categories[s];
        context.beginPath();
        t.grid.forEach((at, n) => {
          const top = below[n] + field.value[n * count + s];
          if (n === 0) context.moveTo(place(x, at), place(y, top));
          else context.lineTo(place(x, at), place(y, top));
        });
        for (let n = t.grid.length - 1; n >= 0; n--) context.lineTo(place(x, t.grid[n]), place(y, below[n]));
        context.fill();
        t.grid.forEach((_, n) => {
          below[n] += field.value[n * count + s];
        });
      }
      drawAxes(area, x, y, { horizontal: "t", vertical: "" });
      drawCursor(area, x, y, now);
    },
    [field, t, states, now],
  );
  if (t === undefined) return null;
  return (
    <Canvas
      height={height}
      label={`${picture.title}: shares of the population along time`}
      draw={draw}
      onPress={(px, _py, width) => {
        const [first, last] = [t.grid[0], t.grid[t.grid.length - 1]];
        setTime(Math.min(last, Math.max(first, valueAt(horizontal({ width }, first, last), px))));
        settle();
      }}
    />
  );
}
