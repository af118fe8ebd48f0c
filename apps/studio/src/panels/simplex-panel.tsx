import { useCallback } from "preact/hooks";
import type { Field } from "../engine/protocol.ts";
import { layers } from "../state/studio.ts";
import { colour } from "../state/theme.ts";
import { pointer, time } from "../state/transport.ts";
import { Canvas } from "./canvas.tsx";
import type { Area } from "./canvas.tsx";
import { nearestIndex, pointInWords } from "./choose.ts";
import type { Picture } from "./choose.ts";
import { categories } from "./colours.ts";
import { Legend } from "./legend.tsx";

const height = 260;

/** The path of a population over three states in their triangle; each corner is everybody in one state. */
export function SimplexPanel({ picture }: { readonly picture: Picture }) {
  const shown = layers.value.filter(({ answer }) => answer.fields[picture.field] !== undefined);
  const now = time.value;
  const states = shown[0]?.answer.fields[picture.field].axes.find(({ name }) => name === picture.drawn[1]);
  const across = pointer.value["t"];
  const draw = useCallback(
    (area: Area) => {
      if (states === undefined) return;
      const { context } = area;
      const { corners, at } = triangle(area);
      context.strokeStyle = colour("line");
      context.beginPath();
      corners.forEach(([x, y], k) => (k === 0 ? context.moveTo(x, y) : context.lineTo(x, y)));
      context.closePath();
      context.stroke();
      context.fillStyle = colour("ink");
      context.font = "11px system-ui, sans-serif";
      context.textAlign = "center";
      corners.forEach(([x, y], k) => {
        context.fillText(pointInWords(states, k), x, k === 2 ? y - 8 : y + 16);
      });
      shown.forEach(({ answer }, k) => {
        const field = answer.fields[picture.field];
        context.strokeStyle = categories[k];
        context.lineWidth = 2;
        context.beginPath();
        field.axes[0].grid.forEach((_, n) => {
          const [x, y] = at(shareOf(field, n));
          if (n === 0) context.moveTo(x, y);
          else context.lineTo(x, y);
        });
        context.stroke();
      });
    },
    [layers.value, picture],
  );
  const marks = useCallback(
    (area: Area) => {
      const { context } = area;
      const { at } = triangle(area);
      shown.forEach(({ answer }, k) => {
        const field = answer.fields[picture.field];
        const dot = (t: number): void => {
          const [x, y] = at(shareOf(field, nearestIndex(field.axes[0].grid, t)));
          context.beginPath();
          context.arc(x, y, 5, 0, 2 * Math.PI);
        };
        context.fillStyle = categories[k];
        dot(now);
        context.fill();
        if (across === undefined) return;
        context.strokeStyle = colour("ink");
        context.lineWidth = 1.5;
        dot(across);
        context.stroke();
      });
    },
    [layers.value, picture, now, across],
  );
  const label = `${picture.title}: its path in the triangle of three states`;
  return (
    <>
      <Canvas height={height} label={label} draw={draw} marks={marks} />
      {shown.length > 1 && <Legend items={shown.map(({ label }, k) => ({ label, colour: categories[k] }))} />}
    </>
  );
}

type Point = readonly [x: number, y: number];

interface Triangle {
  readonly corners: readonly Point[];
  /** Where three shares that sum to one lie. */
  readonly at: (share: readonly number[]) => Point;
}

function triangle({ width }: Pick<Area, "width">): Triangle {
  const side = Math.min(width - 60, ((height - 50) * 2) / Math.sqrt(3));
  const rise = (side * Math.sqrt(3)) / 2;
  const corners: readonly Point[] = [
    [(width - side) / 2, 22 + rise],
    [(width + side) / 2, 22 + rise],
    [width / 2, 22],
  ];
  return {
    corners,
    at: (share) => [
      corners.reduce((sum, [x], k) => sum + x * share[k], 0),
      corners.reduce((sum, [, y], k) => sum + y * share[k], 0),
    ],
  };
}

/** The shares at a time, of a whole where those under way are left out. */
function shareOf({ value }: Field, n: number): number[] {
  const row = [0, 1, 2].map((s) => Math.max(0, value[3 * n + s]));
  const sum = row[0] + row[1] + row[2];
  return row.map((share) => share / (sum || 1));
}
