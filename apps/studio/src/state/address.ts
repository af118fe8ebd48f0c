/**
 * The whole state of the page as text after the `#`, versioned, so that a link gives the same picture anywhere.
 *
 *     #/game/systemic-risk?v=1&preset=…&set.kappa=0.5&seed=3&solver=picard&option.steps=50&beside=planner&t=0.4
 *
 * Parameters are differences from the preset, or from the defaults without one; a person's own game stands in the link whole.
 */
import type { Concept, Information, SolveRequest } from "meanfield";
import type { GameChoice, Task } from "../engine/protocol.ts";

export type Beside = "none" | "planner" | "finite";

export interface Address {
  readonly page: "gallery" | "game" | "own";
  /** Of the catalogue; undefined for a person's own. */
  readonly game?: string | undefined;
  /** A person's own declaration, packed by `pack`. */
  readonly own?: string | undefined;
  readonly preset?: string | undefined;
  readonly set: Readonly<Record<string, unknown>>;
  /** A formula of the density at the start, instead of the game's own. */
  readonly initial?: string | undefined;
  readonly concept?: Concept | undefined;
  readonly players?: number | undefined;
  readonly information?: Information | undefined;
  readonly solver?: string | undefined;
  readonly options: Readonly<Record<string, unknown>>;
  readonly tolerance?: number | undefined;
  readonly maximumIterations?: number | undefined;
  readonly seed: number;
  /** What is solved beside the answer, to be compared with it. */
  readonly beside: Beside;
  /** Where the cursor stands in time; the start unless given. */
  readonly t?: number | undefined;
  /** The one panel of an embedded frame. */
  readonly embed?: string | undefined;
}

export const home: Address = { page: "gallery", set: {}, options: {}, seed: 0, beside: "none" };

const version = "1";

export function encodeAddress(address: Address): string {
  if (address.page === "gallery") return "#/";
  const path = address.page === "own" ? "own" : `game/${encodeURIComponent(address.game ?? "")}`;
  const query = new URLSearchParams();
  query.set("v", version);
  const put = (name: string, value: unknown): void => {
    if (value !== undefined) query.set(name, typeof value === "string" ? value : JSON.stringify(value));
  };
  put("own", address.own);
  put("preset", address.preset);
  for (const [name, value] of Object.entries(address.set)) put(`set.${name}`, value);
  put("initial", address.initial);
  put("concept", address.concept);
  put("players", address.players);
  put("information", address.information);
  put("solver", address.solver);
  for (const [name, value] of Object.entries(address.options)) put(`option.${name}`, value);
  put("tolerance", address.tolerance);
  put("iterations", address.maximumIterations);
  if (address.seed !== 0) put("seed", address.seed);
  if (address.beside !== "none") put("beside", address.beside);
  put("t", address.t);
  put("embed", address.embed);
  return `#/${path}?${query}`;
}

/** What a link means; a link of a later version, or no link of ours, is the gallery. */
export function decodeAddress(hash: string): Address {
  const [path, search = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  const [page, name] = path.split("/", 2);
  const named = decoded(name ?? "");
  if ((page !== "own" && page !== "game") || named === undefined) return home;
  const query = new URLSearchParams(search);
  if ((query.get("v") ?? version) !== version) return home;
  const text = (key: string): string | undefined => query.get(key) ?? undefined;
  const number = (key: string): number | undefined => {
    const value = Number(query.get(key) ?? Number.NaN);
    return Number.isFinite(value) ? value : undefined;
  };
  const group = (prefix: string): Record<string, unknown> =>
    Object.fromEntries(
      [...query]
        .filter(([key]) => key.startsWith(prefix))
        .map(([key, value]) => [key.slice(prefix.length), plain(value)]),
    );
  const beside = text("beside");
  return {
    page,
    game: page === "game" ? named : undefined,
    own: text("own"),
    preset: text("preset"),
    set: group("set."),
    initial: text("initial"),
    concept: text("concept") as Concept | undefined,
    players: number("players"),
    information: text("information") as Information | undefined,
    solver: text("solver"),
    options: group("option."),
    tolerance: number("tolerance"),
    maximumIterations: number("iterations"),
    seed: number("seed") ?? 0,
    beside: beside === "planner" || beside === "finite" ? beside : "none",
    t: number("t"),
    embed: text("embed"),
  };
}

/** Undefined where a `%` stands for nothing, as in a link that was cut off. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** JSON where it is JSON, words as they are. */
function plain(value: string): unknown {
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

/** What is asked of the library at an address. */
export function requestOf(address: Address): SolveRequest {
  const { initial, concept, players, information, solver, preset, tolerance, maximumIterations } = address;
  return {
    parameters: address.set,
    question: {
      ...(concept === undefined ? {} : { concept }),
      ...(players === undefined ? {} : { players }),
      ...(information === undefined ? {} : { information }),
    },
    options: address.options,
    seed: address.seed,
    ...(solver === undefined ? {} : { solver }),
    ...(preset === undefined ? {} : { preset }),
    ...(initial === undefined ? {} : { initial }),
    ...(tolerance === undefined ? {} : { tolerance }),
    ...(maximumIterations === undefined ? {} : { maximumIterations }),
  };
}

export function taskOf(address: Address, game: GameChoice, effort: Task["effort"]): Task {
  return { game, request: requestOf(address), effort };
}
