import { useState } from "preact/hooks";
import type { Field } from "../engine/protocol.ts";
import { longAxes, pointName } from "./choose.ts";

export type Choices = Readonly<Record<string, number>>;

export function useChoices(): readonly [Choices, (name: string, index: number) => void] {
  const [choices, set] = useState<Choices>({});
  return [choices, (name, index) => void set({ ...choices, [name]: index })];
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
