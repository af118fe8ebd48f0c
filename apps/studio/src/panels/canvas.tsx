import { useEffect, useRef, useState } from "preact/hooks";
import { theme } from "../state/theme.ts";

export interface Area {
  readonly context: CanvasRenderingContext2D;
  /** CSS pixels. */
  readonly width: number;
  /** CSS pixels. */
  readonly height: number;
  /** Device pixels to a CSS pixel. */
  readonly ratio: number;
}

interface CanvasProps {
  readonly height: number;
  readonly label: string;
  /** Called after every change of what it closes over, of the size and of the theme. */
  readonly draw: (area: Area) => void;
  /** What moves over it, such as cursors, on a sheet of its own: what lies below is not drawn again. */
  readonly marks?: (area: Area) => void;
  readonly onMove?: ((x: number, y: number, width: number) => void) | undefined;
  readonly onLeave?: (() => void) | undefined;
  readonly onPress?: ((x: number, y: number, width: number) => void) | undefined;
}

/** Clears a canvas, as fine as the screen, and draws on it. */
function redraw(
  element: HTMLCanvasElement | null,
  width: number,
  height: number,
  draw: ((area: Area) => void) | undefined,
): void {
  const context = element?.getContext("2d");
  if (element === null || context === null || context === undefined || width === 0 || draw === undefined) return;
  const ratio = devicePixelRatio;
  if (element.width !== Math.round(width * ratio)) element.width = Math.round(width * ratio);
  if (element.height !== Math.round(height * ratio)) element.height = Math.round(height * ratio);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  draw({ context, width, height, ratio });
}

/** A canvas as wide as its place, sharp on every screen. */
export function Canvas({ height, label, draw, marks, onMove, onLeave, onPress }: CanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const over = useRef<HTMLCanvasElement>(null);
  const [width, setWidth] = useState(0);
  const shade = theme.value;
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    const observer = new ResizeObserver(([entry]) => void setWidth(Math.round(entry.contentRect.width)));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useEffect(() => redraw(canvas.current, width, height, draw), [draw, width, height, shade]);
  useEffect(() => redraw(over.current, width, height, marks), [marks, width, height, shade]);
  const at = (event: PointerEvent, act: CanvasProps["onMove"]): void => {
    const box = canvas.current?.getBoundingClientRect();
    if (box !== undefined) act?.(event.clientX - box.left, event.clientY - box.top, box.width);
  };
  const sheet = (
    <canvas
      ref={canvas}
      role="img"
      aria-label={label}
      style={{ height: `${height}px` }}
      onPointerMove={(event) => at(event, event.buttons > 0 && onPress !== undefined ? onPress : onMove)}
      onPointerDown={(event) => at(event, onPress)}
      onPointerLeave={onLeave}
    />
  );
  if (marks === undefined) return sheet;
  return (
    <div class="sheet">
      {sheet}
      <canvas ref={over} class="marks" aria-hidden="true" style={{ height: `${height}px` }} />
    </div>
  );
}
