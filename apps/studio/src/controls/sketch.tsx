import type { ParameterFacts } from "meanfield";
import { address, answer, go, setParameter, usualOf } from "../state/studio.ts";
import { cellsOfPlan, isPlan, mostPlaces, planOfAnswer, planOfCells } from "./floor-plan.ts";
import { PlanEditor } from "./plan-editor.tsx";

interface SketchProps {
  readonly name: string;
  readonly facts: ParameterFacts;
  readonly value: unknown;
}

/** A parameter whose places are painted, by what its facts say of it. */
export function Sketch({ name, facts, value }: SketchProps) {
  const { sketch } = facts;
  if (sketch?.as === "plan") {
    const { parameter, value: chosen } = sketch.chosenBy;
    const draw = (plan: unknown): void => go({ set: { ...address.peek().set, [parameter]: chosen, [name]: plan } });
    if (valueOf(parameter) !== chosen) return <DrawThis draw={draw} usual={value} />;
    if (!isPlan(value)) return null;
    return <PlanEditor plan={value} label={facts.meaning} signs={["#", ".", "o", "E"]} sized set={draw} />;
  }
  const side = sketch === undefined ? undefined : valueOf(sketch.side);
  if (typeof side !== "number" || !(side >= 1 && side <= mostPlaces) || !isCells(value)) return null;
  return (
    <PlanEditor
      plan={planOfCells(value, side)}
      label={facts.meaning}
      signs={["#", "."]}
      sized={false}
      set={(plan) => setParameter(name, cellsOfPlan(plan))}
    />
  );
}

/** Makes a drawing of the room that is on the page, to be changed. */
function DrawThis({ draw, usual }: { readonly draw: (plan: unknown) => void; readonly usual: unknown }) {
  const now = answer.value;
  return (
    <button type="button" onClick={() => draw((now === null ? undefined : planOfAnswer(now)) ?? usual)}>
      draw it, from the plan on the page
    </button>
  );
}

function valueOf(parameter: string): unknown {
  const { set } = address.value;
  return Object.hasOwn(set, parameter) ? set[parameter] : usualOf(parameter);
}

function isCells(value: unknown): value is readonly (readonly [number, number])[] {
  return (
    Array.isArray(value) &&
    value.every((cell) => Array.isArray(cell) && cell.length === 2 && cell.every((at) => Number.isInteger(at)))
  );
}
