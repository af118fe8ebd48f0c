/** Where agents stand on a picture: two numbers each at every time, whatever the game's coordinates are. */
import type { AgentCoordinate, AgentPaths } from "meanfield";

export interface AgentPlane {
  readonly t: Float64Array;
  readonly agents: number;
  /** At time i, agent j: x and y at 2(i · agents + j). Who has left stands at `away`. */
  readonly positions: Float32Array;
  readonly x: PlaneAxis;
  readonly y: PlaneAxis;
  /** Width and height of the cell that a discrete place is; 0 where places lie close. */
  readonly cell: readonly [number, number];
  /** Length of the circle along x and along y; 0 where it is none. */
  readonly circle: readonly [number, number];
  readonly discrete: boolean;
  /** Whether lengths along both axes are of one kind. */
  readonly square: boolean;
  /** Equal pictures side by side, one for each place of a further coordinate. */
  readonly facets: Facets | undefined;
  /** By what agents may be coloured: where they started; undefined where all started at one place. */
  readonly start: StartingPlaces | undefined;
  /** Whether all stand together at all times: without luck of their own, they do the same. */
  readonly alike: boolean;
  /** Nearly the largest speed, in the plane's lengths per time. */
  readonly fast: number;
  readonly groups: AgentPaths["groups"];
}

export interface PlaneAxis {
  /** Undefined where agents are only spread, so that they can be told apart. */
  readonly coordinate: AgentCoordinate | undefined;
  readonly from: number;
  readonly to: number;
}

export interface Facets {
  readonly coordinate: AgentCoordinate;
  readonly columns: number;
  readonly rows: number;
  /** Steps from one to the next, in the plane's lengths. */
  readonly step: readonly [number, number];
}

/** One coordinate of all agents at the first frame. */
export interface StartingPlaces {
  readonly coordinate: AgentCoordinate;
  readonly from: number;
  readonly to: number;
  /** By agent, 0 at `from` and 1 at `to`; beyond them where a few started further out. */
  readonly shares: Float32Array;
}

/** Where nobody is drawn. */
export const away = 1e30;

/** More facets than these are laid on each other. */
const mostFacets = 30;

export function agentPlane(paths: AgentPaths): AgentPlane {
  const { coordinates, agents, t, positions, discrete, groups } = paths;
  const width = coordinates.length;
  const ranges = coordinates.map((_, c) => rangeOf(paths, c));
  const long = coordinates.flatMap((_, c) => (ranges[c].to > ranges[c].from ? [c] : []));
  const drawn = drawnOf(coordinates, long);
  const further = drawn.length < 2 ? undefined : long.find((c) => !drawn.includes(c) && isFacet(coordinates[c]));
  const [a, b] = drawn.length === 2 ? drawn : [undefined, drawn[0] ?? 0];
  const across: PlaneAxis =
    a === undefined ? { coordinate: undefined, from: 0, to: 1 } : axisOf(coordinates, ranges, a);
  const up = axisOf(coordinates, ranges, b);
  const facets = further === undefined ? undefined : facetsOf(coordinates[further], across, up);
  const place =
    further === undefined
      ? undefined
      : new Map(Array.from(placesOf(coordinates[further]), (x, i) => [Math.fround(x), i]));
  const out = new Float32Array(2 * t.length * agents);
  for (let i = 0; i < t.length * agents; i++) {
    const y = positions[i * width + b];
    if (Number.isNaN(y)) {
      out[2 * i] = out[2 * i + 1] = away;
      continue;
    }
    out[2 * i] = a === undefined ? spread(i % agents) : positions[i * width + a];
    out[2 * i + 1] = y;
    if (facets === undefined || further === undefined) continue;
    const k = place?.get(positions[i * width + further]) ?? 0;
    out[2 * i] += (k % facets.columns) * facets.step[0];
    out[2 * i + 1] -= Math.floor(k / facets.columns) * facets.step[1];
  }
  const x = facets === undefined ? across : { ...across, to: across.to + (facets.columns - 1) * facets.step[0] };
  const y = facets === undefined ? up : { ...up, from: up.from - (facets.rows - 1) * facets.step[1] };
  const circle = [circleOf(across), circleOf(up)] as const;
  return {
    t,
    agents,
    positions: out,
    x,
    y,
    cell: [a === undefined ? 0 : cellOf(coordinates[a]), cellOf(coordinates[b])],
    circle,
    discrete,
    square: a !== undefined && areLengths(coordinates[a], coordinates[b]),
    facets,
    start: startOf(paths, further ?? longer(across, up, a, b)),
    alike: groups === undefined && areAlike(paths),
    fast: fastOf(t, out, agents, circle),
    groups,
  };
}

