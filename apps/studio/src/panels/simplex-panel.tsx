import { useCallback } from "preact/hooks";
import { layers } from "../state/studio.ts";
import { colour } from "../state/theme.ts";
import { time } from "../state/transport.ts";
import { Canvas } from "./canvas.tsx";
import type { Area } from "./canvas.tsx";
import { nearestIndex, pointInWords } from "./choose.ts";
import type { Picture } from "./choose.ts";
import { categories } from "./colours.ts";

const height = 260;

/** The path of a population over three states in their triangle; each corner is everybody in one state. */
export function SimplexPanel({ picture }: { readonly picture: Picture }) {
  const shown = layers.value.filter(({ answer }) => answer.fields[picture.field] !== undefined);
  const now = time.value;
  const states = shown[0]?.answer.fields[picture.field].axes.find(({ name }) => name === picture.drawn[1]);
  const draw = useCallback(
    (area: Area) => {
      if (states === undefined) return;
      const { context, width } = area;
      const side = Math.min(width - 60, ((height - 50) * 2) / Math.sqrt(3));
      const rise = (side * Math.sqrt(3)) / 2;
      const corners = [
        [(width - side) / 2, 22 + rise],
        [(width + side) / 2, 22 + rise],
        [width / 2, 22],
      ] as const;
      const at = (share: readonly number[]): readonly [number, number] => [
        corners.reduce((sum, [x], k) => sum + x * share[k], 0),
        corners.reduce((sum, [, y], k) => sum + y * share[k], 0),
      ];
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
        const t = field.axes[0];
        const share = (n: number): number[] => {
          const row = [0, 1, 2].map((s) => Math.max(0, field.value[3 * n + s]));
          const sum = row[0] + row[1] + row[2];
          return row.map((value) => value / (sum || 1));
        };
        context.strokeStyle = categories[k];
        context.fillStyle = categories[k];
        context.lineWidth = 2;
        context.beginPath();
        t.grid.forEach((_, n) => {
          const [x, y] = at(share(n));
          if (n === 0) context.moveTo(x, y);
          else context.lineTo(x, y);
        });
        context.stroke();
        const [x, y] = at(share(nearestIndex(t.grid, now)));
        context.beginPath();
        context.arc(x, y, 5, 0, 2 * Math.PI);
        context.fill();
      });
    },
    [layers.value, picture, now],
  );
  return <Canvas height={height} label={`${picture.title}: its path in the triangle of three states`} draw={draw} />;
}
