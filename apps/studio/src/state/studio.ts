/**
 * What the page knows, as signals; what it asks, as effects.
 *
 * A change of the question is answered at once by a quick look and, when the hand rests, by the full answer. The old picture
 * stays until the new one is there.
 */
import { batch, computed, effect, signal, untracked } from "@preact/signals";
import type { TraceRow } from "meanfield";
import type { AgentPlane } from "../agents/plane.ts";
import { openLane, startThread } from "../engine/engine.ts";
import type { Heard } from "../engine/engine.ts";
import type { Answer, GameChoice, GameDescription, PlayedGame, Refusal, Started } from "../engine/protocol.ts";
import { decodeAddress, encodeAddress, home, taskOf } from "./address.ts";
import type { Address } from "./address.ts";
import { along, formed, formedFor, formingFault, formingShare, withForming } from "./forming.ts";
import { unpack } from "./packing.ts";

export const address = signal<Address>(home);
export const description = signal<GameDescription | null>(null);
export const started = signal<Started | null>(null);
export const trace = signal<readonly TraceRow[]>([]);
export const answer = signal<Answer | null>(null);
export const refusal = signal<Refusal | null>(null);
/** A fault of ours, not of the question. */
export const fault = signal<string | null>(null);
export const busy = signal(false);
/** The address that `answer` is an answer to: while another one is solved, the old picture stays. */
export const answered = signal<Address | null>(null);
/** The last row that is heard of the solve under way. */
export const underway = signal<TraceRow | null>(null);
export const besideAnswer = signal<Answer | null>(null);
/** What `besideAnswer` is called, and the question it belongs to. */
const besideOf = signal({ label: "", question: "", asked: "" });
export const besideRefusal = signal<Refusal | null>(null);
export const agents = signal<AgentPlane | null>(null);
/** Why there are none, in the library's own words. */
export const agentsRefusal = signal<string | null>(null);
/** Whether others are on their way. */
export const agentsAwaited = signal(false);
export const playedGame = signal<PlayedGame | null>(null);
export const playedShare = signal<number | null>(null);
/** Why the finite game was not played, in words. */
export const playedFault = signal<string | null>(null);
/** What question `playedGame` was played for, as `asked` has it. */
export const playedFor = signal("");

/** Parameters that tell a frozen answer from the one beside it; more of them would be no label. */
const mostNamed = 2;

/** `frozen`, and in what its question differed from the one asked now. */
function frozenLabel(then: Address): string {
  const now = address.value;
  const names = [...new Set([...Object.keys(then.set), ...Object.keys(now.set)])].filter(
    (name) => JSON.stringify(then.set[name]) !== JSON.stringify(now.set[name]),
  );
  const words = names
    .slice(0, mostNamed)
    .map((name) => `${name} = ${JSON.stringify(then.set[name] ?? usualOf(name)) ?? "?"}`)
    .filter((word) => word.length < 40);
  return words.length === 0 ? "frozen" : `frozen, ${words.join(", ")}`;
}

/** An answer kept for comparison, with the address it was an answer to. */
export const frozen = signal<{ readonly address: Address; readonly answer: Answer } | null>(null);

/** One answer of those that are drawn together. */
export interface Layer {
  readonly label: string;
  readonly answer: Answer;
}

/** The answers that are drawn together, the one asked for first. */
export const layers = computed<readonly Layer[]>(() => {
  const main = answer.value;
  if (main === null) return [];
  const list: Layer[] = [
    {
      label: labelOf(answered.value ?? address.value),
      answer: formedFor.value === asked.value ? withForming(main) : main,
    },
  ];
  if (besideAnswer.value !== null) {
    const { label, question } = besideOf.value;
    const stale = answered.value !== null && question !== besideQuestionOf(answered.value);
    list.push({ label: stale ? `${label}, of the question before` : label, answer: besideAnswer.value });
  }
  if (frozen.value !== null) list.push({ label: frozenLabel(frozen.value.address), answer: frozen.value.answer });
  return list;
});

/** Players of the finite game that stands beside its limit. */
const besidePlayers = 10;

