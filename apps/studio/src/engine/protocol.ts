/**
 * What the page and its workers say to each other.
 *
 * The library runs in workers only: the page never solves, and knows games and solvers by these descriptions alone, so
 * that a new one appears without a line here.
 */
import type {
  AxisTitle,
  Certificate,
  Concept,
  Equation,
  Information,
  OutcomeKind,
  ParameterFacts,
  QuantityDefinition,
  RunDocument,
  SolveRequest,
  TraceRow,
} from "meanfield";
import type { AgentPlane } from "../agents/plane.ts";

/** A game as the page shows it. */
export interface GameDescription {
  readonly id: string;
  readonly title: string;
  readonly family: string;
  readonly story: string;
  readonly reference: string;
  readonly equations: readonly Equation[];
  readonly parameters: Readonly<Record<string, ParameterFacts>>;
  readonly presets: Readonly<Record<string, { readonly title: string; readonly parameters: Record<string, unknown> }>>;
  readonly concepts: readonly Concept[];
  /** Empty where only the limit is declared. */
  readonly information: readonly Information[];
  readonly quantities: readonly QuantityDefinition[];
  readonly axes: Readonly<Record<string, AxisTitle>>;
  /** Whether finitely many players are played, solved, or neither. */
  readonly finite: "solved" | "simulated" | "none";
  readonly simulates: boolean;
  readonly agents: boolean;
  /**
   * Where the law at the start may be: as the game has it, anywhere, or in part, since nobody starts where an infinite line is cut,
   * and each of several populations is named.
   */
  readonly starts: "own" | "anywhere" | "partly";
  /** The quantity over times and roads that says how much is on each; null without roads. */
  readonly roads: string | null;
}

/** A solver that takes the question, with its options. */
export interface SolverDescription {
  readonly name: string;
  readonly title: string;
  readonly story: string;
  readonly reference: string;
  readonly options: Readonly<Record<string, ParameterFacts>>;
}

/** Which game: one of the catalogue by its id, or a person's own by its declaration. */
export type GameChoice = { readonly id: string } | { readonly own: unknown };

/** One solve, fully said: the same request gives the same document on the command line. */
export interface Task {
  readonly game: GameChoice;
  readonly request: SolveRequest;
  /** Options that are taken where the solver has them, such as the grid of an answer that this one stands beside. */
  readonly alike?: Readonly<Record<string, unknown>>;
  /** `quick` answers within a frame or two, on a coarse grid and with as many iterations as fit; never certified. */
  readonly effort: "quick" | "full";
  /** Whether it is asked on a phone, which is told of options with which a long solve is shorter. */
  readonly phone?: boolean;
}

/** The axes of a quantity as it was tabulated. */
export interface FieldAxis {
  readonly name: string;
  readonly kind: "continuous" | "discrete";
  readonly grid: Float64Array;
  /** Words for the points, one each, where they have some. */
  readonly labels?: readonly string[];
}

/** A quantity on its own grid, row-major; a scalar has no axes and one value. */
export interface Field {
  readonly name: string;
  readonly axes: readonly FieldAxis[];
  readonly value: Float64Array;
  /** By closed form on the same grid, where known. */
  readonly exact?: Float64Array;
}

/** What is known once a request was found good, before the first iteration. */
export interface Started {
  readonly solver: SolverDescription;
  readonly options: Readonly<Record<string, unknown>>;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** For a phone, the options with which the solve takes less, where they differ from the solver's own. */
  readonly small: Readonly<Record<string, unknown>>;
  /** Names of the solvers that take the question, best first. */
  readonly fitting: readonly { readonly name: string; readonly title: string }[];
}

/** An answer: how it ended, its certificate, its fields. */
export interface Answer {
  readonly effort: Task["effort"];
  readonly outcome: OutcomeKind;
  readonly reason: string;
  readonly iterations: number;
  readonly seconds: number;
  /** Null for a quick look, and until it is computed. */
  readonly certificate: Certificate | null;
  readonly fields: Readonly<Record<string, Field>>;
  /** What stands and goes in planes of cells; empty where there are none. */
  readonly planes: readonly PlaneGround[];
  readonly scenery?: SceneryGround;
  readonly roads?: RoadsOfAnswer;
  readonly trace: readonly TraceRow[];
  /** The document of the command line; only of full answers. */
  readonly document: RunDocument | null;
}

