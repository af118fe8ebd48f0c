import { effect, signal } from "@preact/signals";
import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { drawGround, scalesOf } from "../agents/ground.ts";
import { frameAt } from "../agents/plane.ts";
import type { AgentPlane } from "../agents/plane.ts";
import { openAgentRenderer, rampOn } from "../agents/renderer.ts";
import type { AgentRenderer, Colouring } from "../agents/renderer.ts";
import "../style/agents.css";
import { agentCount, agents, agentsAwaited, agentsRefusal, answer, askAgents, layers } from "../state/studio.ts";
import { still, theme } from "../state/theme.ts";
import { speed, time, timeAxis } from "../state/transport.ts";
import { digits } from "../text/words.ts";
import { Canvas } from "./canvas.tsx";
import type { Area } from "./canvas.tsx";
import { categories, viridis } from "./colours.ts";
import { Legend } from "./legend.tsx";

const height = 300;
const [fewest, most] = [1000, 100_000];
/** Beyond so many agents fewer frames are kept, so that all fit into memory that phones have, too. */
const many = 30_000;
/** Milliseconds after which a number that is being chosen counts. */
const pause = 250;
/** Seconds in which the agents of a game without time go through what is known of them. */
const round = 10;

/** What a person chose. */
const colouring = signal<Colouring | null>(null);
const trails = signal(false);
/** Of games without time of their own: whether agents move, and where they are in [0, 1]. */
const wandering = signal(true);
const wandered = signal(0);

/** Many players of the limit, moving as the answer on the page has them move. */
export function AgentsPanel() {
  const plane = agents.value;
  const whole = answer.value?.effort === "full" ? answer.value : null;
  const count = agentCount.value;
  useEffect(() => {
    if (whole === null) return;
    const waiting = setTimeout(() => askAgents(count > many ? 60 : 90), agents.peek() === null ? 0 : pause);
    return () => clearTimeout(waiting);
  }, [whole, count]);
  const refused = agentsRefusal.value;
  // Beside another answer it is said whose agents they are.
  const shown = layers.value;
  return (
    <>
      {shown.length > 1 && <p class="note">{shown[0].label}</p>}
      {refused !== null ? (
        <p class="note">{refused}</p>
      ) : plane === null ? (
        <p class="note" style={{ height: `${height}px` }}>
          {agentsAwaited.value || whole === null ? "agents are on their way…" : ""}
        </p>
      ) : (
        <Crowd plane={plane} />
      )}
      <Settings plane={plane} />
    </>
  );
}

function Settings({ plane }: { readonly plane: AgentPlane | null }) {
  const count = agentCount.value;
  const kinds = plane?.groups?.names;
  const chosen = chosenColouring(plane);
  const timeless = timeAxis.value === null;
  return (
    <div class="agents-settings">
      <label>
        agents{" "}
        <input
          type="range"
          min={0}
          max={100}
          value={Math.round((100 * Math.log(count / fewest)) / Math.log(most / fewest))}
          aria-label="Number of agents"
          aria-valuetext={String(count)}
          onInput={(event) => {
            const share = Number(event.currentTarget.value) / 100;
            agentCount.value = Number((fewest * (most / fewest) ** share).toPrecision(2));
          }}
        />{" "}
        <output>{count.toLocaleString("en").replaceAll(",", " ")}</output>
      </label>
      <label>
        colour{" "}
        <select
          value={chosen}
          onChange={(event) => {
            colouring.value = event.currentTarget.value as Colouring;
          }}
        >
          <option value="kind">{kinds === undefined ? "none" : "population"}</option>
          {plane?.start !== undefined && <option value="start">start</option>}
          <option value="speed">speed</option>
        </select>
      </label>
      <label>
        <input
          type="checkbox"
          checked={trails.value}
          onChange={(event) => {
            trails.value = event.currentTarget.checked;
          }}
        />{" "}
        trails
      </label>
      {timeless && plane !== null && !still.value && (
        <button type="button" aria-pressed={wandering.value} onClick={() => void (wandering.value = !wandering.peek())}>
          {wandering.value ? "Pause" : "Play"}
        </button>
      )}
      {plane?.alike === true && (
        <span class="note">
          All are alike here: they start together and have no luck of their own, so that they move as one.
        </span>
      )}
      {agentsAwaited.value && plane !== null && <span class="note">new agents are on their way…</span>}
      {plane !== null && chosen === "kind" && kinds !== undefined && (
        <Legend
          items={kinds.map((label, k) => ({
            label,
            colour: k === 0 && theme.value === "dark" ? "#6FB7E9" : categories[k % categories.length],
          }))}
        />
      )}
      {plane !== null && chosen !== "kind" && <Scale plane={plane} chosen={chosen} />}
    </div>
  );
}

