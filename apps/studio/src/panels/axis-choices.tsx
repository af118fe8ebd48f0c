import { useState } from "preact/hooks";
import type { Field } from "../engine/protocol.ts";
import { digits } from "../text/words.ts";
import { longAxes } from "./choose.ts";

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
      {others.map(({ name, grid }) => (
        <label key={name}>
          {name.replaceAll("_", " ")}{" "}
          <select
            value={String(Math.min(grid.length - 1, choices[name] ?? 0))}
            onChange={(event) => choose(name, Number(event.currentTarget.value))}
          >
            {Array.from(grid, (value, index) => (
              <option key={value} value={String(index)}>
                {digits(value)}
              </option>
            ))}
          </select>
        </label>
      ))}
    </div>
  );
}