function besideLabel({ beside, concept, players }: Address): string {
  if (beside === "planner") return (concept ?? "nash") === "planner" ? "equilibrium" : "social planner";
  return players === undefined ? `finite game, N = ${besidePlayers}` : "limit";
}

function labelOf({ concept, players }: Address): string {
  const noun = concept === "planner" ? "social planner" : "equilibrium";
  return players === undefined ? noun : `${noun}, N = ${players}`;
}

/** What depends on the question alone, not on how it is looked at: equal texts are equal questions. */
export const asked = computed(() => questionOf(address.value));

function questionOf(of: Address): string {
  return of.page === "gallery" ? "" : encodeAddress({ ...of, t: undefined, embed: undefined, beside: "none" });
}

/** Whether the pictures on the page are of the question before. */
export const outdated = computed(() => answered.value !== null && questionOf(answered.value) !== asked.value);

/** Whether the answer on the page is the whole answer to its address. */
export const current = computed(() => answer.value?.effort === "full" && !outdated.value);

/** The question beside the main one; empty where nothing is asked. */
const besideAsked = computed(() => {
  const { beside } = address.value;
  return beside === "none" ? "" : `${beside} ${besideQuestionOf(address.value)}`;
});

/** Solvers and their options are chosen for the main question alone. */
function besideQuestionOf(of: Address): string {
  return questionOf({ ...of, solver: undefined, options: {} });
}

const whichGame = computed(() => {
  const { page, game, own } = address.value;
  return page === "gallery" ? "" : page === "game" ? `game ${game}` : `own ${own}`;
});

/** The game of an address; undefined where a person has not written one yet. */
export function choiceOf({ page, game, own }: Address): GameChoice | undefined {
  if (page === "game" && game !== undefined) return { id: game };
  if (page === "own" && own !== undefined) return { own: unpack(own) };
  return undefined;
}

const lanes = {
  describe: openLane(startThread),
  main: openLane(startThread),
  // Of its own: a hand that moves a slider does not wait for a certificate that is being computed.
  quick: openLane(startThread, 300, true),
  beside: openLane(startThread),
  play: openLane(startThread),
  forming: openLane(startThread),
};

/** Milliseconds without a change after which the hand is said to rest. */
const rest = 140;
/** Whole answers below this are given at once, without a quick look before them. */
const instant = 0.02;

/** Screens so narrow belong to phones. */
const phone = matchMedia("(max-width: 600px)");

let lastPage: Address["page"] = "gallery";
let resting: ReturnType<typeof setTimeout> | undefined;
let lastWhole = Infinity;

/** Changes the address; a new page is a new entry of the history, a moved slider is not. */
export function go(change: Partial<Address>, entry: "push" | "replace" = "replace"): void {
  const next = { ...address.peek(), ...change };
  address.value = next;
  remember(next, entry);
}

let remembering: ReturnType<typeof setTimeout> | undefined;

/** Browsers allow some hundred entries in half a minute: a drag is written down when it pauses. */
function remember(next: Address, entry: "push" | "replace"): void {
  clearTimeout(remembering);
  if (entry === "push") history.pushState(null, "", encodeAddress(next));
  else remembering = setTimeout(() => void history.replaceState(null, "", encodeAddress(next)), 120);
}

/** Sets one parameter; the preset's own value, or the default's, is no difference and leaves the address. */
export function setParameter(name: string, value: unknown): void {
  const { set } = address.peek();
  const { [name]: _, ...others } = set;
  go({ set: same(value, usualOf(name)) ? others : { ...others, [name]: value } });
}

/** The value of a parameter where nobody changes it: the preset's or the default. */
export function usualOf(name: string): unknown {
  const known = description.peek();
  const preset = known?.presets[address.peek().preset ?? ""]?.parameters;
  return preset !== undefined && Object.hasOwn(preset, name) ? preset[name] : known?.parameters[name]?.default;
}

