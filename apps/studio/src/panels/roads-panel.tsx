import { useCallback, useState } from "preact/hooks";
import type { Answer, Field, RoadsOfAnswer } from "../engine/protocol.ts";
import { layers } from "../state/studio.ts";
import { colour } from "../state/theme.ts";
import { time } from "../state/transport.ts";
import { digits } from "../text/words.ts";
import { Canvas } from "./canvas.tsx";
import type { Area } from "./canvas.tsx";
import { nearestIndex } from "./choose.ts";
import type { Picture } from "./choose.ts";
import { ColourBar } from "./colour-bar.tsx";
import { distanceTo, drawnRoads } from "./roads.ts";
import type { DrawnRoad } from "./roads.ts";
import { colourOf, shadingOf } from "./shading.ts";
import type { Shading } from "./shading.ts";

const height = 340;

/** How much is on each road at the time of the cursor: the thicker and the lighter, the more; traffic keeps to the right. */
export function RoadsPanel({ picture }: { readonly picture: Picture }) {
  const shown = layers.value.filter(({ answer }) => answer.fields[picture.field] !== undefined);
  const shading = shadingOf(
    shown.map(({ answer }) => answer.fields[picture.field].value),
    "root",
  );
  return (
    <>
      <div class="beside">
        {shown.map(({ label, answer }) => (
          <figure key={label}>
            {shown.length > 1 && <figcaption>{label}</figcaption>}
            <Roads answer={answer} field={answer.fields[picture.field]} picture={picture} shading={shading} />
          </figure>
        ))}
      </div>
      <ColourBar shading={shading} root />
    </>
  );
}

interface RoadsProps {
  readonly answer: Answer;
  readonly field: Field;
  readonly picture: Picture;
  readonly shading: Shading;
}

/** Pixels within which the pointer is on a road. */
const near = 8;
/** Of more crossings names would cover the map. */
const mostNames = 40;

function Roads({ answer, field, picture, shading }: RoadsProps) {
  const map = answer.roads;
  const [t] = field.axes;
  const now = time.value;
  const [reading, setReading] = useState("");
  const row = nearestIndex(t.grid, now);
  const draw = useCallback(
    (area: Area) => {
      if (map !== undefined) drawMap(area, map, rowOf(field, map, row), shading);
    },
    [map, field, row, shading],
  );
  if (map === undefined) return null;
  return (
    <>
      <Canvas
        height={height}
        label={`${picture.title} on ${map.roads.length} roads between ${map.crossings.length} crossings at time ${digits(now, 4)}`}
        draw={draw}
        onMove={(x, y, width) => {
          const values = rowOf(field, map, row);
          const { roads } = drawnRoads(map, values, shading.high, { width, height });
          const best = roads.reduce<DrawnRoad | undefined>(
            (nearest, road) =>
              nearest === undefined || distanceTo(road, x, y) < distanceTo(nearest, x, y) ? road : nearest,
            undefined,
          );
          if (best === undefined || distanceTo(best, x, y) > near) {
            setReading("");
            return;
          }
          const { from, to } = map.roads[best.index];
          const ends = `${map.crossings[from].name} → ${map.crossings[to].name}`;
          setReading(`${ends}, t = ${digits(t.grid[row], 4)}: ${digits(values[best.index], 5)}`);
        }}
        onLeave={() => setReading("")}
      />
      <output class="reading">{reading}</output>
    </>
  );
}

function rowOf(field: Field, { roads }: RoadsOfAnswer, row: number): Float64Array {
  return field.value.subarray(row * roads.length, (row + 1) * roads.length);
}

function drawMap({ context, width }: Area, map: RoadsOfAnswer, values: Float64Array, shading: Shading): void {
  const { points, roads } = drawnRoads(map, values, shading.high, { width, height });
  const [ink, paper, line] = [colour("ink"), colour("paper"), colour("line")];
  context.lineCap = "butt";
  // What is busy lies over what is not.
  for (const road of roads.toSorted((a, b) => a.thick - b.thick)) {
    const { x1, y1, x2, y2, thick, busy, index } = road;
    const stroke = (style: string, wide: number): void => {
      context.strokeStyle = style;
      context.lineWidth = wide;
      context.beginPath();
      context.moveTo(x1, y1);
      context.lineTo(x2, y2);
      context.stroke();
    };
    stroke(line, busy ? thick + 1.4 : 1.4);
    if (busy) stroke(`#${colourOf(shading, values[index]).toString(16).padStart(6, "0")}`, thick);
    if (road.oneWay) drawArrow(context, road, ink);
  }
  const named = map.crossings.length <= mostNames;
  const radius = named ? (map.crossings.length <= 12 ? 9 : 7) : 2.5;
  context.font = `${map.crossings.length <= 12 ? 11 : 8.5}px system-ui, sans-serif`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineWidth = 1;
  points.forEach(({ x, y }, i) => {
    context.fillStyle = paper;
    context.strokeStyle = ink;
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
    context.fillStyle = ink;
    if (named) context.fillText(map.crossings[i].name, x, y + 0.5);
  });
}

/** Half the length of the arrow on a road without a way back, in pixels. */
const arrow = 5;

function drawArrow(context: CanvasRenderingContext2D, { x1, y1, x2, y2 }: DrawnRoad, style: string): void {
  const angle = Math.atan2(y2 - y1, x2 - x1);
  const [x, y] = [(x1 + x2) / 2 + arrow * Math.cos(angle), (y1 + y2) / 2 + arrow * Math.sin(angle)];
  context.strokeStyle = style;
  context.lineWidth = 1.3;
  context.beginPath();
  for (const side of [-0.6, 0.6]) {
    context.moveTo(x, y);
    context.lineTo(x - 2 * arrow * Math.cos(angle + side), y - 2 * arrow * Math.sin(angle + side));
  }
  context.stroke();
}
