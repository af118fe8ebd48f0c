import reference from "../../../../../tests/reference/stationary-games.json" with { type: "json" };

interface StoredRecord {
  readonly id: string;
  readonly set: string;
  readonly args?: Readonly<Record<string, number>>;
  readonly value: number | readonly number[];
  readonly suggested_tol: number;
}

const records = reference.records as readonly StoredRecord[];

/** What is recorded for an id; throws where there is no such record. */
export function recordOf(id: string): StoredRecord {
  const found = records.find((record) => record.id === id);
  if (found === undefined) throw new RangeError(`no record ${id}`);
  return found;
}

/** How far values are from a record's, in units of its tolerance. */
export function distanceTo(id: string, value: number | ArrayLike<number>): number {
  const { value: expected, suggested_tol: tolerance } = recordOf(id);
  const ours = typeof value === "number" ? [value] : Array.from(value);
  const theirs = [expected].flat();
  if (ours.length !== theirs.length) throw new RangeError(`${id}: ${ours.length} values for ${theirs.length}`);
  return Math.max(...ours.map((v, i) => Math.abs(v - theirs[i]))) / tolerance;
}

/** A parameter set of the reference file. */
export function parametersOf(set: string): Readonly<Record<string, unknown>> {
  const found = (reference.params as Readonly<Record<string, Readonly<Record<string, unknown>>>>)[set];
  if (found === undefined) throw new RangeError(`no parameter set ${set}`);
  return found;
}