function areAlike({ positions, agents, coordinates, t }: AgentPaths): boolean {
  const frame = agents * coordinates.length;
  return t.every((_, n) => {
    const row = positions.subarray(n * frame, (n + 1) * frame);
    return row.every((x, i) => x === row[i % coordinates.length] || Number.isNaN(x));
  });
}

/** The coordinate along which the plane is longer, where lengths can be compared; else the one that goes up. */
function longer(across: PlaneAxis, up: PlaneAxis, a: number | undefined, b: number): number {
  return a !== undefined && across.to - across.from >= up.to - up.from ? a : b;
}

function startOf({ coordinates, positions, agents }: AgentPaths, c: number): StartingPlaces | undefined {
  const values = Float32Array.from({ length: agents }, (_, i) => positions[i * coordinates.length + c]);
  const sorted = values.toSorted();
  // A few far out would leave all others one colour.
  const cut = Math.floor(agents / 100);
  const [from, to] = [sorted[cut], sorted[agents - 1 - cut]];
  if (!(to > from)) return undefined;
  return { coordinate: coordinates[c], from, to, shares: values.map((x) => (x - from) / (to - from)) };
}

/** An even spread over (0, 1) in which neighbours in number are far apart: multiples of the golden ratio. */
export function spread(agent: number): number {
  return (0.5 + agent * 0.618_033_988_749_895) % 1;
}

function isFacet({ places }: AgentCoordinate): boolean {
  return places !== undefined && places.length <= mostFacets;
}

/** Whether both are lengths of a room or cells of a plan; amounts of different things have no common measure. */
function areLengths(a: AgentCoordinate, b: AgentCoordinate): boolean {
  const long = ({ places }: AgentCoordinate): boolean => places !== undefined && places.length >= 4;
  return (a.ends !== undefined && b.ends !== undefined) || (long(a) && long(b));
}

/** Two of a plane, or one: those with the most places, in the order in which they come. */
function drawnOf(coordinates: readonly AgentCoordinate[], long: readonly number[]): number[] {
  if (long.length <= 2) return [...long];
  const size = (c: number): number => coordinates[c].places?.length ?? Infinity;
  return long
    .toSorted((a, b) => size(b) - size(a) || b - a)
    .slice(0, 2)
    .toSorted((a, b) => a - b);
}

function placesOf({ places }: AgentCoordinate): Float64Array {
  return places ?? new Float64Array();
}

/** The smallest distance of two places; a place alone is as wide as any. */
function cellOf(coordinate: AgentCoordinate): number {
  const places = placesOf(coordinate);
  if (places.length === 1) return 1;
  let least = Infinity;
  for (let i = 1; i < places.length; i++) least = Math.min(least, places[i] - places[i - 1]);
  return least < Infinity ? least : 0;
}

function circleOf({ coordinate, from, to }: PlaneAxis): number {
  return coordinate?.periodic === true ? to - from : 0;
}

function axisOf(coordinates: readonly AgentCoordinate[], ranges: readonly Range[], c: number): PlaneAxis {
  const { from, to } = ranges[c];
  const half = cellOf(coordinates[c]) / 2;
  if (half > 0) return { coordinate: coordinates[c], from: from - half, to: to + half };
  const flat = to > from ? 0 : Math.max(1e-9, Math.abs(to)) / 2;
  return { coordinate: coordinates[c], from: from - flat, to: to + flat };
}

