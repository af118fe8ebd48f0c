import type { Concept, Information } from "meanfield";
import { address, go } from "../state/studio.ts";
import type { Beside } from "../state/address.ts";
import type { GameDescription } from "../engine/protocol.ts";
import { fromPosition, positions, toPosition } from "./slider-scale.ts";

const conceptTitles: Readonly<Record<Concept, string>> = { nash: "Equilibrium", planner: "Social planner" };
const players = { low: 2, high: 1000, log: true, whole: true };

/** What is asked of the game: which concept, the limit or how many players, and what stands beside it. */
export function Question({ description }: { readonly description: GameDescription }) {
  const now = address.value;
  const concept = now.concept ?? description.concepts[0];
  const finite = description.finite === "solved";
  if (description.concepts.length < 2 && !finite) return null;
  return (
    <fieldset class="question">
      <legend>Question</legend>
      {description.concepts.length > 1 && (
        <div class="segments" role="group" aria-label="Concept">
          {description.concepts.map((name) => (
            <button
              key={name}
              type="button"
              aria-pressed={name === concept}
              onClick={() => go({ concept: name === description.concepts[0] ? undefined : name })}
            >
              {conceptTitles[name]}
            </button>
          ))}
        </div>
      )}
      {finite && (
        <div class="parameter">
          <label for="players">
            <span class="meaning">players</span>
          </label>
          <div class="numeric">
            <input
              id="players"
              type="range"
              min={0}
              max={positions + 1}
              aria-valuetext={now.players === undefined ? "infinitely many" : String(now.players)}
              value={now.players === undefined ? positions + 1 : toPosition(players, now.players)}
              onInput={(event) => {
                const at = Number(event.currentTarget.value);
                go({ players: at > positions ? undefined : fromPosition(players, at) });
              }}
            />
            <output>{now.players === undefined ? "∞, the limit" : `N = ${now.players}`}</output>
          </div>
          {now.players !== undefined && description.information.length > 1 && (
            <label>
              <span class="meaning">information</span>{" "}
              <select
                value={now.information ?? description.information[0]}
                onChange={(event) => go({ information: event.currentTarget.value as Information })}
              >
                {description.information.map((name) => (
                  <option key={name} value={name}>
                    {name}
                  </option>
                ))}
              </select>
            </label>
          )}
        </div>
      )}
      {(description.concepts.length > 1 || finite) && (
        <label class="row">
          <span class="meaning">beside it</span>
          <select value={now.beside} onChange={(event) => go({ beside: event.currentTarget.value as Beside })}>
            <option value="none">nothing</option>
            {description.concepts.length > 1 && (
              <option value="planner">{concept === "planner" ? "the equilibrium" : "the social planner"}</option>
            )}
            {finite && <option value="finite">{now.players === undefined ? "the game of 10" : "the limit"}</option>}
          </select>
        </label>
      )}
    </fieldset>
  );
}
