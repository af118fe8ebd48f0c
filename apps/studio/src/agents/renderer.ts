/**
 * Agents by WebGL2: all positions lie on the graphics processor once, and a picture is one call that reads two neighbouring frames
 * of them; trails are the same at a few times before.
 */
import { categories, viridis } from "../panels/colours.ts";
import type { AgentPlane } from "./plane.ts";
import { fragmentShader, vertexShader } from "./shaders.ts";

export type Colouring = "kind" | "speed" | "start";

export interface AgentLook {
  readonly colouring: Colouring;
  /** Whether the last moments are drawn, too. */
  readonly trails: boolean;
  readonly dark: boolean;
}

export interface AgentRenderer {
  /** Replaces the agents. */
  readonly load: (plane: AgentPlane) => void;
  /** Draws them between frames: `share` of the way from one to the next. */
  readonly draw: (frame: number, share: number, look: AgentLook) => void;
  /** Fits the drawing to a size in device pixels. */
  readonly resize: (width: number, height: number) => void;
  readonly close: () => void;
}

/** Earlier moments of a trail, and how far apart, in frames. */
const trail = { count: 8, apart: 0.3 };
/** A jump over more than this part of the space is none that is walked. */
const farthest = 0.4;

/** The part of the colour map that can be seen on the paper: yellow is lost on white, and deep violet on black. */
export function rampOn(dark: boolean): readonly [from: number, to: number] {
  return dark ? [0.25, 1] : [0, 0.85];
}