/** What the colours stand for. */
function Scale({ plane, chosen }: { readonly plane: AgentPlane; readonly chosen: Colouring }) {
  const [first, last] = rampOn(theme.value === "dark");
  const stops = [0, 0.25, 0.5, 0.75, 1]
    .map((share) => Math.round(255 * (first + share * (last - first))))
    .map((k) => `#${viridis[k].toString(16).padStart(6, "0")}`)
    .join(", ");
  const { start } = plane;
  const name = start?.coordinate.name.replaceAll("_", " ") ?? "";
  const word = (value: number): string => {
    const place = start?.coordinate.places?.indexOf(value) ?? -1;
    return start?.coordinate.labels?.[place] ?? digits(value, 3);
  };
  const [low, high] = chosen === "speed" ? ["slow", "fast"] : [word(start?.from ?? 0), word(start?.to ?? 0)];
  return (
    <span class="agents-scale">
      {chosen === "start" && `${name} at the start: `}
      {low}
      <span class="ramp" style={{ "--ramp": `linear-gradient(to right, ${stops})` }} aria-hidden="true" />
      {high}
    </span>
  );
}

/** Unless a person wants something else, kinds are told apart; where there is one, where its agents started. */
function chosenColouring(plane: AgentPlane | null): Colouring {
  const wanted = colouring.value ?? (plane?.groups === undefined ? "start" : "kind");
  return wanted === "start" && plane?.start === undefined ? "kind" : wanted;
}

function Crowd({ plane }: { readonly plane: AgentPlane }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const renderer = useRef<AgentRenderer | undefined>(undefined);
  const [able, setAble] = useState(true);
  const [width, setWidth] = useState(0);
  const [opened, setOpened] = useState(0);
  const scales = useMemo(() => (width === 0 ? undefined : scalesOf(plane, width, height)), [plane, width]);
  const shown = answer.value;
  const ground = useCallback(
    (area: Area) => {
      setWidth(area.width);
      drawGround(area, plane, scalesOf(plane, area.width, height), shown);
    },
    [plane, shown],
  );

  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    const open = (): void => {
      renderer.current = openAgentRenderer(element);
      setAble(renderer.current !== undefined);
      setOpened((times) => times + 1);
    };
    const lost = (event: Event): void => event.preventDefault();
    open();
    element.addEventListener("webglcontextlost", lost);
    element.addEventListener("webglcontextrestored", open);
    return () => {
      element.removeEventListener("webglcontextlost", lost);
      element.removeEventListener("webglcontextrestored", open);
      renderer.current?.close();
      renderer.current = undefined;
    };
  }, []);
  useEffect(() => renderer.current?.load(plane), [plane, opened]);
  useWandering(plane);

  const look = chosenColouring(plane);
  useEffect(() => {
    const now = renderer.current;
    if (now === undefined || scales === undefined) return;
    const ratio = devicePixelRatio;
    now.resize(
      Math.max(1, Math.round((scales.x.end - scales.x.start) * ratio)),
      Math.max(1, Math.round((scales.y.start - scales.y.end) * ratio)),
    );
    // Sixty times a second, without the page being made anew.
    return effect(() => {
      const last = plane.t[plane.t.length - 1];
      const at = timeAxis.value === null ? wandered.value * last : time.value;
      const { frame, share } = frameAt(plane.t, at, still.value);
      now.draw(frame, share, { colouring: look, trails: trails.value && !still.value, dark: theme.value === "dark" });
    });
  }, [plane, scales, look, opened]);

  if (!able)
    return (
      <p class="note">
        Moving agents need WebGL2, which this browser does not offer here; the population is drawn in the panel beside.
      </p>
    );
  return (
    <div class="agents" data-testid="agents" data-agents={plane.agents}>
      <Canvas height={height} label={labelOf(plane)} draw={ground} />
      <canvas
        ref={canvas}
        class="agents-layer"
        aria-hidden="true"
        style={
          scales === undefined
            ? { visibility: "hidden" }
            : {
                left: `${scales.x.start}px`,
                top: `${scales.y.end}px`,
                width: `${scales.x.end - scales.x.start}px`,
                height: `${scales.y.start - scales.y.end}px`,
              }
        }
      />
    </div>
  );
}

function labelOf({ agents: count, x, y, groups }: AgentPlane): string {
  const axes = [x, y].flatMap(({ coordinate }) => (coordinate === undefined ? [] : [coordinate.title.toLowerCase()]));
  const kinds = groups === undefined ? "" : ` of ${groups.names.length} kinds (${groups.names.join(", ")})`;
  return `${count} agents${kinds} moving under the answer's policy, by ${axes.join(" and ")}`;
}

/** Moves agents where the page has no time that could. */
function useWandering(plane: AgentPlane): void {
  const moving = timeAxis.value === null && wandering.value && !still.value && plane.t.length > 1;
  useEffect(() => {
    if (!moving) return;
    let before = 0;
    let next = 0;
    const tick = (now: number): void => {
      const share = before === 0 ? 0 : (Math.min(100, now - before) / 1000) * (speed.peek() / round);
      before = now;
      wandered.value = (wandered.peek() + share) % 1;
      next = requestAnimationFrame(tick);
    };
    next = requestAnimationFrame(tick);
    return () => cancelAnimationFrame(next);
  }, [moving]);
}
