import { useCallback, useRef, useState } from "preact/hooks";
import { Canvas } from "../panels/canvas.tsx";
import type { Area } from "../panels/canvas.tsx";
import { colour } from "../state/theme.ts";
import { mostPlaces, painted, resized, wordOf } from "./floor-plan.ts";
import type { Place, Sign } from "./floor-plan.ts";
import "../style/drawing.css";

interface PlanEditorProps {
  readonly plan: readonly string[];
  readonly label: string;
  /** What its places can be. */
  readonly signs: readonly Sign[];
  /** Whether rows and columns can be added. */
  readonly sized: boolean;
  readonly set: (plan: readonly string[]) => void;
}

/** A floor plan that is painted: by the pointer, or with arrow keys, Space to paint and a digit for each brush. */
export function PlanEditor({ plan, label, signs, sized, set }: PlanEditorProps) {
  const [brush, setBrush] = useState<Sign>("#");
  const [cursor, setCursor] = useState<Place | null>(null);
  const hand = useRef<Place | null>(null);
  const wide = useRef(256);
  const [rows, columns] = [plan.length, plan[0].length];
  const most = Math.max(rows, columns);
  const height = Math.round((rows / most) * Math.min(280, Math.max(160, most * 16)));
  const draw = useCallback(
    ({ context, width }: Area) => {
      wide.current = width;
      const { side, left } = layout(width, height, rows, columns);
      const fills: Readonly<Record<string, string>> = {
        "#": colour("wall"),
        E: colour("exit"),
        o: colour("accent"),
      };
      context.fillStyle = colour("accent-soft");
      context.fillRect(left, 0, side * columns, side * rows);
      plan.forEach((row, r) =>
        Array.from(row).forEach((sign, c) => {
          const fill = fills[sign];
          if (fill === undefined) return;
          context.fillStyle = fill;
          if (sign === "o") {
            context.beginPath();
            context.arc(left + (c + 0.5) * side, (r + 0.5) * side, side * 0.28, 0, 2 * Math.PI);
            context.fill();
          } else context.fillRect(left + c * side, r * side, side, side);
        }),
      );
      context.strokeStyle = colour("line");
      context.lineWidth = 0.5;
      context.beginPath();
      for (let c = 0; c <= columns; c++) {
        context.moveTo(left + c * side, 0);
        context.lineTo(left + c * side, rows * side);
      }
      for (let r = 0; r <= rows; r++) {
        context.moveTo(left, r * side);
        context.lineTo(left + columns * side, r * side);
      }
      context.stroke();
      if (cursor === null) return;
      context.strokeStyle = colour("ink");
      context.lineWidth = 2;
      context.strokeRect(left + cursor[1] * side + 1, cursor[0] * side + 1, side - 2, side - 2);
    },
    [plan, cursor, height],
  );
  const at = (px: number, py: number): Place => {
    const { side, left } = layout(wide.current, height, rows, columns);
    const inside = (k: number, count: number): number => Math.min(count - 1, Math.max(0, k));
    return [inside(Math.floor(py / side), rows), inside(Math.floor((px - left) / side), columns)];
  };
  const paint = (from: Place, to: Place): void => {
    const next = painted(plan, from, to, brush);
    if (next.some((row, r) => row !== plan[r])) set(next);
  };
  const lift = (): void => {
    hand.current = null;
  };
  const key = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const here = cursor ?? [0, 0];
    const move = moves[event.key];
    const chosen = signs[Number(event.key) - 1];
    if (move !== undefined) {
      const [r, c] = [here[0] + move[0], here[1] + move[1]];
      if (cursor === null || (r >= 0 && r < rows && c >= 0 && c < columns)) {
        const next: Place = cursor === null ? here : [r, c];
        setCursor(next);
        if (event.shiftKey) paint(here, next);
      }
    } else if (event.key === " " || event.key === "Enter") paint(here, here);
    else if (chosen !== undefined) setBrush(chosen);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const place = cursor ?? undefined;
  return (
    <div class="plan">
      <div class="brushes" role="group" aria-label="Brush">
        {signs.map((sign) => (
          <button key={sign} type="button" aria-pressed={brush === sign} onClick={() => setBrush(sign)}>
            <i class={`sign ${wordOf(sign)}`} /> {wordOf(sign)}
          </button>
        ))}
      </div>
      <div
        class="ground"
        role="application"
        tabIndex={0}
        aria-label={`${label}. Arrow keys move, Space paints, Shift with arrows paints on the way, digits choose the brush`}
        onKeyDown={key}
        onBlur={() => setCursor(null)}
        onPointerUp={lift}
      >
        <Canvas
          height={height}
          label={`Floor plan of ${rows} rows and ${columns} columns`}
          draw={draw}
          onPress={(px, py) => {
            const to = at(px, py);
            setCursor(null);
            paint(hand.current ?? to, to);
            hand.current = to;
          }}
          onMove={lift}
          onLeave={lift}
        />
      </div>
      <output class="reading">
        {place === undefined
          ? ""
          : `row ${place[0] + 1}, column ${place[1] + 1}: ${wordOf(plan[place[0]]?.[place[1]] ?? ".")}`}
      </output>
      {sized && (
        <div class="sizes">
          <Size word="rows" value={rows} set={(count) => set(resized(plan, count, columns))} />
          <Size word="columns" value={columns} set={(count) => set(resized(plan, rows, count))} />
        </div>
      )}
    </div>
  );
}

const moves: Readonly<Record<string, Place | undefined>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** The side of a place and where the plan begins, in a canvas that may be wider than the plan. */
function layout(
  width: number,
  height: number,
  rows: number,
  columns: number,
): { readonly side: number; readonly left: number } {
  const side = Math.min(width / columns, height / rows);
  return { side, left: (width - side * columns) / 2 };
}

function Size({
  word,
  value,
  set,
}: {
  readonly word: string;
  readonly value: number;
  readonly set: (count: number) => void;
}) {
  return (
    <label>
      {word}{" "}
      <input
        type="number"
        min={2}
        max={mostPlaces}
        value={value}
        onChange={(event) => {
          const count = Math.round(Number(event.currentTarget.value));
          if (count >= 2 && count <= mostPlaces) set(count);
        }}
      />
    </label>
  );
}
