import { useRef, useState } from "preact/hooks";
import type { ParameterFacts } from "meanfield";
import { Mathematics } from "../text/mathematics.tsx";
import { fromPosition, positions, sliderRange, toPosition } from "./slider-scale.ts";
import type { SliderRange } from "./slider-scale.ts";
import { Sketch } from "./sketch.tsx";
import { VectorEditor, isVector } from "./vector-editor.tsx";

interface ParameterFieldProps {
  readonly name: string;
  readonly facts: ParameterFacts;
  readonly value: unknown;
  readonly usual: unknown;
  /** Why the library refuses the value; undefined where it does not. */
  readonly refused?: string | undefined;
  readonly set: (value: unknown) => void;
}

/** One parameter: its meaning, symbol and unit, a slider and an entry; a double click brings the default back. */
export function ParameterField({ name, facts, value, usual, refused, set }: ParameterFieldProps) {
  const id = `parameter-${name}`;
  const changed = JSON.stringify(value) !== JSON.stringify(usual);
  return (
    <div class={`parameter${changed ? " changed" : ""}${refused === undefined ? "" : " refused"}`}>
      <label for={id} title={facts.meaning} onDblClick={() => set(usual)}>
        {facts.symbol === undefined ? <code>{name}</code> : <Mathematics tex={facts.symbol} />}
        <span class="meaning">
          {facts.meaning}
          {facts.unit !== undefined && <span class="unit"> [{facts.unit}]</span>}
        </span>
      </label>
      <Control
        name={name}
        id={id}
        facts={facts}
        value={value}
        usual={usual}
        invalid={refused !== undefined}
        set={set}
      />
      {refused !== undefined && <p class="problem">{refused}</p>}
    </div>
  );
}

interface ControlProps {
  readonly name: string;
  readonly id: string;
  readonly facts: ParameterFacts;
  readonly value: unknown;
  readonly usual: unknown;
  readonly invalid: boolean;
  readonly set: (value: unknown) => void;
}

function Control({ name, id, facts, value, usual, invalid, set }: ControlProps) {
  const held = useRef<SliderRange | null>(null);
  if (facts.kind === "flag")
    return (
      <input id={id} type="checkbox" checked={value === true} onChange={(event) => set(event.currentTarget.checked)} />
    );
  if (facts.kind === "choice")
    return (
      <select id={id} value={written(value)} onChange={(event) => set(event.currentTarget.value)}>
        {facts.choices?.map((word) => (
          <option key={word} value={word}>
            {word}
          </option>
        ))}
      </select>
    );
  if (facts.kind === "json") {
    return (
      <>
        {facts.sketch !== undefined && <Sketch name={name} facts={facts} value={value} />}
        {isVector(value) && <VectorEditor value={value} set={set} label={facts.meaning} />}
        <Entry id={id} text={JSON.stringify(value)} invalid={invalid} read={readJson} set={set} />
      </>
    );
  }
  const number = typeof value === "number" ? value : Number.NaN;
  // While the hand holds it, a slider keeps its range, though the value that had widened it may be gone.
  const range = held.current ?? sliderRange(facts, Number.isFinite(number) ? number : 0);
  const letGo = (): void => {
    held.current = null;
  };
  return (
    <div class="numeric">
      <input
        type="range"
        min={0}
        max={positions}
        step={1}
        aria-label={facts.meaning}
        aria-valuetext={written(value)}
        value={toPosition(range, number)}
        onInput={(event) => set(fromPosition(range, Number(event.currentTarget.value)))}
        onPointerDown={() => void (held.current = range)}
        onPointerUp={letGo}
        onPointerCancel={letGo}
        onBlur={letGo}
        onDblClick={() => set(usual)}
      />
      <Entry id={id} text={written(value)} invalid={invalid} read={readNumber} set={set} />
    </div>
  );
}

interface EntryProps {
  readonly id: string;
  readonly text: string;
  readonly invalid: boolean;
  readonly read: (text: string) => unknown;
  readonly set: (value: unknown) => void;
}

/** A typed value, taken when it is complete; what is no value at all goes to the library too, which says what is allowed. */
function Entry({ id, text, invalid, read, set }: EntryProps) {
  const [draft, setDraft] = useState<string | null>(null);
  const take = (): void => {
    if (draft !== null) set(read(draft));
    setDraft(null);
  };
  return (
    <input
      id={id}
      type="text"
      inputMode="decimal"
      spellcheck={false}
      autocomplete="off"
      aria-invalid={invalid}
      value={draft ?? text}
      onInput={(event) => void setDraft(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === "Enter") take();
        if (event.key === "Escape") setDraft(null);
      }}
      onBlur={take}
    />
  );
}

/** Links carry what they like, also what cannot be made a text of by itself. */
function written(value: unknown): string {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
}

function readNumber(text: string): unknown {
  const plain = text.trim().replace("−", "-");
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain) ? Number(plain) : text;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
