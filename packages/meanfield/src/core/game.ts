import type { Family, Model } from "./model.ts";
import type { ParameterSchema, ParametersOf } from "./parameters.ts";
import type { Quantity, QuantityDefinition } from "./quantity.ts";
import type { Concept, Information, Question } from "./question.ts";

/** Quantities by name, computed only when asked for. */
export type Quantities = Readonly<Record<string, () => Quantity>>;

/**
 * A game, declared once as a plain value; solvers, figures, fronts and docs are all clients of it.
 *
 * @typeParam S schema of the parameters
 * @typeParam M model that `build` makes
 * @typeParam C candidate that solvers of the model's family return
 */
export interface Game<S extends ParameterSchema = ParameterSchema, M extends Model = Model, C = unknown> {
  /** The name on the command line, `kebab-case`. */
  readonly id: string;
  readonly title: string;
  readonly family: Family;
  /** One paragraph: who plays, what each wants, what couples them. */
  readonly story: string;
  readonly reference: string;
  readonly equations: readonly Equation[];
  readonly parameters: S;
  /** Named parameter sets, as differences from the defaults. */
  readonly presets: Readonly<Record<string, Preset<S>>>;
  readonly concepts: readonly Concept[];
  /** The information structures of the finite game; empty where the game is declared only in the limit. */
  readonly information: readonly Information[];
  /**
   * Conditions that tie parameters together (convexity, existence).
   *
   * @throws InputError or RefusalError with one clear line.
   */
  readonly check?: (parameters: ParametersOf<S>, question: Question) => void;
  readonly build: (parameters: ParametersOf<S>) => M;
  readonly quantities: readonly QuantityDefinition[];
  /** Quantities read off a solver's candidate. */
  readonly measure: (parameters: ParametersOf<S>, question: Question, candidate: C) => Quantities;
  /**
   * The same quantities by closed form, where the paper has one, for this question; shares nothing with solvers.
   *
   * The candidate that they stand beside, where there is one, only tells which class of answers was sought.
   */
  readonly exact?: (parameters: ParametersOf<S>, question: Question, candidate?: C) => Quantities;
  /** The game's own defaults of learners' options, by learner; what a person asks for wins. */
  readonly learning?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** What the axes of quantities other than time are called on figures; their names where left out. */
  readonly axes?: Readonly<Record<string, AxisTitle>>;
  /** What stands in the plane where games of the plane are drawn; undefined for a game on a line. */
  readonly scenery?: (parameters: ParametersOf<S>) => Scenery | undefined;
  /** The roads of a game on a network, for pictures of what is on them. */
  readonly roads?: (parameters: ParametersOf<S>) => RoadMap;
  /** What a simulation of the finite game should watch for. */
  readonly events?: (parameters: ParametersOf<S>) => SimulationEvents;
}

export interface AxisTitle {
  readonly title: string;
  /** TeX without dollars. */
  readonly symbol?: string;
  readonly unit?: string;
}

export interface Equation {
  readonly caption: string;
  /** TeX without dollars. */
  readonly tex: string;
}

export interface Preset<S extends ParameterSchema> {
  readonly title: string;
  readonly parameters: Partial<ParametersOf<S>>;
}

/** Walls and exits of a plane, for pictures of fields over it. */
export interface Scenery {
  readonly place: (x: number, y: number) => "free" | "wall" | "exit";
  /** Points along each axis at which fields are read for pictures. */
  readonly points: number;
  /** Of lengths. */
  readonly unit?: string;
}

/** Crossings, and one-way roads between them by their numbers. */
export interface RoadMap {
  readonly crossings: readonly { readonly name: string; readonly x: number; readonly y: number }[];
  readonly roads: readonly { readonly from: number; readonly to: number }[];
  /** The quantity over times and roads that says how much is on each. */
  readonly quantity: string;
}

export interface SimulationEvents {
  /** A player defaults when its first state coordinate first touches this level; the system, when the mean does. */
  readonly defaultLevel?: number;
}
