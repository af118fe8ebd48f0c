/**
 * Games of diffusions: each player steers dX = β dt + σ dW on a line, a circle or in the plane, and pays
 *
 *     E ∫₀ᵀ e^{−rt} (L(t, X, β, μ_t) + F(t, X, μ_t)) dt + e^{−rT} g(X_T, μ_T).
 *
 * With H(t, x, p, μ) = sup_β (−β p − L(t, x, β, μ)) an equilibrium solves
 *
 *     −u_t − ν Δu + r u + H(t, x, ∇u, μ) = F(t, x, μ),     u(T, ·) = g,
 *      m_t − ν Δm − div(m H_p(t, x, ∇u, μ)) = 0,           m(0, ·) = m₀,     ν = σ²/2,
 *
 * and everybody drifts by β = −H_p (J.-M. Lasry, P.-L. Lions, "Mean field games", Japanese J. Mathematics 2 (2007) 229–260).
 * Costs are minimised; a game of profits declares their negative. A drift b(t, x, α) of a control α is the same game after
 * the supremum over α is taken (`fromLagrangian`).
 *
 * The same declaration serves grids, particles and networks: plain functions of (t, x, y, what a player sees of the others).
 */

/** What a player at (t, x) sees of the population. One object is reused: read it, do not keep it. */
export interface Population {
  /** m(t, x), the density where the player stands. */
  readonly density: number;
  /** (K * m)(t, x), the density as the model's `nearby` kernel averages it; 0 where it has none. */
  readonly nearby: number;
  /** z_k(t), in the order of the model's `aggregates`. */
  readonly aggregates: Float64Array;
}

/**
 * The Hamiltonian along one axis; that of a plane is the sum over its axes, each of its own momentum.
 *
 * Convex in p, and finite for all p.
 */
export interface AxisHamiltonian {
  /** H(t, x, y, p, μ). */
  readonly value: (t: number, x: number, y: number, p: number, population: Population) => number;
  /** H_p; the drift is −H_p. */
  readonly slope: (t: number, x: number, y: number, p: number, population: Population) => number;
  /** H_pp ≥ 0, for Newton's method. Where left out: a central difference of `slope`. */
  readonly curvature?: (t: number, x: number, y: number, p: number, population: Population) => number;
  /** A p at which H is least, where nobody drifts. Where left out: found from `slope`. */
  readonly rest?: (t: number, x: number, y: number, population: Population) => number;
  /** What H depends on besides t, x, y and p; nothing where left out, and then no derivative is ever asked for. */
  readonly sees?: HamiltonianSees;
  /**
   * Where H = floor + ½ a (p − s)², on both sides of s or only on one (0 on the other), the coefficients: the kernels solve
   * these without calling `value`.
   */
  readonly quadratic?: QuadraticForm;
}

/** How H reacts to the population; every derivative that is left out is taken by a central difference. */
export interface HamiltonianSees {
  readonly density?: boolean;
  readonly nearby?: boolean;
  readonly aggregates?: boolean;
}

/** H = floor + ½ a (p − s)² where `side` allows: `rising` means p > s only (drift to the left), `falling` p < s only. */
export interface QuadraticForm {
  /** a > 0. */
  readonly scale: (t: number, x: number, y: number, population: Population) => number;
  /** s. */
  readonly rest: (t: number, x: number, y: number, population: Population) => number;
  /** H(s). */
  readonly floor: (t: number, x: number, y: number, population: Population) => number;
  readonly side: "both" | "rising" | "falling";
  /** That none of the coefficients depends on time or on the population: they are read once. */
  readonly fixed?: boolean;
  /** Coefficients that are the same number everywhere and always. */
  readonly constant?: readonly ("scale" | "rest" | "floor")[];
}

/** F, the part of the running cost that a player does not control: potential V(t, x) and coupling together. */
export interface RunningCost {
  readonly value: (t: number, x: number, y: number, population: Population) => number;
  readonly sees?: HamiltonianSees;
  /** ∂F/∂(density), where F sees it; a central difference where left out. */
  readonly densitySlope?: (t: number, x: number, y: number, population: Population) => number;
  /** ∂F/∂(nearby). */
  readonly nearbySlope?: (t: number, x: number, y: number, population: Population) => number;
  /** ∂F/∂z_k. */
  readonly aggregateSlope?: (k: number, t: number, x: number, y: number, population: Population) => number;
}

