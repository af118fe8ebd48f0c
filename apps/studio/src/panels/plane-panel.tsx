import { useCallback, useState } from "preact/hooks";
import type { Answer, Field, FieldAxis } from "../engine/protocol.ts";
import { formingPicture } from "../state/forming.ts";
import { answer, layers } from "../state/studio.ts";
import { colour } from "../state/theme.ts";
import { pointer, time } from "../state/transport.ts";
import { digits } from "../text/words.ts";
import { AxisChoices, useChoices } from "./axis-choices.tsx";
import { Canvas } from "./canvas.tsx";
import type { Area } from "./canvas.tsx";
import { flatIndex, nearestIndex } from "./choose.ts";
import type { Picture } from "./choose.ts";
import { viridis } from "./colours.ts";
import { ColourBar } from "./colour-bar.tsx";
import { drawAxes, drawCross, margin, valueAt } from "./frame.ts";
import type { Scale } from "./frame.ts";
import { drawArrows, drawScenery } from "./plane-drawing.ts";
import { cellArrows, driftArrows, filled, planeUnder, stateAt, wallIn } from "./plane-ground.ts";
import "../style/panels.css";
import { crowdShading, paintGrid, shadingOf } from "./shading.ts";
import type { Shading } from "./shading.ts";

/** A field over the plane at the time of the cursor, one picture for each answer on the page. */
export function PlanePanel({ picture }: { readonly picture: Picture }) {
  const shown = layers.value.filter(({ answer }) => answer.fields[picture.field] !== undefined);
  const fields = shown.map(({ answer }) => answer.fields[picture.field]);
  const first = fields[0];
  const [choices, choose] = useChoices(picture, first);
  const [arrows, setArrows] = useState(true);
  const last = answer.value;
  if (first === undefined) return null;
  const values = [
    ...shown.map(({ answer }, k) => openValues(answer, fields[k])),
    // While it forms, colours are also those of what comes out.
    ...(last?.fields[picture.field] === undefined ? [] : [openValues(last, last.fields[picture.field])]),
  ];
  const shading = picture.role === "population" ? crowdShading(values, fields) : shadingOf(values, "linear");
  // What is known of moves is the answer's, not what led to it.
  const going =
    formingPicture.value === null &&
    picture.role !== "value" &&
    shown.some(
      ({ answer }, k) =>
        (planeUnder(answer, fields[k])?.steps ?? 0) > 0 ||
        (picture.role === "population" && answer.fields["control_x"] !== undefined),
    );
  const policy = picture.role === "control";
  return (
    <>
      <div class="plane-choices">
        {!(policy && going && arrows) && (
          <AxisChoices field={first} drawn={picture.drawn} choices={choices} choose={choose} />
        )}
        {going && (
          <label class="choices">
            {policy ? (
              <>
                show{" "}
                <select
                  value={arrows ? "arrows" : "moves"}
                  onChange={(event) => setArrows(event.currentTarget.value === "arrows")}
                >
                  <option value="arrows">arrows, the mean move</option>
                  <option value="moves">each move's probability</option>
                </select>
              </>
            ) : (
              <>
                <input type="checkbox" checked={arrows} onChange={(event) => setArrows(event.currentTarget.checked)} />{" "}
                arrows: where people go
              </>
            )}
          </label>
        )}
      </div>
      <div class="beside">
        {shown.map(({ label, answer }) => (
          <figure key={label}>
            {shown.length > 1 && <figcaption>{label}</figcaption>}
            <Plane
              answer={answer}
              field={answer.fields[picture.field]}
              picture={picture}
              choices={choices}
              shading={shading}
              arrows={going && arrows}
            />
          </figure>
        ))}
      </div>
      {!(policy && going && arrows) && <ColourBar shading={shading} root={picture.role === "population"} />}
    </>
  );
}

/** The values where somebody can be: others would set the colours for nobody. */
function openValues(answer: Answer, field: Field): Float64Array {
  const ground = planeUnder(answer, field);
  if (ground === undefined || !ground.closed.includes(1)) return field.value;
  // Axes of states follow time; what comes behind them are moves.
  const size = ground.closed.length;
  const times = field.axes.find(({ name }) => name === "t")?.grid.length ?? 1;
  const moves = field.value.length / (times * size);
  return Number.isInteger(moves)
    ? field.value.filter((_, k) => ground.closed[Math.floor(k / moves) % size] === 0)
    : field.value;
}

interface PlaneProps {
  readonly answer: Answer;
  readonly arrows: boolean;
  readonly field: Field;
  readonly picture: Picture;
  readonly choices: Readonly<Record<string, number>>;
  readonly shading: Shading;
}

const height = 300;

