import { useCallback, useState } from "preact/hooks";
import type { Field, FieldAxis } from "../engine/protocol.ts";
import { layers } from "../state/studio.ts";
import { colour } from "../state/theme.ts";
import { pointer, setTime, settle, time } from "../state/transport.ts";
import { digits } from "../text/words.ts";
import { Canvas } from "./canvas.tsx";
import type { Area } from "./canvas.tsx";
import { nearestIndex, pointInWords } from "./choose.ts";
import type { Picture } from "./choose.ts";
import { categories } from "./colours.ts";
import { drawAxes, drawCross, drawCursor, horizontal, place, valueAt, vertical } from "./frame.ts";
import type { Scale } from "./frame.ts";
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
  const across = pointer.value;
  const draw = useCallback(
    (area: Area) => {
      if (t === undefined || states === undefined) return;
      const { x, y } = scales(area, field, t);
      const { context } = area;
      const edges = edgesOf(field, t, states);
      states.grid.forEach((_, s) => {
        context.fillStyle = categories[s];
        trace(context, t, edges, s, x, y);
        context.fill();
      });
      drawAxes(area, x, y, { horizontal: "t", vertical: "" }, { x: t });
    },
    [field, t, states],
  );
  const marks = useCallback(
    (area: Area) => {
      if (t === undefined || states === undefined) return;
      const { x, y } = scales(area, field, t);
      drawCursor(area, x, y, now);
      drawCross(area, x, y, { x: "t" }, across);
      const pointed = states.grid.indexOf(across[states.name]);
      if (pointed < 0) return;
      area.context.strokeStyle = colour("ink");
      area.context.lineWidth = 1.5;
      trace(area.context, t, edgesOf(field, t, states), pointed, x, y);
      area.context.stroke();
    },
    [field, t, states, now, across],
  );
  const [reading, setReading] = useState("");
  if (t === undefined || states === undefined) return null;
  const timeAt = (px: number, width: number): number => {
    const [first, last] = [t.grid[0], t.grid[t.grid.length - 1]];
    return Math.min(last, Math.max(first, valueAt(horizontal({ width }, first, last), px)));
  };
  return (
    <>
      <Canvas
        height={height}
        label={`${picture.title}: shares of the population along time`}
        draw={draw}
        marks={marks}
        onMove={(px, py, width) => {
          const n = nearestIndex(t.grid, timeAt(px, width));
          const share = valueAt(scales({ width, height }, field, t).y, py);
          const edges = edgesOf(field, t, states);
          const count = states.grid.length;
          const s = Math.max(
            0,
            Array.from({ length: count }, (_, k) => k).find((k) => share < edges[n * (count + 1) + k + 1]) ?? count - 1,
          );
          pointer.value = { t: t.grid[n], [states.name]: states.grid[s] };
          setReading(`t = ${digits(t.grid[n], 4)}, ${pointInWords(states, s)}: ${digits(field.value[n * count + s])}`);
        }}
        onLeave={() => {
          pointer.value = {};
          setReading("");
        }}
        onPress={(px, _py, width) => {
          setTime(timeAt(px, width));
          settle();
        }}
      />
      <output class="reading">{reading}</output>
    </>
  );
}

/** Where the bands of states begin and end: 0 first, then sums of shares, one more than states at each time. */
function edgesOf(field: Field, t: FieldAxis, states: FieldAxis): Float64Array {
  const count = states.grid.length;
  const edges = new Float64Array(t.grid.length * (count + 1));
  t.grid.forEach((_, n) => {
    for (let s = 0; s < count; s++)
      edges[n * (count + 1) + s + 1] = edges[n * (count + 1) + s] + field.value[n * count + s];
  });
  return edges;
}

function scales(
  area: Pick<Area, "width" | "height">,
  field: Field,
  t: FieldAxis,
): { readonly x: Scale; readonly y: Scale } {
  const count = field.value.length / t.grid.length;
  let most = 0;
  t.grid.forEach((_, n) => {
    most = Math.max(
      most,
      field.value.subarray(n * count, (n + 1) * count).reduce((sum, share) => sum + share, 0),
    );
  });
  return { x: horizontal(area, t.grid[0], t.grid[t.grid.length - 1]), y: vertical(area, 0, most) };
}

/** The outline of the band of a state. */
function trace(
  context: CanvasRenderingContext2D,
  t: FieldAxis,
  edges: Float64Array,
  s: number,
  x: Scale,
  y: Scale,
): void {
  const width = edges.length / t.grid.length;
  context.beginPath();
  t.grid.forEach((at, n) => {
    const top = place(y, edges[n * width + s + 1]);
    if (n === 0) context.moveTo(place(x, at), top);
    else context.lineTo(place(x, at), top);
  });
  for (let n = t.grid.length - 1; n >= 0; n--) context.lineTo(place(x, t.grid[n]), place(y, edges[n * width + s]));
  context.closePath();
}
