import { useState } from "preact/hooks";
import type { Field } from "../engine/protocol.ts";
import { firstChoices, longAxes, pointName } from "./choose.ts";
import type { Picture } from "./choose.ts";

export type Choices = Readonly<Record<string, number>>;

/** What is chosen in each picture that has choices, for its files. */
const chosen = new Map<string, Choices>();

export function choicesOf({ id }: Picture): Choices {
  return chosen.get(id) ?? {};
}

/** Where a picture stands on the axes that it does not draw; at first where there is something to be seen. */
export function useChoices(
  picture: Picture,
  field: Field | undefined,
): readonly [Choices, (name: string, index: number) => void] {
  const [asked, set] = useState<Choices>(() => (field === undefined ? {} : firstChoices(field, picture.drawn)));
  const choices = field === undefined ? asked : within(field, asked);
  chosen.set(picture.id, choices);
  return [choices, (name, index) => void set({ ...choices, [name]: index })];
}

/** Choices on axes that may have become shorter; the same object where none has. */
function within({ axes }: Field, choices: Choices): Choices {
  const short = axes.filter(({ name, grid }) => (choices[name] ?? 0) >= grid.length);
  if (short.length === 0) return choices;
  return { ...choices, ...Object.fromEntries(short.map(({ name, grid }) => [name, grid.length - 1])) };
}

interface AxisChoicesProps {
  readonly field: Field;
  readonly drawn: readonly string[];
  readonly choices: Choices;
  readonly choose: (name: string, index: number) => void;
}

/** One list for each axis that is not drawn: the move of a policy, the floor of a building. */
export function AxisChoices({ field, drawn, choices, choose }: AxisChoicesProps) {
  const others = longAxes(field).filter(({ name }) => !drawn.includes(name));
  if (others.length === 0) return null;
  return (
    <div class="choices">
      {others.map((axis) => (
        <label key={axis.name}>
          {axis.name.replaceAll("_", " ")}{" "}
          <select
            value={String(Math.min(axis.grid.length - 1, choices[axis.name] ?? 0))}
            onChange={(event) => choose(axis.name, Number(event.currentTarget.value))}
          >
            {Array.from(axis.grid, (value, index) => (
              <option key={value} value={String(index)}>
                {pointName(axis, index)}
              </option>
            ))}
          </select>
        </label>
      ))}
    </div>
  );
}
