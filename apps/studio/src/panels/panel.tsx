import type { ComponentChildren } from "preact";
import { Mathematics } from "../text/mathematics.tsx";
import type { Picture } from "./choose.ts";

interface PanelProps {
  readonly id: string;
  readonly title: string;
  readonly symbol?: string | undefined;
  readonly unit?: string | undefined;
  readonly story?: string;
  readonly wide?: boolean;
  /** What can be exported of it. */
  readonly picture?: Picture;
  readonly children: ComponentChildren;
}

/** The frame of a picture: what it shows, and what can be done with it. */
export function Panel({ id, title, symbol, unit, story, wide, children }: PanelProps) {
  return (
    <section class={wide === true ? "panel wide" : "panel"} id={`panel-${id}`} aria-labelledby={`title-${id}`}>
      <header>
        <h2 id={`title-${id}`} title={story}>
          {title} {symbol !== undefined && <Mathematics tex={symbol} />}
          {unit !== undefined && <span class="unit"> [{unit}]</span>}
        </h2>
      </header>
      {children}
    </section>
  );
}
