import { digits } from "../text/words.ts";
import type { Shading } from "./shading.ts";

/** What the colours of a field mean. */
export function ColourBar({ shading, root }: { readonly shading: Shading; readonly root: boolean }) {
  const { map, low, high } = shading;
  const stops = Array.from({ length: 9 }, (_, i) => `#${map[Math.round((255 * i) / 8)].toString(16).padStart(6, "0")}`);
  return (
    <div class="colour-bar">
      <span>{digits(Math.abs(low) < 1e-9 * high ? 0 : low, 3)}</span>
      <span class="ramp" style={{ background: `linear-gradient(to right, ${stops.join(", ")})` }} aria-hidden="true" />
      <span>
        {shading.ends === true ? "≥ " : ""}
        {digits(high, 3)}
      </span>
      {root && low >= 0 && <span class="note">√ scale</span>}
    </div>
  );
}
