/** What a played game is compared with. */
import type { Estimated, Field, PlayedGame } from "../engine/protocol.ts";

export interface EstimateRow {
  readonly name: string;
  readonly estimate: Estimated;
  /** For the same number of players under the same strategy, without chance. */
  readonly exact?: number;
  /** For infinitely many. */
  readonly limit?: number;
}

/**
 * Every estimated number, beside what it is for so many players and what it tends to where these are known.
 *
 * @param fields of the limit's answer, where that is on the page
 */
export function estimateRows(
  { cost, scalars, defaults, exact, limits }: PlayedGame,
  fields: Readonly<Record<string, Field>> | undefined,
): readonly EstimateRow[] {
  const estimates: Record<string, Estimated> = {
    cost,
    ...scalars,
    ...(defaults === null ? {} : { default_probability: defaults.single, systemic_probability: defaults.systemic }),
  };
  return Object.entries(estimates).map(([name, estimate]) => {
    const field = fields?.[name];
    const limit = limits[name] ?? (field?.axes.length === 0 ? field.value[0] : undefined);
    return {
      name,
      estimate,
      ...(exact[name] === undefined ? {} : { exact: exact[name] }),
      ...(limit === undefined ? {} : { limit }),
    };
  });
}
