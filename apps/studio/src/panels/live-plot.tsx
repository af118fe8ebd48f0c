import { useEffect, useRef } from "preact/hooks";
import { effect } from "@preact/signals";
import type { ReadonlySignal } from "@preact/signals";
import UPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { colour, theme } from "../state/theme.ts";
import { pointer, setTime, settle, time } from "../state/transport.ts";
import { power, digits } from "../text/words.ts";
import { Legend } from "./legend.tsx";

export interface Line {
  readonly label: string;
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** CSS colour, or `ink` or `muted`. */
  readonly colour: string;
  readonly dashed?: boolean;
  /** One of many, drawn faintly and left out of the legend. */
  readonly thin?: boolean;
}

interface LivePlotProps {
  readonly lines: readonly Line[];
  readonly axis: string;
  readonly label: string;
  readonly logarithmic?: boolean;
  readonly height?: number;
  /** Where the page stands on the axis: the time, along time, unless given; nowhere where it is null. */
  readonly cursor?: ReadonlySignal<number | null> | undefined;
  /** What a click at a place on the axis does: along time it sets the time, unless given. */
  readonly pick?: ((at: number) => void) | undefined;
}

/** Lines that change while one looks; along time they carry the page's cursor. */
export function LivePlot({
  lines,
  axis,
  label,
  logarithmic = false,
  height = 190,
  cursor = axis === "t" ? time : undefined,
  pick = axis === "t" ? pickTime : undefined,
}: LivePlotProps) {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot | null>(null);
  const shade = theme.value;
  const named = lines.filter(({ thin }) => thin !== true);
  const shape = lines.map(({ label, colour, dashed }) => `${label}|${colour}|${dashed}`).join(";");
  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const made = new UPlot(
      optionsOf(lines, axis, cursor, pick, logarithmic, element.clientWidth, height),
      joined(lines),
      element,
    );
    plot.current = made;
    const observer = new ResizeObserver(() => void made.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    const stop = cursor === undefined ? undefined : effect(() => void (cursor.value, made.redraw(false)));
    made.over.addEventListener("mouseleave", () => {
      pointer.value = {};
    });
    const follow = effect(() => showPointer(made, pointer.value[axis]));
    return () => {
      stop?.();
      follow();
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [shape, axis, cursor, logarithmic, shade]);
  useEffect(() => {
    plot.current?.setData(joined(lines));
  }, [lines]);
  return (
    <>
      <div ref={host} class="live" role="img" aria-label={label} />
      {named.length > 1 && (
        <Legend
          items={named.map(({ label, colour, dashed }) => ({
            label,
            colour: colour === "ink" ? "var(--ink)" : colour,
            ...(dashed === undefined ? {} : { dashed }),
          }))}
        />
      )}
    </>
  );
}

/** Room around values from low to high: what rounding makes of a constant is no curve. */
export function roomFor(low: number | null, high: number | null): [number, number] {
  if (low === null || high === null) return [0, 1];
  const size = Math.max(Math.abs(low), Math.abs(high));
  if (size < 1e-12) return [-1, 1];
  if (high - low > 1e-9 * size) return UPlot.rangeNum(low, high, 0.1, true) as [number, number];
  const middle = (low + high) / 2;
  return [middle - size / 2, middle + size / 2];
}

/** At most seven powers of ten from one end of a logarithmic axis to the other. */
function decades(low: number, high: number): number[] {
  const [first, last] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)];
  const step = Math.max(1, Math.ceil((last - first) / 6));
  return Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, i) => 10 ** (first + i * step));
}

/** Lines of different grids on the union of these, with gaps bridged. */
function joined(lines: readonly Line[]): UPlot.AlignedData {
  const same = lines.every(
    ({ x }) => x === lines[0].x || (x.length === lines[0].x.length && x.every((v, i) => v === lines[0].x[i])),
  );
  if (same) return [lines[0]?.x ?? [], ...lines.map(({ y }) => y)];
  return UPlot.join(lines.map(({ x, y }) => [x, y]));
}

function pickTime(t: number): void {
  setTime(t);
  settle();
}

/** Shows on a plot where the pointer is on some other panel. */
function showPointer(plot: UPlot, at: number | undefined): void {
  // Under the pointer itself the plot knows better.
  if (plot.over.matches(":hover")) return;
  const left = at === undefined ? -10 : plot.valToPos(at, "x");
  plot.setCursor({ left, top: -10 }, false);
}

function optionsOf(
  lines: readonly Line[],
  axis: string,
  cursor: ReadonlySignal<number | null> | undefined,
  pick: ((at: number) => void) | undefined,
  logarithmic: boolean,
  width: number,
  height: number,
): UPlot.Options {
  const [ink, muted, grid] = [colour("ink"), colour("muted"), colour("line")];
  const ruler: UPlot.Axis = {
    stroke: muted,
    grid: { stroke: grid, width: 1 },
    ticks: { stroke: grid, width: 1 },
    font: "11px system-ui, sans-serif",
  };
  return {
    width,
    height,
    legend: { show: false },
    cursor: {
      points: { size: 6 },
      y: false,
      bind: {
        click: (self) => () => {
          if (self.cursor.left !== undefined) pick?.(self.posToVal(self.cursor.left, "x"));
          return null;
        },
      },
    },
    scales: { x: { time: false }, y: logarithmic ? { distr: 3 } : { range: (_, low, high) => roomFor(low, high) } },
    axes: [
      { ...ruler, label: axis.replaceAll("_", " "), labelSize: 16, labelFont: "11px system-ui, sans-serif", size: 30 },
      {
        ...ruler,
        size: 52,
        ...(logarithmic ? { splits: (_, __, low: number, high: number) => decades(low, high) } : {}),
        values: (_, values) =>
          values.map((value) => (value === null ? "" : logarithmic ? power(value, 0) : digits(value, 5))),
      },
    ],
    series: [
      {},
      ...lines.map(({ colour: stroke, dashed, thin }) => ({
        stroke: stroke === "ink" ? ink : stroke === "muted" ? muted : stroke,
        width: thin === true ? 0.8 : dashed === true ? 1.5 : 2,
        spanGaps: true,
        points: { show: false },
        ...(dashed === true ? { dash: [5, 4] } : {}),
      })),
    ],
    hooks: {
      setCursor: [
        ({ cursor: { idx }, data, over }) => {
          // Only what a person points at: plots also hear of what they are shown.
          if (!over.matches(":hover")) return;
          const at = idx === null || idx === undefined ? undefined : data[0][idx];
          if (pointer.peek()[axis] !== at) pointer.value = at === undefined ? {} : { [axis]: at };
        },
      ],
      draw: [
        (self) => {
          const here = cursor?.peek() ?? null;
          if (here === null) return;
          const at = self.valToPos(here, "x", true);
          const { ctx, bbox } = self;
          ctx.save();
          ctx.setLineDash([]);
          ctx.strokeStyle = colour("cursor");
          ctx.lineWidth = 1.5 * devicePixelRatio;
          ctx.beginPath();
          ctx.moveTo(at, bbox.top);
          ctx.lineTo(at, bbox.top + bbox.height);
          ctx.stroke();
          ctx.restore();
        },
      ],
    },
  };
}
