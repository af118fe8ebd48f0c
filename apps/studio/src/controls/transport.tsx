import { useEffect } from "preact/hooks";
import { picturesOf } from "../panels/choose.ts";
import {
  along,
  formed,
  formedFor,
  formingFault,
  formingIteration,
  formingPicture,
  formingShare,
  showPicture,
} from "../state/forming.ts";
import { answer, asked, askForming, busy, description, reset, stopRecording } from "../state/studio.ts";
import { playing, rewind, settle, setTime, speed, speeds, step, time, timeAxis } from "../state/transport.ts";
import { digits } from "../text/words.ts";

/** Play, pause, step, speed: time for all panels, or the iterations in which the answer formed. */
export function Transport() {
  const axis = timeAxis.value;
  const iterating = along.value === "iterations";
  const ready = formedFor.value === asked.value && formingPicture.value !== null;
  useRecording(iterating);
  const off = iterating ? !ready : axis === null;
  return (
    <div class="transport" role="group" aria-label="Time">
      <button type="button" onClick={rewind} disabled={off} aria-label="To the start">
        ⇤
      </button>
      <button type="button" onClick={() => step(-1)} disabled={off} aria-label="One step back">
        ◂
      </button>
      <button
        type="button"
        class="play"
        disabled={off}
        onClick={() => {
          playing.value = !playing.peek();
        }}
        aria-label={playing.value ? "Pause" : "Play"}
      >
        {playing.value ? "❚❚" : "▶"}
      </button>
      <button type="button" onClick={() => step(1)} disabled={off} aria-label="One step forward">
        ▸
      </button>
      {iterating ? <IterationSlider off={off} /> : <TimeSlider />}
      <select
        aria-label="What play runs along"
        value={along.value}
        onChange={(event) => {
          playing.value = false;
          along.value = event.currentTarget.value === "iterations" ? "iterations" : "time";
        }}
      >
        <option value="time">time</option>
        <option value="iterations" disabled={(answer.value?.iterations ?? 0) < 2}>
          iterations
        </option>
      </select>
      <select
        aria-label="Speed"
        value={String(speed.value)}
        onChange={(event) => {
          speed.value = Number(event.currentTarget.value);
        }}
      >
        {speeds.map((factor) => (
          <option key={factor} value={String(factor)}>
            {factor}×
          </option>
        ))}
      </select>
      <button type="button" onClick={reset} title="Everything back to the defaults (R)">
        Reset
      </button>
      {iterating && formingFault.value !== null && <p class="problem">not recorded: {formingFault.value}</p>}
    </div>
  );
}

/** Records how the population's picture formed, anew for every whole answer while iterations are shown. */
function useRecording(iterating: boolean): void {
  const now = answer.value;
  const whole = now?.effort === "full" && now.iterations > 1 && !busy.value;
  const question = asked.value;
  useEffect(() => {
    const known = description.peek();
    if (!iterating || !whole || known === null || formedFor.peek() === question) return;
    const field = picturesOf(now.fields, known)[0]?.field;
    if (field === undefined) return;
    askForming(field);
    return stopRecording;
  }, [iterating, whole, question]);
}

function TimeSlider() {
  const axis = timeAxis.value;
  const [first, last] = axis === null ? [0, 1] : [axis.grid[0], axis.grid[axis.grid.length - 1]];
  return (
    <>
      <input
        type="range"
        aria-label="Time"
        aria-valuetext={`t = ${digits(time.value, 4)}`}
        min={first}
        max={last}
        step={(last - first) / 500 || 1}
        value={time.value}
        disabled={axis === null}
        onInput={(event) => {
          playing.value = false;
          setTime(Number(event.currentTarget.value));
        }}
        onChange={settle}
      />
      <output>t = {digits(time.value, 4)}</output>
    </>
  );
}

function IterationSlider({ off }: { readonly off: boolean }) {
  const share = formingShare.value;
  if (share !== null)
    return (
      <>
        <progress aria-label="Recording how it forms" max={1} value={share} />
        <output>recording…</output>
      </>
    );
  const words = `iteration ${formingIteration.value ?? "…"}`;
  return (
    <>
      <input
        type="range"
        aria-label="Iteration"
        aria-valuetext={words}
        min={0}
        max={(formed.value?.pictures.length ?? 1) - 1}
        value={formingPicture.value ?? 0}
        disabled={off}
        onInput={(event) => {
          playing.value = false;
          showPicture(Number(event.currentTarget.value));
        }}
      />
      <output>{words}</output>
    </>
  );
}