/** g(x, μ_T); `sees` as for running costs, aggregates being those of the law at T (`drift` weights count as 0 there). */
export interface TerminalCost {
  readonly value: (x: number, y: number, population: Population) => number;
  readonly sees?: HamiltonianSees;
}

/** z(t) = ∫ (a(t, x) + b(t, x) · β(t, x)) m(t, dx): a moment, or a mean of controls. Absorbed players count as 0. */
export interface Aggregate {
  /** As a quantity would be named: `mean`, `mean_output`. */
  readonly name: string;
  /** a(t, x, y); 0 where left out. */
  readonly state?: (t: number, x: number, y: number) => number;
  /** b(t, x, y) for the drift along each axis; 0 where left out. */
  readonly drift?: readonly ((t: number, x: number, y: number) => number)[];
}

/** K of (K * m)(x) = ∫ K₁(x, x') K₂(y, y') m(dx', dy'): a product of one kernel per axis. */
export type NearbyKernel = readonly ((x: number, other: number) => number)[];

/** One end of an axis. */
export type End =
  /** Players bounce off: no flux, u_x = 0. */
  | { readonly kind: "reflecting" }
  /** Players leave and pay `cost`, 0 unless told. */
  | { readonly kind: "absorbing"; readonly cost?: (t: number, other: number) => number }
  /**
   * An infinite line is cut here, where nearly nobody is. The value goes on with `slope` (u_x), or where that is left out with
   * the slope and bend that it had one time step later; no mass passes.
   */
  | { readonly kind: "open"; readonly slope?: (t: number, other: number) => number };

export interface SpaceAxis {
  /** `x` or `y`. */
  readonly name: string;
  readonly low: number;
  readonly high: number;
  /** `periodic` joins the ends into a circle. */
  readonly ends: "periodic" | readonly [low: End, high: End];
}

export interface DiffusionModel {
  readonly family: "diffusion";
  readonly kind: "fields";
  readonly space: readonly [SpaceAxis] | readonly [SpaceAxis, SpaceAxis];
  /** Of points of the grid: `wall` cannot be entered, `exit` is left at once and for good; all are `free` where left out. */
  readonly place?: (x: number, y: number) => "free" | "wall" | "exit";
  /** What leaving by an exit of `place` costs; 0 where left out. */
  readonly exitCost?: (t: number, x: number, y: number) => number;
  /** T; `Infinity` asks for the ergodic (stationary) game: averages over time instead of sums, with its constant λ. */
  readonly horizon: number;
  /** σ > 0, the same in all directions; ν = σ²/2. */
  readonly volatility: number;
  /** r ≥ 0. */
  readonly discount: number;
  /** One per axis. */
  readonly hamiltonian: readonly [AxisHamiltonian] | readonly [AxisHamiltonian, AxisHamiltonian];
  readonly running: RunningCost;
  readonly terminal: TerminalCost;
  /** The density at the start, of mass 1 (checked to 1e-3 on the grid, then normalised). Not read by ergodic games. */
  readonly initial: (x: number, y: number) => number;
  /** `any` where the mass of `initial` is about 1 only, as of densities that jump or end at walls: each grid makes it 1. */
  readonly initialMass?: "any";
  readonly aggregates: readonly Aggregate[];
  readonly nearby?: NearbyKernel;
  /** Whether a scheme of second order makes sense (u, m smooth), and grids that show the game well. */
  readonly mesh: MeshAdvice;
}

export interface MeshAdvice {
  /** Points per axis. */
  readonly points: number;
  /** Time steps; not read by ergodic games. */
  readonly steps: number;
  /** t = T (1 − (1 − k/steps)^grading): 2 gathers steps at T, where a corner of data meets there; 1 is even. */
  readonly grading?: number;
  /** Which scheme is the default. */
  readonly scheme: "upwind" | "central";
}

/** ν = σ²/2. */
export function viscosity({ volatility }: DiffusionModel): number {
  return 0.5 * volatility * volatility;
}