interface Range {
  readonly from: number;
  readonly to: number;
}

/** The space where it has ends or places; else all that is visited but the outermost thousandth at either side. */
function rangeOf({ coordinates, positions, agents, t }: AgentPaths, c: number): Range {
  const { ends, places } = coordinates[c];
  if (places !== undefined) return { from: places[0], to: places[places.length - 1] };
  const width = coordinates.length;
  const stride = Math.max(1, Math.floor((t.length * agents) / 40_000));
  const seen: number[] = [];
  for (let i = 0; i < t.length * agents; i += stride) {
    const x = positions[i * width + c];
    if (!Number.isNaN(x)) seen.push(x);
  }
  const sorted = Float64Array.from(seen).toSorted();
  if (sorted.length === 0) return { from: 0, to: 0 };
  const cut = Math.floor(sorted.length / 1000);
  const [low, high] = [sorted[cut], sorted[sorted.length - 1 - cut]];
  const air = 0.06 * (high - low);
  const visited = { from: low - air, to: high + air };
  if (ends === undefined) return visited;
  // Lines that are only cut far away are shown where somebody is.
  const most = coordinates[c].periodic === true || high - low > 0.5 * (ends[1] - ends[0]);
  return most
    ? { from: ends[0], to: ends[1] }
    : { from: Math.max(ends[0], visited.from), to: Math.min(ends[1], visited.to) };
}

function facetsOf(coordinate: AgentCoordinate, x: PlaneAxis, y: PlaneAxis): Facets {
  const count = placesOf(coordinate).length;
  // The panel is about twice as wide as high.
  const shape = (y.to - y.from) / (x.to - x.from);
  const size = (across: number): number => Math.min(2 / across, 1 / (shape * Math.ceil(count / across)));
  let columns = 1;
  for (let across = 2; across <= count; across++) if (size(across) > size(columns)) columns = across;
  const gap = 1.12;
  return {
    coordinate,
    columns,
    rows: Math.ceil(count / columns),
    step: [gap * (x.to - x.from), gap * (y.to - y.from)],
  };
}

/** The speed that only one in twenty exceeds, of some agents at some times. */
function fastOf(t: Float64Array, positions: Float32Array, agents: number, circle: readonly [number, number]): number {
  const speeds: number[] = [];
  const stride = Math.max(1, Math.floor(((t.length - 1) * agents) / 20_000));
  for (let i = 0; i < (t.length - 1) * agents; i += stride) {
    const frame = Math.floor(i / agents);
    const [from, to] = [2 * i, 2 * (i + agents)];
    if (positions[from] === Math.fround(away) || positions[to] === Math.fround(away)) continue;
    const dx = shortest(positions[to] - positions[from], circle[0]);
    const dy = shortest(positions[to + 1] - positions[from + 1], circle[1]);
    speeds.push(Math.hypot(dx, dy) / (t[frame + 1] - t[frame]));
  }
  speeds.sort((a, b) => a - b);
  return speeds[Math.floor(0.95 * (speeds.length - 1))] ?? 0;
}

/** A difference of places on a circle of this length, by the shorter way. */
function shortest(difference: number, circle: number): number {
  return circle === 0 ? difference : difference - circle * Math.round(difference / circle);
}

/** Between which two frames a time lies, and how far on the way; `still` stays at the nearer one. */
export function frameAt(
  t: Float64Array,
  time: number,
  still: boolean,
): { readonly frame: number; readonly share: number } {
  const last = t.length - 1;
  if (last === 0 || time <= t[0]) return { frame: 0, share: 0 };
  if (time >= t[last]) return { frame: Math.max(0, last - 1), share: 1 };
  let [low, high] = [0, last];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (t[middle] <= time) low = middle;
    else high = middle;
  }
  const share = (time - t[low]) / (t[high] - t[low]);
  return { frame: low, share: still ? Math.round(share) : share };
}
