import { useCallback, useRef, useState } from "preact/hooks";
import type { Field, FieldAxis } from "../engine/protocol.ts";
import { drawnThrough } from "../own/drawn-density.ts";
import { Canvas } from "../panels/canvas.tsx";
import type { Area } from "../panels/canvas.tsx";
import { longAxes } from "../panels/choose.ts";
import type { Picture } from "../panels/choose.ts";
import { margin } from "../panels/frame.ts";
import { address, answer, description, go, refusal } from "../state/studio.ts";
import { colour } from "../state/theme.ts";
import { digits } from "../text/words.ts";
import { PlaneStart } from "./plane-start.tsx";
import { startFormula, startHeights } from "./start-formula.ts";
import "../style/drawing.css";

const height = 72;

/**
 * The law at the start, drawn with the pointer where it is one over a line or over a list of states, or typed as a formula;
 * a double click gives the game its own start back.
 */
export function StartEditor({ picture }: { readonly picture: Picture }) {
  const starts = description.value?.starts;
  const field = answer.value?.fields[picture.field];
  if (starts === undefined || starts === "own" || field === undefined) return null;
  const axis = drawableAxis(field);
  const plane = drawablePlane(field);
  const { initial } = address.value;
  const fault = refusal.value?.field === "initial" ? refusal.value.message : undefined;
  return (
    <div class={initial === undefined ? "start" : "start changed"}>
      {plane !== undefined && starts === "anywhere" && <PlaneStart field={field} x={plane[0]} y={plane[1]} />}
      {axis !== undefined && <Strip field={field} axis={axis} inside={starts === "partly"} />}
      <StartFormula
        initial={initial}
        names={stateNames(field)}
        drawable={axis !== undefined || (plane !== undefined && starts === "anywhere")}
        invalid={fault !== undefined}
      />
      {fault !== undefined && <p class="problem">{fault}</p>}
    </div>
  );
}

/** The axis over which a population that moves along time is drawn by hand. */
function drawableAxis(field: Field): FieldAxis | undefined {
  const axes = longAxes(field);
  const [t, axis] = axes;
  if (!/^(density|flow)$/.test(field.name) || axes.length !== 2 || field.axes.length !== 2 || t.name !== "t")
    return undefined;
  return axis.kind === "discrete" ? (axis.grid.length <= 200 ? axis : undefined) : axis.name === "x" ? axis : undefined;
}

/** The axes of a plane over which a population moves along time. */
function drawablePlane({ name, axes }: Field): readonly [FieldAxis, FieldAxis] | undefined {
  const [t, x, y] = axes;
  const fits = /^(density|flow)$/.test(name) && axes.length === 3 && t.name === "t" && x.name === "x" && y.name === "y";
  return fits && Math.min(x.grid.length, y.grid.length) > 1 ? [x, y] : undefined;
}

/** What a formula of the start may read. */
function stateNames({ axes }: Field): string {
  const names = axes.flatMap(({ name }) => (name === "t" ? [] : [name]));
  return (axes.some(({ kind, name }) => kind === "discrete" && name !== "t") ? [...names, "i"] : names).join(", ");
}

interface StripProps {
  readonly field: Field;
  readonly axis: FieldAxis;
  /** Whether nobody may start near the ends. */
  readonly inside: boolean;
}

function Strip({ field, axis, inside }: StripProps) {
  const [drawn, setDrawn] = useState<{ readonly heights: readonly number[]; readonly formula: string } | null>(null);
  const hand = useRef<readonly [number, number] | null>(null);
  const { initial } = address.value;
  const cells = axis.kind === "discrete";
  // A formula that was typed, or came with the link, takes the place of what was drawn.
  const heights = drawn !== null && drawn.formula === initial ? drawn.heights : undefined;
  const first = field.value.subarray(0, axis.grid.length);
  const draw = useCallback(
    ({ context, width }: Area) => {
      const most = Math.max(...first, 1e-300) * 1.1;
      const values = heights ?? Array.from(first, (value) => value / most);
      const [from, to] = [margin.left, width - margin.right];
      context.fillStyle = colour("accent-soft");
      context.strokeStyle = colour("accent");
      context.beginPath();
      if (cells) {
        const wide = (to - from) / values.length;
        values.forEach((value, i) =>
          context.rect(from + i * wide + 0.5, height * (1 - value), Math.max(1, wide - 1), height * value),
        );
      } else {
        context.moveTo(from, height);
        values.forEach((value, i) =>
          context.lineTo(from + (i / (values.length - 1)) * (to - from), height * (1 - value)),
        );
        context.lineTo(to, height);
      }
      context.fill();
      context.stroke();
      context.strokeStyle = colour("line");
      context.strokeRect(from, 0.5, to - from, height - 1);
      context.fillStyle = colour("muted");
      context.font = "11px system-ui, sans-serif";
      context.textAlign = "right";
      context.textBaseline = "top";
      context.fillText("start", from - 6, 2);
      context.textBaseline = "bottom";
      if (cells) return;
      const [low, high] = [axis.grid[0], axis.grid[axis.grid.length - 1]];
      context.fillText(digits(high, 3), to - 4, height - 2);
      context.textAlign = "left";
      context.fillText(digits(low, 3), from + 4, height - 2);
    },
    [field, axis, heights],
  );
  const press = (px: number, py: number, width: number): void => {
    const share = Math.min(1, Math.max(0, (px - margin.left) / (width - margin.left - margin.right)));
    const count = axis.grid.length;
    const at = [
      cells ? Math.min(count - 1, Math.floor(share * count)) / Math.max(1, count - 1) : share,
      Math.min(1, Math.max(0, 1 - py / height)),
    ] as const;
    const next = drawnThrough(heights ?? startHeights(first, cells), hand.current ?? at, at);
    hand.current = at;
    const formula = startFormula(next, axis, inside);
    setDrawn({ heights: next, formula });
    go({ initial: formula });
  };
  const lift = (): void => {
    hand.current = null;
  };
  return (
    <div class="vector" onDblClick={() => go({ initial: undefined })} onPointerUp={lift}>
      <Canvas
        height={height}
        label={`The start over ${axis.name.replaceAll("_", " ")}: draw it with the pointer, or type its formula below; a double click gives the game's own back`}
        draw={draw}
        onPress={press}
        onMove={lift}
        onLeave={lift}
      />
    </div>
  );
}

interface StartFormulaProps {
  readonly initial: string | undefined;
  readonly names: string;
  /** Whether it can be drawn above. */
  readonly drawable: boolean;
  readonly invalid: boolean;
}

function StartFormula({ initial, names, drawable, invalid }: StartFormulaProps) {
  const [draft, setDraft] = useState<string | null>(null);
  const take = (): void => {
    if (draft !== null) go({ initial: draft.trim() === "" ? undefined : draft.trim() });
    setDraft(null);
  };
  return (
    <div class="start-formula">
      <input
        type="text"
        spellcheck={false}
        autocomplete="off"
        aria-label={`Density at the start, a formula of ${names}`}
        aria-invalid={invalid}
        placeholder={`the game's own start; ${drawable ? "draw another, or type" : "type another,"} a formula of ${names}`}
        value={draft ?? initial ?? ""}
        onInput={(event) => void setDraft(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") take();
          if (event.key === "Escape") setDraft(null);
        }}
        onBlur={take}
      />
      {initial !== undefined && (
        <button type="button" title="Back to the game's own start" onClick={() => go({ initial: undefined })}>
          own start
        </button>
      )}
    </div>
  );
}
