import file from "../../../../tests/reference/n-player-and-chaos.json" with { type: "json" };

/** What these tests read of a record of `tests/reference/n-player-and-chaos.json`. */
export interface ChaosRecord {
  readonly id: string;
  readonly value: number;
  readonly args?: Readonly<Record<string, number>>;
}

const records = file.records as readonly ChaosRecord[];

/** The records whose id starts as given; throws where there are none, so that no loop over them is empty. */
export function chaosRecords(start: string): readonly ChaosRecord[] {
  const found = records.filter(({ id }) => id.startsWith(start));
  if (found.length === 0) throw new Error(`no record ${start}`);
  return found;
}
