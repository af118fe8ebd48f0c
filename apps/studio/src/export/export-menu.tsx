import { useRef } from "preact/hooks";
import { address, description, layers } from "../state/studio.ts";
import { encodeAddress } from "../state/address.ts";
import { colour } from "../state/theme.ts";
import { choicesOf } from "../panels/axis-choices.tsx";
import type { Picture } from "../panels/choose.ts";
import { csvOf, download, npzOf } from "./tables.ts";

interface ExportMenuProps {
  readonly id: string;
  readonly picture: Picture | undefined;
}

/** What can be taken from a panel. */
export function ExportMenu({ id, picture }: ExportMenuProps) {
  const menu = useRef<HTMLDetailsElement>(null);
  const close = (): void => menu.current?.removeAttribute("open");
  const act = (work: () => void | Promise<void>) => (): void => {
    close();
    void work();
  };
  const known = description.value;
  const field = picture === undefined ? undefined : layers.value[0]?.answer.fields[picture.field];
  const stem = `${known?.id ?? "game"}-${id}`;
  return (
    <details ref={menu} class="export">
      <summary aria-label={`Export ${picture?.title ?? id}`}>⤓</summary>
      <div class="menu">
        <button type="button" onClick={act(() => savePng(id, stem))}>
          PNG
        </button>
        {picture !== undefined && (
          <button type="button" onClick={act(() => saveSvg(picture))}>
            SVG
          </button>
        )}
        {field !== undefined && (
          <>
            <button type="button" onClick={act(() => download(`${stem}.csv`, "text/csv", csvOf(field)))}>
              CSV
            </button>
            <button
              type="button"
              onClick={act(async () => download(`${stem}.npz`, "application/zip", await npzOf(field)))}
            >
              NPZ
            </button>
          </>
        )}
        <button
          type="button"
          onClick={act(async () => {
            await navigator.clipboard.writeText(frameOf(id));
          })}
        >
          Copy frame
        </button>
      </div>
    </details>
  );
}

async function savePng(id: string, stem: string): Promise<void> {
  const panel = document.querySelector<HTMLElement>(`#panel-${CSS.escape(id)}`);
  if (panel === null) return;
  const { pngOf } = await import("./figures.ts");
  download(`${stem}.png`, "image/png", await pngOf(panel, colour("paper")));
}

async function saveSvg(picture: Picture): Promise<void> {
  const known = description.peek();
  if (known === null) return;
  const { figuresOf, svgText } = await import("./figures.ts");
  for (const figure of figuresOf({ picture, layers: layers.peek(), description: known, choices: choicesOf(picture) }))
    download(`${figure.name}.svg`, "image/svg+xml", svgText(figure));
}

/** What is pasted into another page to show this panel there. */
export function frameOf(id: string): string {
  const url = new URL(location.href);
  url.hash = encodeAddress({ ...address.peek(), embed: id });
  return `<iframe src="${url.href}" width="640" height="400" style="border:0" title="Mean Field Lab"></iframe>`;
}
