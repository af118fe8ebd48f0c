import type { ComponentChildren } from "preact";
import { ExportMenu } from "../export/export-menu.tsx";
import { formed, formedFor, formingIteration } from "../state/forming.ts";
import { address, asked } from "../state/studio.ts";
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
export function Panel({ id, title, symbol, unit, story, wide, picture, children }: PanelProps) {
  // Where it is replayed how the answer formed.
  const replayed = formed.value?.field === picture?.field && formedFor.value === asked.value;
  const k = picture !== undefined && replayed ? formingIteration.value : null;
  return (
    <section class={wide === true ? "panel wide" : "panel"} id={`panel-${id}`} aria-labelledby={`title-${id}`}>
      <header>
        <h2 id={`title-${id}`} title={story} data-title={title}>
          {title} {symbol !== undefined && <Mathematics tex={symbol} />}
          {unit !== undefined && <span class="unit"> [{unit}]</span>}
          {k !== null && <span class="unit"> at iteration {k}</span>}
        </h2>
        {address.value.embed === undefined && <ExportMenu id={id} picture={picture} />}
      </header>
      {children}
    </section>
  );
}
