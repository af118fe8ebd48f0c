import { useCallback } from "preact/hooks";
import { Canvas } from "../panels/canvas.tsx";
import type { Area } from "../panels/canvas.tsx";
import { colour } from "../state/theme.ts";

export function isVector(value: unknown): value is readonly number[] {
  return (
    Array.isArray(value) && value.length > 1 && value.length <= 200 && value.every((entry) => typeof entry === "number")
  );
}

interface VectorEditorProps {
  readonly value: readonly number[];
  readonly label: string;
  readonly set: (value: readonly number[]) => void;
}

const height = 64;

/**
 * A list of numbers as bars that are drawn with the pointer: an initial law, costs of places.
 *
 * What is nowhere negative and sums to one is a law, and stays one: what one bar gains the others lose in proportion.
 */
export function VectorEditor({ value, label, set }: VectorEditorProps) {
  const total = value.reduce((sum, entry) => sum + entry, 0);
  const isLaw = value.every((entry) => entry >= 0) && Math.abs(total - 1) < 1e-9;
  const most = isLaw ? 1 : Math.max(...value.map(Math.abs), 1e-9) * 1.25;
  const draw = useCallback(
    ({ context, width }: Area) => {
      const wide = width / value.length;
      context.fillStyle = colour("accent");
      value.forEach((entry, i) => {
        const high = (Math.abs(entry) / most) * height;
        context.globalAlpha = entry < 0 ? 0.5 : 1;
        context.fillRect(i * wide + 1, height - high, Math.max(1, wide - 2), high);
      });
      context.globalAlpha = 1;
    },
    [value, most],
  );
  const press = (x: number, y: number, width: number): void => {
    const i = Math.min(value.length - 1, Math.max(0, Math.floor((x / width) * value.length)));
    const entry = Number((Math.min(1, Math.max(0, 1 - y / height)) * most).toPrecision(3));
    if (!isLaw) {
      set(value.map((old, j) => (j === i ? entry : old)));
      return;
    }
    const others = total - value[i];
    const changed = value.map((old, j) =>
      j === i ? entry : others > 0 ? (old * (1 - entry)) / others : (1 - entry) / (value.length - 1),
    );
    // Digits enough to draw, and a sum of one exactly: the last takes what rounding leaves.
    const rounded = changed.map((share) => Number(share.toFixed(6)));
    const last = rounded.length - 1;
    const rest = rounded.reduce((sum, share, j) => (j === last ? sum : sum + share), 0);
    set(rounded.map((share, j) => (j === last ? Math.max(0, Number((1 - rest).toFixed(6))) : share)));
  };
  return (
    <div class="vector">
      <Canvas height={height} label={`${label}: draw it with the pointer, or type below`} draw={draw} onPress={press} />
    </div>
  );
}
