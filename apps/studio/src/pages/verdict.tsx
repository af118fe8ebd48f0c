import { certificateMeanings } from "meanfield";
import type { Certificate } from "meanfield";
import {
  answer,
  busy,
  fault,
  frozen,
  freeze,
  refusal,
  stop,
  besideRefusal,
  outdated,
  madeSmall,
  makeWhole,
  address,
  underway,
} from "../state/studio.ts";
import { digits, power, refused, verdict } from "../text/words.ts";

/** The certificate in words, always in view. */
export function Verdict() {
  const now = answer.value;
  const no = refusal.value;
  const broken = fault.value;
  const state =
    broken !== null
      ? "broken"
      : no !== null
        ? "refused"
        : now === null || now.certificate === null
          ? "working"
          : now.outcome;
  const sentence =
    broken !== null
      ? `something broke: ${broken}`
      : no !== null
        ? refused(no)
        : now === null
          ? "solving…"
          : busy.value
            ? `refining… (${verdict(now)})`
            : verdict(now);
  return (
    <section class={`verdict ${state}`} aria-label="Certificate">
      <p
        role="status"
        aria-live="polite"
        data-outcome={no !== null ? "refused" : broken !== null ? "broken" : busy.value ? "working" : now?.outcome}
      >
        <span class="dot" aria-hidden="true" />
        {sentence}
      </p>
      {busy.value && <Underway />}
      {now?.certificate !== null && now !== null && no === null && (
        <dl>
          {Object.entries(certificateMeanings).map(([name, { story }]) => {
            const value = now.certificate?.[name as keyof Certificate] ?? null;
            return value === null ? null : (
              <div key={name} title={story}>
                <dt>{name === "exactError" ? "error to closed form" : name}</dt>
                <dd>{Math.abs(value) < 1e-2 ? power(value) : digits(value, 3)}</dd>
              </div>
            );
          })}
        </dl>
      )}
      {(no !== null || broken !== null) && now !== null && outdated.value && (
        <p class="note">The pictures are of the question before.</p>
      )}
      {madeSmall.value && <Small />}
      {besideRefusal.value !== null && <p class="problem">beside it: {besideRefusal.value.message}</p>}
      <div class="actions">
        {busy.value && (
          <button type="button" onClick={stop}>
            Stop
          </button>
        )}
        <button type="button" onClick={freeze} aria-pressed={frozen.value !== null} disabled={now === null}>
          {frozen.value === null ? "Freeze to compare" : "Let go"}
        </button>
      </div>
    </section>
  );
}

/** That the grid is smaller than the game's own, because the screen is, and the way back. */
function Small() {
  const sizes = Object.entries(address.value.options).map(([name, value]) => `${name} = ${String(value)}`);
  return (
    <span class="note">
      a smaller grid on a small screen: {sizes.join(", ")}{" "}
      <button type="button" onClick={makeWhole}>
        Whole grid
      </button>
    </span>
  );
}

/** How far the solve has come. Apart from the words above, which are read aloud: these change many times a second. */
function Underway() {
  const row = underway.value;
  if (row === null) return null;
  const { exploitability } = row;
  return (
    <span class="note">
      iteration {row.k + 1}
      {exploitability > 0 && `, exploitability ${power(exploitability)}`}
    </span>
  );
}
