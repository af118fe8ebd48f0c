import { useCallback } from "preact/hooks";
import type { PlayedGame } from "../engine/protocol.ts";
import { colour } from "../state/theme.ts";
import { Canvas } from "./canvas.tsx";
import type { Area } from "./canvas.tsx";
import { categories } from "./colours.ts";
import { drawAxes, horizontal, place, vertical } from "./frame.ts";

type Count = NonNullable<PlayedGame["defaults"]>["count"];

/** Two-sided 95 % of a normal error. */
const reach = 1.96;

/** The law of the number of defaults as bars, with 95 % error bars. */
export function DefaultLaw({ count }: { readonly count: Count }) {
  const { value, standardError } = count;
  const draw = useCallback(
    (area: Area) => {
      const { context } = area;
      const high = Math.max(...Array.from(value, (p, k) => p + reach * error(standardError[k])));
      const x = horizontal(area, -0.5, value.length - 0.5);
      const y = vertical(area, 0, high > 0 ? high : 1);
      const wide = Math.max(1, (place(x, 1) - place(x, 0)) * 0.8);
      value.forEach((p, k) => {
        context.fillStyle = categories[5];
        context.fillRect(place(x, k) - wide / 2, place(y, p), wide, place(y, 0) - place(y, p));
      });
      // On bars narrower than that error bars are all one sees.
      if (wide >= 3) {
        context.strokeStyle = colour("ink");
        context.beginPath();
        value.forEach((p, k) => {
          const around = reach * error(standardError[k]);
          if (around === 0) return;
          context.moveTo(place(x, k), place(y, Math.max(0, p - around)));
          context.lineTo(place(x, k), place(y, p + around));
        });
        context.stroke();
      }
      drawAxes(area, x, y, { horizontal: "defaults", vertical: "" });
    },
    [count],
  );
  return <Canvas height={190} label={`Law of the number of defaults among ${value.length - 1} players`} draw={draw} />;
}

/** Infinite where one game was played: no bar then. */
function error(standardError: number): number {
  return Number.isFinite(standardError) ? standardError : 0;
}