/** A population's plane of cells: where nobody can be, and the mean step from each cell. */
export interface PlaneGround {
  /** Behind the names of the population's fields. */
  readonly suffix: string;
  /** Of states, which are numbered row by row; the last two span the plane. */
  readonly axes: readonly string[];
  /** One for each state in which nobody can be. */
  readonly closed: Uint8Array;
  /** Times at which moves are known: 0, …, steps − 1. */
  readonly steps: number;
  /** In cells, at 2(t·|S| + s) along the first of the plane's axes, then along the second. */
  readonly moves: Float32Array;
}

/** Walls and exits of a plane without cells. */
export interface SceneryGround {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
  /** Along each axis; walls are looked for in the middle of equal parts. */
  readonly points: number;
  /** One for each wall, the second axis running fastest. */
  readonly walls: Uint8Array;
  readonly exits: readonly { readonly from: readonly [number, number]; readonly to: readonly [number, number] }[];
}

/** Crossings, and one-way roads between them by their numbers. */
export interface RoadsOfAnswer {
  readonly crossings: readonly { readonly name: string; readonly x: number; readonly y: number }[];
  readonly roads: readonly { readonly from: number; readonly to: number }[];
}

/** A field at iterations of a solve, in order; the last one is the answer's. */
export interface Formed {
  readonly field: string;
  readonly pictures: readonly { readonly k: number; readonly field: Field }[];
}

/** Why a request was refused, in the library's own words. */
export interface Refusal {
  readonly message: string;
  /** The parameter or option at fault, where it is one. */
  readonly field: string | null;
  /** Of a formula, from 1, where a place in it is at fault. */
  readonly column: number | null;
  /** Of a file that was dropped or opened: said until the next question, whatever is being solved. */
  readonly file?: true;
}

/** The finite game, played under the strategy of the limit. */
export interface PlayedGame {
  readonly players: number;
  readonly paths: number;
  readonly cost: Estimated;
  readonly scalars: Readonly<Record<string, Estimated>>;
  /** By name, what estimates are without chance for this many players, where that is known. */
  readonly exact: Readonly<Record<string, number>>;
  /** By name, what estimates tend to with many players, where that is known. */
  readonly limits: Readonly<Record<string, number>>;
  readonly defaults: {
    readonly level: number;
    readonly single: Estimated;
    readonly systemic: Estimated;
    readonly count: { readonly value: Float64Array; readonly standardError: Float64Array };
  } | null;
  readonly t: Float64Array;
  readonly samples: readonly { readonly players: readonly Float64Array[]; readonly mean: Float64Array }[];
  readonly sampleAxis: { readonly title: string; readonly symbol: string };
  readonly remarks: readonly string[];
}

export interface Estimated {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

export type Query =
  | { readonly kind: "describe"; readonly game: GameChoice }
  | { readonly kind: "examples" }
  | { readonly kind: "solve"; readonly task: Task }
  | { readonly kind: "agents"; readonly task: Task; readonly agents: number; readonly frames: number }
  | { readonly kind: "forming"; readonly task: Task; readonly field: string }
  | { readonly kind: "play"; readonly task: Task; readonly players: number; readonly paths: number };

export type ToWorker =
  | { readonly id: number; readonly query: Query }
  /** Nobody waits for the answer any more. */
  | { readonly id: number; readonly query: { readonly kind: "abort" } }
  /** What there is by now is the answer. */
  | { readonly id: number; readonly query: { readonly kind: "halt" } };

export type FromWorker =
  | { readonly id: number; readonly kind: "described"; readonly description: GameDescription }
  | { readonly id: number; readonly kind: "examples"; readonly examples: Readonly<Record<string, unknown>> }
  | { readonly id: number; readonly kind: "started"; readonly started: Started }
  | { readonly id: number; readonly kind: "progress"; readonly trace: readonly TraceRow[]; readonly share?: number }
  | { readonly id: number; readonly kind: "answered"; readonly answer: Answer }
  | { readonly id: number; readonly kind: "agents"; readonly plane: AgentPlane }
  | { readonly id: number; readonly kind: "formed"; readonly formed: Formed }
  | { readonly id: number; readonly kind: "played"; readonly game: PlayedGame }
  | { readonly id: number; readonly kind: "refused"; readonly refusal: Refusal }
  | { readonly id: number; readonly kind: "broken"; readonly message: string }
  /** The last word on a query, whatever came of it. */
  | { readonly id: number; readonly kind: "finished" };
