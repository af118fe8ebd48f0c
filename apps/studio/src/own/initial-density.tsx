import { useCallback, useRef, useState } from "preact/hooks";
import { Canvas } from "../panels/canvas.tsx";
import type { Area } from "../panels/canvas.tsx";
import { answer } from "../state/studio.ts";
import { colour } from "../state/theme.ts";
import { edit } from "./draft.ts";
import type { Document } from "./document.ts";
import { bells, densityFormula, drawnThrough } from "./drawn-density.ts";

const height = 90;

/** The density at the start, to be drawn with the pointer; what is drawn becomes the formula above. */
export function InitialDensity({ document }: { readonly document: Document }) {
  const [heights, setHeights] = useState<readonly number[] | null>(null);
  const hand = useRef<readonly [number, number] | null>(null);
  const field = answer.value?.fields["density"];
  const x = field?.axes.find(({ name }) => name === "x");
  const formula = JSON.stringify(document["initial_density"] ?? "");
  const drawn = useRef("");
  // A formula that was typed takes the place of what was drawn.
  const shown = heights !== null && formula === drawn.current ? heights : null;
  const draw = useCallback(
    ({ context, width }: Area) => {
      context.strokeStyle = colour("accent");
      context.fillStyle = colour("accent-soft");
      const values =
        shown ?? (field === undefined || x === undefined ? [] : Array.from(field.value.subarray(0, x.grid.length)));
      const most = shown === null ? Math.max(...values, 1e-12) * 1.1 : 1;
      context.beginPath();
      context.moveTo(0, height);
      values.forEach((value, i) => context.lineTo((i / (values.length - 1)) * width, height * (1 - value / most)));
      context.lineTo(width, height);
      context.fill();
      context.stroke();
    },
    [shown, field, x],
  );
  if (x === undefined) return null;
  const [from, to] = [x.grid[0], x.grid[x.grid.length - 1]];
  return (
    <div class="vector">
      <Canvas
        height={height}
        label="Initial density: draw it with the pointer, or type its formula above"
        draw={draw}
        onPress={(px, py, width) => {
          const at = [Math.min(1, Math.max(0, px / width)), Math.min(1, Math.max(0, 1 - py / height))] as const;
          const next = drawnThrough(
            shown ?? startingHeights(field?.value.subarray(0, x.grid.length)),
            hand.current ?? at,
            at,
          );
          hand.current = at;
          setHeights(next);
          const text = densityFormula(next, from, to);
          drawn.current = JSON.stringify(text);
          edit("initial_density", text);
        }}
        onMove={() => {
          hand.current = null;
        }}
        onLeave={() => {
          hand.current = null;
        }}
      />
      <p class="note">draw the density with the pointer</p>
    </div>
  );
}

/** Heights of what is there, so that a hand changes it instead of starting from nothing. */
function startingHeights(values: Float64Array | undefined): readonly number[] {
  if (values === undefined || values.length < 2) return Array.from({ length: bells }, () => 0);
  const most = Math.max(...values, 1e-12) * 1.1;
  return Array.from({ length: bells }, (_, i) => values[Math.round((i * (values.length - 1)) / (bells - 1))] / most);
}
