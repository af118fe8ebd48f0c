/** What solvers read. Each wing declares its own model type with one of these discriminants. */

/** The families of models; a solver of one family refuses the models of another at compile time. */
export const families = [
  "finite",
  "stationary",
  "linear-quadratic",
  "diffusion",
  "backward",
  "network",
  "generative",
] as const;

export type Family = (typeof families)[number];

/** The least a model is: its family tells which solvers can read the rest. */
export interface Model {
  readonly family: Family;
}
