import { reset } from "../state/studio.ts";
import { playing, rewind, settle, setTime, speed, speeds, step, time, timeAxis } from "../state/transport.ts";
import { digits } from "../text/words.ts";

/** Play, pause, step, speed: time for all panels. */
export function Transport() {
  const axis = timeAxis.value;
  const last = axis === null ? 1 : axis.grid[axis.grid.length - 1];
  const first = axis === null ? 0 : axis.grid[0];
  const off = axis === null;
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
      <input
        type="range"
        aria-label="Time"
        aria-valuetext={`t = ${digits(time.value, 4)}`}
        min={first}
        max={last}
        step={(last - first) / 500 || 1}
        value={time.value}
        disabled={off}
        onInput={(event) => {
          playing.value = false;
          setTime(Number(event.currentTarget.value));
        }}
        onChange={settle}
      />
      <output>t = {digits(time.value, 4)}</output>
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
    </div>
  );
}