export function setOption(name: string, value: unknown): void {
  const { options } = address.peek();
  const { [name]: _, ...others } = options;
  const usual = started.peek()?.solver.options[name]?.default;
  go({ options: same(value, usual) ? others : { ...others, [name]: value } });
}

function same(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

/** Everything but the game back to how it opens. */
export function reset(): void {
  const { page, game, own } = address.peek();
  smallOptions.value = {};
  go({ ...home, page, game, own, preset: undefined, t: undefined });
}

/** Options that the page chose for a phone: what a person chooses is not touched. */
const smallOptions = signal<Address["options"]>({});

/** Whether the answer is on a grid that is smaller because the screen is. */
export const madeSmall = computed(() => {
  const { options } = address.value;
  const small = Object.entries(smallOptions.value);
  return small.length > 0 && small.every(([name, value]) => options[name] === value);
});

/**
 * On a phone, long solves are asked for on smaller grids. These are options as others are, in the link and in the command, so that
 * the numbers are the same elsewhere.
 */
function makeSmall(small: Address["options"]): void {
  if (!same(address.peek().options, smallOptions.peek()) || same(small, smallOptions.peek())) return;
  smallOptions.value = small;
  go({ options: small });
}

/** The grid that the game advises, however small the screen. */
export function makeWhole(): void {
  // No options are these: none are chosen by the page again.
  smallOptions.value = { whole: true };
  go({ options: {} });
}

/** What the solve under way has told of its iterations. */
let heard: readonly TraceRow[] = [];
/** Whether a first look is still of use: the whole answer, or its picture on the way, is better. */
let quickWanted = false;

function hearQuick(reply: Heard, to: Address): void {
  if (quickWanted) hear(reply, to);
}

function hearWhole(reply: Heard, to: Address): void {
  if (reply.kind === "answered") {
    quickWanted = false;
    stopQuick?.();
  }
  hear(reply, to);
}

function hear(reply: Heard, to: Address): void {
  batch(() => {
    if (reply.kind === "started") {
      started.value = reply.started;
      makeSmall(reply.started.small);
      // A request that was taken up was a good one.
      clearRefusal();
    } else if (reply.kind === "progress") {
      heard = [...heard, ...reply.trace];
      underway.value = heard.at(-1) ?? null;
      // The old curve stays until there is a new one.
      if (heard.length > 1) trace.value = heard;
    } else if (reply.kind === "answered") {
      answer.value = reply.answer.effort === "full" ? reply.answer : completed(reply.answer);
      answered.value = to;
      clearRefusal();
      fault.value = null;
      if (reply.answer.effort === "full") {
        busy.value = false;
        lastWhole = reply.answer.seconds;
        trace.value = timed(heard, reply.answer.trace);
      }
    } else if (reply.kind === "refused") {
      refusal.value = reply.refusal;
      busy.value = false;
      agentsAwaited.value = false;
    } else if (reply.kind === "broken") {
      fault.value = reply.message;
      busy.value = false;
    }
  });
}

/** A quick look has what fits into a frame: the old picture stays for the rest. */
function completed(quick: Answer): Answer {
  return { ...quick, fields: { ...answer.peek()?.fields, ...quick.fields } };
}

/** The rows of an answer, with the seconds that were heard of on the way where they were. */
function timed(heard: readonly TraceRow[], rows: readonly TraceRow[]): readonly TraceRow[] {
  const seconds = new Map(heard.map((row) => [row.k, row["seconds"]]));
  return rows.map((row) => {
    const at = seconds.get(row.k);
    return at === undefined ? row : { ...row, seconds: at };
  });
}

function askWhole(): void {
  resting = undefined;
  const to = address.peek();
  const choice = choiceOf(to);
  if (choice === undefined) return;
  busy.value = true;
  heard = [];
  underway.value = null;
  stopMain = lanes.main.ask({ kind: "solve", task: { ...taskOf(to, choice, "full"), phone: phone.matches } }, (reply) =>
    hearWhole(reply, to),
  );
}

/** Stops the solve under way; what it has is shown. */
export function stop(): void {
  if (!busy.peek()) return;
  if (resting === undefined) {
    lanes.main.halt();
    return;
  }
  // The whole solve has not begun: the quick look is what there is.
  clearTimeout(resting);
  resting = undefined;
  busy.value = false;
}

let stopDescribing: (() => void) | undefined;
let stopMain: (() => void) | undefined;
let stopQuick: (() => void) | undefined;
let stopBeside: (() => void) | undefined;

/** What the question was refused for is settled; what a file was is not. */
function clearRefusal(): void {
  if (refusal.peek()?.file !== true) refusal.value = null;
}

function question(): void {
  clearTimeout(resting);
  resting = undefined;
  const to = address.peek();
  const choice = choiceOf(to);
  if (choice === undefined) return;
  fault.value = null;
  if (refusal.peek()?.file === true) refusal.value = null;
  if (lastWhole < instant || answer.peek() === null) {
    quickWanted = false;
    askWhole();
    return;
  }
  busy.value = true;
  stopMain?.();
  quickWanted = true;
  stopQuick = lanes.quick.ask(
    { kind: "solve", task: { ...taskOf(to, choice, "quick"), phone: phone.matches } },
    (reply) => hearQuick(reply, to),
  );
  resting = setTimeout(askWhole, rest);
}

function describe(): void {
  const now = address.peek();
  const { page } = now;
  const choice = choiceOf(now);
  // A game that is being written changes with every letter: the old picture stays until the new one is there.
  if (page !== "own" || lastPage !== "own") {
    quickWanted = false;
    smallOptions.value = {};
    leave();
    batch(() => {
      description.value = null;
      answer.value = null;
      started.value = null;
      refusal.value = null;
      answered.value = null;
      busy.value = false;
      fault.value = null;
      besideAnswer.value = null;
      besideRefusal.value = null;
      frozen.value = null;
      agents.value = null;
      agentsRefusal.value = null;
      agentsAwaited.value = false;
      playedGame.value = null;
      playedFault.value = null;
      formed.value = null;
      along.value = "time";
      trace.value = [];
    });
  }
  lastPage = page;
  lastWhole = Infinity;
  if (choice === undefined) return;
  stopDescribing = lanes.describe.ask({ kind: "describe", game: choice }, (reply) => {
    if (reply.kind === "described") description.value = reply.description;
    else hear(reply, now);
  });
}

/** Takes back all that was asked of a game: a late answer would be shown as another game's, or cost its time. */
function leave(): void {
  clearTimeout(resting);
  resting = undefined;
  for (const takeBack of [stopDescribing, stopMain, stopQuick, stopBeside]) takeBack?.();
  stopPlay();
  stopRecording();
}

/** What solvers call the fineness of their grids. */
const gridOptions: ReadonlySet<string> = new Set(["points", "steps", "scheme", "N"]);

/** The task beside the main one: the other concept, or the finite game. */
function askBeside(): void {
  const now = address.peek();
  const choice = choiceOf(now);
  const concept = now.beside === "planner" ? ((now.concept ?? "nash") === "planner" ? "nash" : "planner") : now.concept;
  const players = now.beside === "finite" ? (now.players === undefined ? besidePlayers : undefined) : now.players;
  if (choice === undefined) return;
  if (besideAnswer.peek() !== null && besideOf.peek().asked === besideAsked.peek()) return;
  const of = { label: besideLabel(now), question: besideQuestionOf(now), asked: besideAsked.peek() };
  stopBeside = lanes.beside.ask(
    {
      kind: "solve",
      // On the same grid where there is one: what differs is the question, not how finely it is answered.
      task: {
        ...taskOf({ ...now, concept, players, solver: undefined, options: {} }, choice, "full"),
        alike: Object.fromEntries(Object.entries(now.options).filter(([name]) => gridOptions.has(name))),
      },
    },
    (reply) => {
      batch(() => {
        if (reply.kind === "answered") {
          besideAnswer.value = reply.answer;
          besideOf.value = of;
          besideRefusal.value = null;
        } else if (reply.kind === "refused") {
          besideAnswer.value = null;
          besideRefusal.value = reply.refusal;
        }
      });
    },
  );
}

/** How many agents are drawn. */
export const agentCount = signal(10_000);

/** Agents of the answer on the page; asked for by the panel that draws them. The old ones stay until the new ones come. */
export function askAgents(frames = 90): void {
  const choice = choiceOf(address.peek());
  // A solve on its way is not disturbed: its answer will ask for agents of its own.
  if (choice === undefined || busy.peek()) return;
  agentsAwaited.value = true;
  // The thread that found the answer still has it.
  stopMain = lanes.main.ask(
    { kind: "agents", task: taskOf(address.peek(), choice, "full"), agents: agentCount.peek(), frames },
    (reply) => {
      if (reply.kind === "progress") return;
      batch(() => {
        agentsAwaited.value = false;
        if (reply.kind === "agents") {
          agents.value = reply.plane;
          agentsRefusal.value = null;
        } else if (reply.kind === "refused") {
          agents.value = null;
          agentsRefusal.value = reply.refusal.message;
        } else if (reply.kind === "broken") agentsRefusal.value = reply.message;
      });
    },
  );
}

let stopForming: (() => void) | undefined;

/** Records how a field formed; the solve is run once more. */
export function askForming(field: string): void {
  const choice = choiceOf(address.peek());
  const iterations = answer.peek()?.iterations ?? 0;
  if (choice === undefined || iterations < 2) return;
  const question = asked.peek();
  const task = taskOf(address.peek(), choice, "full");
  // A solve that was stopped is recorded as far as it came.
  const request = { ...task.request, maximumIterations: iterations };
  formingShare.value = 0;
  formingFault.value = null;
  stopForming = lanes.forming.ask({ kind: "forming", task: { ...task, request }, field }, (reply) => {
    batch(() => {
      if (reply.kind === "progress") {
        formingShare.value = Math.min(1, (reply.trace.at(-1)?.k ?? 0) / iterations);
        return;
      }
      formingShare.value = null;
      if (reply.kind === "formed") {
        formed.value = reply.formed;
        formedFor.value = question;
      } else if (reply.kind === "refused") formingFault.value = reply.refusal.message;
      else if (reply.kind === "broken") formingFault.value = reply.message;
    });
  });
}

export function stopRecording(): void {
  stopForming?.();
  formingShare.value = null;
}

let stopPlaying: (() => void) | undefined;

/** The finite game, played `paths` times. */
export function askPlay(players: number, paths: number): void {
  const choice = choiceOf(address.peek());
  if (choice === undefined) return;
  const question = asked.peek();
  playedShare.value = 0;
  stopPlaying = lanes.play.ask(
    { kind: "play", task: taskOf(address.peek(), choice, "full"), players, paths },
    (reply) => {
      batch(() => {
        if (reply.kind === "progress") {
          playedShare.value = reply.share ?? null;
          return;
        }
        playedShare.value = null;
        playedFault.value =
          reply.kind === "refused" ? reply.refusal.message : reply.kind === "broken" ? reply.message : null;
        if (reply.kind !== "played") return;
        playedGame.value = reply.game;
        playedFor.value = question;
      });
    },
  );
}

export function stopPlay(): void {
  stopPlaying?.();
  playedShare.value = null;
}

export function freeze(): void {
  const now = answer.peek();
  const to = answered.peek() ?? address.peek();
  frozen.value = frozen.peek() === null && now !== null ? { address: to, answer: now } : null;
}

/** Listens to the address and asks; called once, by the page. */
export function begin(): void {
  const read = (): void => {
    // What was to be written down belongs to the entry that was left.
    clearTimeout(remembering);
    address.value = decodeAddress(location.hash);
  };
  addEventListener("popstate", read);
  addEventListener("hashchange", read);
  read();
  effect(() => {
    void whichGame.value;
    describe();
  });
  effect(() => {
    if (asked.value !== "") question();
  });
  effect(() => {
    if (besideAsked.value === "") {
      stopBeside?.();
      besideAnswer.value = null;
      besideRefusal.value = null;
    } else if (current.value) untracked(askBeside);
  });
}
