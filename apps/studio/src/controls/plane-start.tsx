import { useCallback, useRef, useState } from "preact/hooks";
import type { Field, FieldAxis } from "../engine/protocol.ts";
import { Canvas } from "../panels/canvas.tsx";
import type { Area } from "../panels/canvas.tsx";
import { address, go } from "../state/studio.ts";
import { colour } from "../state/theme.ts";
import { mostHeaps, planeFormula } from "./start-formula.ts";
import type { Heap } from "./start-formula.ts";

const height = 150;

interface PlaneStartProps {
  readonly field: Field;
  readonly x: FieldAxis;
  readonly y: FieldAxis;
}

/** The start over a plane: the pointer heaps people up where it goes, a double click gives the game's own start back. */
export function PlaneStart({ field, x, y }: PlaneStartProps) {
  const [drawn, setDrawn] = useState<{ readonly heaps: readonly Heap[]; readonly formula: string } | null>(null);
  const last = useRef<Heap | null>(null);
  const { initial } = address.value;
  const heaps = drawn !== null && drawn.formula === initial ? drawn.heaps : [];
  const [[lowX, lengthX], [lowY, lengthY]] = [x, y].map(extent);
  const radius = 0.07 * Math.max(lengthX, lengthY);
  const draw = useCallback(
    ({ context, width }: Area) => {
      const { left, unit } = frame(width, lengthX, lengthY);
      const size = x.grid.length * y.grid.length;
      const start = field.value.subarray(0, size);
      let most = 1e-300;
      for (const value of start) if (value > most) most = value;
      const [wide, high] = [(unit * lengthX) / x.grid.length, height / y.grid.length];
      context.fillStyle = colour("accent");
      start.forEach((value, k) => {
        if (!(value > 0)) return;
        const [i, j] = [Math.floor(k / y.grid.length), k % y.grid.length];
        context.globalAlpha = 0.7 * Math.sqrt(value / most);
        context.fillRect(left + i * wide, height - (j + 1) * high, wide + 0.5, high + 0.5);
      });
      context.globalAlpha = 1;
      context.strokeStyle = colour("accent");
      for (const { at } of heaps) {
        context.beginPath();
        context.arc(
          left + (at[0] - lowX) * unit,
          height - (at[1] - lowY) * (height / lengthY),
          radius * unit,
          0,
          2 * Math.PI,
        );
        context.stroke();
      }
      context.strokeStyle = colour("line");
      context.strokeRect(left, 0.5, unit * lengthX, height - 1);
    },
    [field, x, y, heaps],
  );
  const press = (px: number, py: number, width: number): void => {
    const { left, unit } = frame(width, lengthX, lengthY);
    const inside = (share: number): number => Math.min(1, Math.max(0, share));
    const at = [
      lowX + lengthX * inside((px - left) / (unit * lengthX)),
      lowY + lengthY * inside(1 - py / height),
    ] as const;
    const before = last.current?.at;
    if (before !== undefined && Math.hypot(at[0] - before[0], at[1] - before[1]) < radius) return;
    const heap = { at, radius };
    last.current = heap;
    const next = [...heaps, heap].slice(-mostHeaps);
    const formula = planeFormula(next, x.name, y.name);
    setDrawn({ heaps: next, formula });
    go({ initial: formula });
  };
  const lift = (): void => {
    last.current = null;
  };
  return (
    <div class="vector" onDblClick={() => go({ initial: undefined })} onPointerUp={lift}>
      <Canvas
        height={height}
        label="The start over the plane: heap people up with the pointer, or type its formula below; a double click gives the game's own back"
        draw={draw}
        onPress={press}
        onMove={lift}
        onLeave={lift}
      />
    </div>
  );
}

/** Where an axis begins and how long it is; cells reach half a place further to both sides. */
function extent({ grid, kind }: FieldAxis): readonly [low: number, length: number] {
  const length = grid[grid.length - 1] - grid[0];
  const half = kind === "discrete" ? length / (grid.length - 1) / 2 : 0;
  return [grid[0] - half, length + 2 * half];
}

/** Where the plane begins and how long a unit is, equal along both sides. */
function frame(width: number, lengthX: number, lengthY: number): { readonly left: number; readonly unit: number } {
  const unit = Math.min(height / lengthY, width / lengthX);
  return { left: (width - unit * lengthX) / 2, unit };
}