function Plane({ answer, field, picture, choices, shading, arrows }: PlaneProps) {
  const axis = (name: string | undefined) => field.axes.find((candidate) => candidate.name === name);
  const spatial = picture.drawn.filter((name) => name !== "t");
  const [x, y, t] = [axis(spatial[0]), axis(spatial[1]), axis("t")];
  // Between two times that are known the picture stays: it is not drawn sixty times a second where agents are.
  const n = t === undefined ? 0 : nearestIndex(t.grid, time.value);
  const now = t === undefined ? 0 : t.grid[n];
  const draw = useCallback(
    (area: Area) => {
      if (x === undefined || y === undefined) return;
      const cells = x.kind === "discrete";
      const { sx, sy, w, h, unit } = scales(area, x, y);
      const ground = planeUnder(answer, field);
      const chosen = (one: FieldAxis): number => Math.min(one.grid.length - 1, choices[one.name] ?? 0);
      const closed = (i: number, j: number): boolean =>
        ground !== undefined && ground.closed[stateAt(field, ground, i, j, chosen)] === 1;
      const instead = arrows && picture.role === "control";
      const { context } = area;
      const { scenery } = answer;
      const read = (i: number, j: number): number =>
        field.value[flatIndex(field, (one) => (one === x ? i : one === y ? j : one === t ? n : chosen(one)))];
      const known = scenery === undefined ? undefined : filled(x.grid.length, y.grid.length, read);
      const at = (i: number, j: number): number =>
        closed(i, j) ? Number.NaN : instead ? 0 : known === undefined ? read(i, j) : known[i * y.grid.length + j];
      context.fillStyle = colour("wall");
      context.fillRect(sx.start, sy.end, w, h);
      paintGrid(
        area.context,
        { x: sx.start, y: sy.end, width: w, height: h },
        {
          columns: x.grid.length,
          rows: y.grid.length,
          cells,
          at,
        },
        instead ? nothing : shading,
        area.ratio,
      );
      if (scenery !== undefined) drawScenery(context, scenery, sx, sy, { wall: colour("wall"), exit: colour("exit") });
      if (arrows) {
        const plane = { x, y };
        const style = { ink: "#ffffff", rim: "rgba(0, 0, 0, 0.55)" };
        if (ground !== undefined) {
          const law = populationOf(answer, ground.suffix);
          const size = ground.closed.length;
          const people = (s: number): number => law?.value[n * size + s] ?? 1;
          const found = cellArrows(field, ground, plane, n, chosen, people);
          const every = Math.max(1, Math.round(Math.max(x.grid.length, y.grid.length) / 22));
          drawArrows(context, found, sx, sy, every * unit * step(x.grid), style);
        } else {
          const found = driftArrows(answer.fields, plane, now, wallIn(scenery));
          drawArrows(context, found, sx, sy, Math.max(w, h) / 18, style);
        }
      }
      drawAxes(area, sx, sy, { horizontal: x.name, vertical: y.name }, { x, y });
    },
    [answer, field, x, y, t, n, choices, shading, now, arrows, picture],
  );
  const across = pointer.value;
  const marks = useCallback(
    (area: Area) => {
      if (x === undefined || y === undefined) return;
      const { sx, sy } = scales(area, x, y);
      drawCross(area, sx, sy, { x: x.name, y: y.name }, across);
    },
    [x, y, across],
  );
  const [reading, setReading] = useState("");
  if (x === undefined || y === undefined) return null;
  const label = `${picture.title} over the plane${t === undefined ? "" : ` at time ${digits(now)}`}`;
  return (
    <>
      <Canvas
        height={height}
        label={label}
        draw={draw}
        marks={marks}
        onMove={(px, py, width) => {
          const { sx, sy } = scales({ width, height }, x, y);
          const [i, j] = [nearestIndex(x.grid, valueAt(sx, px)), nearestIndex(y.grid, valueAt(sy, py))];
          pointer.value = { [x.name]: x.grid[i], [y.name]: y.grid[j] };
          const value =
            field.value[
              flatIndex(field, (one) =>
                one === x ? i : one === y ? j : one === t ? n : Math.min(one.grid.length - 1, choices[one.name] ?? 0),
              )
            ];
          setReading(`${x.name} = ${digits(x.grid[i], 4)}, ${y.name} = ${digits(y.grid[j], 4)}: ${digits(value)}`);
        }}
        onLeave={() => {
          pointer.value = {};
          setReading("");
        }}
      />
      <output class="reading">{reading}</output>
    </>
  );
}

interface PlaneScales {
  readonly sx: Scale;
  readonly sy: Scale;
  /** In pixels. */
  readonly w: number;
  readonly h: number;
  /** Pixels to a length of one. */
  readonly unit: number;
}

/** Equal lengths look equal; cells have half a cell around their outermost points. */
function scales(area: Pick<Area, "width" | "height">, x: FieldAxis, y: FieldAxis): PlaneScales {
  const half = (grid: Float64Array): number => (x.kind === "discrete" ? step(grid) / 2 : 0);
  const ends = (grid: Float64Array) => ({ from: grid[0] - half(grid), to: grid[grid.length - 1] + half(grid) });
  const [across, up] = [ends(x.grid), ends(y.grid)];
  const room = { width: area.width - margin.left - margin.right, height: area.height - margin.top - margin.bottom };
  const unit = Math.min(room.width / (across.to - across.from), room.height / (up.to - up.from));
  const [w, h] = [unit * (across.to - across.from), unit * (up.to - up.from)];
  const left = margin.left + (room.width - w) / 2;
  return {
    sx: { ...across, start: left, end: left + w },
    sy: { ...up, start: margin.top + h, end: margin.top },
    w,
    h,
    unit,
  };
}

/** The law of a population whose fields' names end alike. */
function populationOf({ fields }: Answer, suffix: string): Field | undefined {
  return fields[`flow${suffix}`] ?? fields[`density${suffix}`];
}

/** From one cell to the next. */
function step(grid: Float64Array): number {
  return grid.length > 1 ? (grid[grid.length - 1] - grid[0]) / (grid.length - 1) : 1;
}

/** One dark colour, for arrows alone. */
const nothing: Shading = { low: 0, high: 1, map: viridis, place: () => 0.12 };
