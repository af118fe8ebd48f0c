import { describeParameters } from "meanfield";
import type { Game, ParameterSchema, ParametersOf, QuantityTable } from "meanfield";
import temml from "temml";
import type { Drawable } from "../figures/index.ts";
import { certificateMeaning } from "../text/certificate.ts";
import { digits, duration, magnitude } from "../text/numbers.ts";

interface Drawn {
  readonly figure: Drawable;
  readonly svg: string;
}

/** The self-contained page of a run: story, parameters, certificate, numbers, figures; no request to anywhere. */
export function reportPage(
  game: Game,
  parameters: ParametersOf<ParameterSchema>,
  document: Readonly<Record<string, unknown>>,
  figures: readonly Drawn[],
): string {
  const text = (name: string): string => (typeof document[name] === "string" ? document[name] : "");
  const seconds = typeof document["seconds"] === "number" ? `, ${duration(document["seconds"])}` : "";
  const sections = [
    `<h1>${escape(game.title)}</h1>`,
    `<p class="outcome ${escape(text("outcome"))}"><strong>${escape(text("outcome"))}</strong> — ${escape(text("reason"))}${seconds}</p>`,
    `<p class="reference">${escape(askedOf(document))}</p>`,
    `<p>${escape(game.story)}</p>`,
    ...game.equations.map(
      ({ caption, tex }) => `<figure class="equation"><figcaption>${escape(caption)}</figcaption>${math(tex)}</figure>`,
    ),
    certificateSection(document["certificate"]),
    figureSection(figures),
    quantitySection(game, document),
    parameterSection(game, parameters),
    `<h2>The same again</h2><pre>${escape(inLines(document["configuration"] ?? {}))}</pre>`,
    `<p class="reference">${escape(game.reference)}</p>`,
    `<p class="reference">meanfield ${escape(text("version"))} · seed ${escape(String(document["seed"]))} · <code>${escape(text("command"))}</code></p>`,
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(game.title)}</title>
<style>${style}</style>
</head>
<body>
<main>
${sections.filter((section) => section !== "").join("\n")}
</main>
</body>
</html>
`;
}

/** What was asked, in a few words: command, what the answer is called or concept, players and information, solver or strategy. */
function askedOf(document: Readonly<Record<string, unknown>>): string {
  const { command, answer, concept, players, information, solver, strategy, initial } = document;
  const count = players === null ? "mean-field limit" : players === undefined ? undefined : `N = ${listOf(players)}`;
  const played = typeof strategy === "string" ? `strategy ${strategy}` : undefined;
  const asked = typeof answer === "string" ? [answer] : [concept, count, information];
  const start = typeof initial === "string" ? `started from ${initial}` : undefined;
  return [command, ...asked, solver, played, start].filter((word) => typeof word === "string").join(" · ");
}

function listOf(numbers: unknown): string {
  return (Array.isArray(numbers) ? numbers : [numbers]).map(Number).join(", ");
}

/** Wider figures take a row of their own, in CSS pixels: beside another their text would be too small to read. */
const widest = 500;

function figureSection(figures: readonly Drawn[]): string {
  const drawn = figures.map(
    ({ figure, svg }) =>
      `<figure${"rows" in figure || figure.width > widest ? ' class="sheet"' : ""}>${inlineSvg(svg)}<figcaption>${escape(figure.caption)}</figcaption></figure>`,
  );
  return drawn.length === 0 ? "" : `<div class="figures">\n${drawn.join("\n")}\n</div>`;
}

function certificateSection(certificate: unknown): string {
  if (typeof certificate !== "object" || certificate === null) return "";
  const rows = Object.entries(certificate as Record<string, number | null>).map(
    ([name, value]) =>
      `<tr><th>${escape(certificateMeaning(name).title)}</th><td>${magnitude(value)}</td><td>${escape(certificateMeaning(name).story)}</td></tr>`,
  );
  return `<h2>Certificate</h2><table>${rows.join("")}</table>`;
}

function quantitySection(game: Game, document: Readonly<Record<string, unknown>>): string {
  const tables = document["quantities"] as Readonly<Record<string, QuantityTable>>;
  const exact = (document["exact"] ?? {}) as Readonly<Record<string, QuantityTable>>;
  const scalars = Object.entries(tables).filter((entry): entry is [string, number] => typeof entry[1] === "number");
  if (scalars.length === 0) return "";
  const errorOf = (name: string): number | undefined =>
    scalars.find(([other]) => other === `${name}_standard_error`)?.[1];
  // Errors stand beside what they are the errors of.
  const isError = (name: string): boolean => errorOf(name.replace(/_standard_(error|deviation)$/, "")) !== undefined;
  const shown = scalars.filter(([name]) => !(/_standard_(error|deviation)$/.test(name) && isError(name)));
  const rows = shown.map(([name, value]) => {
    const error = errorOf(name);
    const computed = error === undefined ? digits(value) : `${digits(value, 8)} ± ${magnitude(error)}`;
    const definition = game.quantities.find((quantity) => quantity.name === name);
    const known = exact[name];
    const story = definition === undefined ? "" : escape(definition.story);
    return `<tr><th><code>${escape(name)}</code></th><td>${computed}</td><td>${typeof known === "number" ? digits(known) : ""}</td><td>${story}</td></tr>`;
  });
  return `<h2>Numbers</h2><table><tr><th></th><td>computed</td><td>closed form</td><td></td></tr>${rows.join("")}</table>${shown.length === scalars.length ? "" : `<p class="reference">±: standard error of a mean.</p>`}`;
}

function parameterSection(game: Game, parameters: ParametersOf<ParameterSchema>): string {
  const facts = describeParameters(game.parameters);
  const rows = Object.entries(facts).map(([name, { symbol, meaning, unit }]) => {
    const value = parameters[name];
    const shown = typeof value === "number" ? digits(value) : JSON.stringify(value);
    return `<tr><th><code>${escape(name)}</code></th><td>${symbol === undefined ? "" : math(symbol, false)}</td><td>${escape(shown)}${unit === undefined ? "" : ` ${escape(unit)}`}</td><td>${escape(meaning)}</td></tr>`;
  });
  return rows.length === 0 ? "" : `<h2>Parameters</h2><table>${rows.join("")}</table>`;
}

/** JSON with a line for each entry of an object, however long: lists of a floor plan's walls would fill pages. */
function inLines(value: unknown, indent = ""): string {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return JSON.stringify(value) ?? "null";
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
  if (entries.length === 0) return "{}";
  const lines = entries.map(([key, entry]) => `${indent}  ${JSON.stringify(key)}: ${inLines(entry, `${indent}  `)}`);
  return `{\n${lines.join(",\n")}\n${indent}}`;
}

function math(tex: string, displayMode = true): string {
  return temml.renderToString(tex, { displayMode, throwOnError: false });
}

/** An SVG file's element without its XML prologue. */
function inlineSvg(svg: string): string {
  return svg.slice(svg.indexOf("<svg"));
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

const style = `
:root { color-scheme: light; }
body { margin: 0; font: 16px/1.55 system-ui, sans-serif; color: #1b1b1b; background: #fff; }
main { max-width: 54rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .5rem; }
h2 { font-size: 1.1rem; margin: 2.2rem 0 .5rem; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; vertical-align: top; padding: .25rem .8rem .25rem 0; border-bottom: 1px solid #e6e6e6; font-weight: normal; }
td { font-variant-numeric: tabular-nums; }
figure { margin: 1.6rem 0; }
figure svg { max-width: 100%; height: auto; display: block; }
.figures .sheet { grid-column: 1 / -1; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(21rem, 1fr)); gap: 0 1.5rem; }
figure.equation { margin: .8rem 0; overflow: auto hidden; padding-bottom: .4rem; }
figcaption { color: #555; font-size: .87rem; margin-top: .3rem; }
pre { background: #f6f6f6; padding: .8rem; white-space: pre-wrap; overflow-wrap: anywhere; font-size: .82rem; }
.outcome { padding: .5rem .8rem; background: #eef6f0; border-left: 4px solid #009e73; }
.outcome.diverged, .outcome.iteration-limit, .outcome.aborted { background: #fdf3e7; border-left-color: #d55e00; }
.reference { color: #555; font-size: .87rem; }
`;