/** Undefined where the browser has no WebGL2, or will not compile for it. */
export function openAgentRenderer(canvas: HTMLCanvasElement): AgentRenderer | undefined {
  // What is drawn is kept, so that it can be exported at any time.
  const gl = canvas.getContext("webgl2", {
    alpha: true,
    premultipliedAlpha: true,
    preserveDrawingBuffer: true,
    antialias: false,
  });
  if (gl === null) return undefined;
  const program = programOf(gl);
  if (program === undefined) return undefined;
  const uniform = (name: string): WebGLUniformLocation | null => gl.getUniformLocation(program, name);
  const at = Object.fromEntries(
    [
      "share",
      "gap",
      "low",
      "span",
      "cell",
      "circle",
      "discrete",
      "farthest",
      "size",
      "opacity",
      "colouring",
      "fast",
      "kinds",
      "map",
      "ramp",
      "round_",
    ].map((name) => [name, uniform(name)]),
  );
  const places = gl.createBuffer();
  const groups = gl.createBuffer();
  const starts = gl.createBuffer();
  gl.useProgram(program);
  gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
  gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, 256, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, mapTexels());
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
  gl.uniform1i(at["map"], 0);
  gl.enable(gl.BLEND);
  gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  for (const location of [0, 1]) gl.enableVertexAttribArray(location);
  let plane: AgentPlane | undefined;

  const pass = (now: AgentPlane, frame: number, share: number, opacity: number): void => {
    const { agents, t } = now;
    const last = Math.max(0, t.length - 1);
    const from = Math.min(frame, last);
    const to = Math.min(from + 1, last);
    gl.bindBuffer(gl.ARRAY_BUFFER, places);
    gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 0, 8 * from * agents);
    gl.vertexAttribPointer(1, 2, gl.FLOAT, false, 0, 8 * to * agents);
    gl.uniform1f(at["share"], share);
    gl.uniform1f(at["gap"], t[to] - t[from]);
    gl.uniform1f(at["opacity"], opacity);
    gl.drawArrays(gl.POINTS, 0, agents);
  };

  return {
    load: (next) => {
      plane = next;
      gl.bindBuffer(gl.ARRAY_BUFFER, places);
      gl.bufferData(gl.ARRAY_BUFFER, next.positions, gl.STATIC_DRAW);
      if (next.start === undefined) gl.disableVertexAttribArray(2);
      else {
        gl.bindBuffer(gl.ARRAY_BUFFER, starts);
        gl.bufferData(gl.ARRAY_BUFFER, next.start.shares, gl.STATIC_DRAW);
        gl.enableVertexAttribArray(2);
        gl.vertexAttribPointer(2, 1, gl.FLOAT, false, 0, 0);
      }
      if (next.groups === undefined) gl.disableVertexAttribArray(3);
      else {
        gl.bindBuffer(gl.ARRAY_BUFFER, groups);
        gl.bufferData(gl.ARRAY_BUFFER, next.groups.of, gl.STATIC_DRAW);
        gl.enableVertexAttribArray(3);
        gl.vertexAttribPointer(3, 1, gl.UNSIGNED_BYTE, false, 0, 0);
      }
      const { x, y, cell, circle, discrete, fast } = next;
      gl.uniform2f(at["low"], x.from, y.from);
      gl.uniform2f(at["span"], x.to - x.from, y.to - y.from);
      gl.uniform2f(at["cell"], ...cell);
      gl.uniform2f(at["circle"], ...circle);
      gl.uniform1i(at["discrete"], discrete ? 1 : 0);
      gl.uniform1f(at["farthest"], farthest);
      gl.uniform1f(at["fast"], fast);
    },
    draw: (frame, share, { colouring, trails, dark }) => {
      gl.viewport(0, 0, canvas.width, canvas.height);
      gl.clearColor(0, 0, 0, 0);
      gl.clear(gl.COLOR_BUFFER_BIT);
      if (plane === undefined || plane.agents === 0) return;
      // Points cover a part of the picture, whatever their number; many are small and pale.
      const room = Math.sqrt((canvas.width * canvas.height) / plane.agents);
      const size = Math.min(7, Math.max(1.5, 0.5 * room));
      gl.uniform1f(at["size"], size);
      gl.uniform1i(at["round_"], size > 2.5 ? 1 : 0);
      gl.uniform2f(at["ramp"], ...rampOn(dark));
      gl.uniform3fv(at["kinds"], kindsOf(dark));
      gl.uniform1i(at["colouring"], { kind: 0, speed: 1, start: 2 }[colouring]);
      const opacity = Math.min(0.9, Math.max(0.35, 0.25 * room));
      if (trails) {
        for (let k = trail.count; k >= 1; k--) {
          const earlier = frame + share - k * trail.apart;
          if (earlier < 0) continue;
          pass(plane, Math.floor(earlier), earlier % 1, 0.3 * opacity * (1 - k / (trail.count + 1)));
        }
      }
      pass(plane, frame, share, opacity);
    },
    resize: (width, height) => {
      if (canvas.width !== width) canvas.width = width;
      if (canvas.height !== height) canvas.height = height;
    },
    close: () => {
      gl.deleteBuffer(places);
      gl.deleteBuffer(groups);
      gl.deleteBuffer(starts);
      gl.deleteProgram(program);
      gl.getExtension("WEBGL_lose_context")?.loseContext();
    },
  };
}

function programOf(gl: WebGL2RenderingContext): WebGLProgram | undefined {
  const program = gl.createProgram();
  for (const [kind, source] of [
    [gl.VERTEX_SHADER, vertexShader],
    [gl.FRAGMENT_SHADER, fragmentShader],
  ] as const) {
    const shader = gl.createShader(kind);
    if (shader === null) return undefined;
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (gl.getProgramParameter(program, gl.LINK_STATUS) === true) return program;
  // A lost context compiles nothing, and is no fault of the shaders.
  if (!gl.isContextLost()) console.error(gl.getProgramInfoLog(program));
  return undefined;
}

function mapTexels(): Uint8Array {
  return Uint8Array.from(viridis.flatMap((rgb) => [rgb >> 16, (rgb >> 8) & 255, rgb & 255, 255]));
}

/** Colours of kinds: those with names; the first, which stands for all where there is one kind, is lighter on dark paper. */
function kindsOf(dark: boolean): Float32Array {
  const named = dark ? ["#6FB7E9", ...categories.slice(1)] : categories;
  return Float32Array.from(
    named.slice(0, 8).flatMap((text) => [1, 3, 5].map((i) => Number.parseInt(text.slice(i, i + 2), 16) / 255)),
  );
}
