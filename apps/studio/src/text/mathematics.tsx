import { useMemo } from "preact/hooks";
import temml from "temml";

/** TeX as MathML, which browsers set themselves. */
export function Mathematics({ tex, display = false }: { readonly tex: string; readonly display?: boolean }) {
  const html = useMemo(
    () => temml.renderToString(tex, { displayMode: display, throwOnError: false, wrap: "none" }),
    [tex, display],
  );
  // Temml escapes what it is given; formulas are the library's own or have been through our parser.
  return <span class={display ? "display" : undefined} dangerouslySetInnerHTML={{ __html: html }} />;
}
