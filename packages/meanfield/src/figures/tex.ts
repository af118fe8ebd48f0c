/**
 * Simple TeX, as in the symbols of games, read into plain text: `\bar x_0` becomes `x̄₀`.
 *
 * Only what symbols need: Greek, accents, scripts, fractions, roots, fonts and common operators. An unknown command is
 * shown by its name, so that no symbol is lost. Layout proper (matrices, large fractions) belongs to a TeX renderer.
 */

/** A stretch of text on one level. */
export interface Run {
  readonly text: string;
  readonly level: "base" | "subscript" | "superscript";
}

const symbols: Readonly<Record<string, string>> = {
  ...named(
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho",
    "αβγδϵζηθικλμνξοπρ",
  ),
  ...named("sigma tau upsilon phi chi psi omega varepsilon vartheta varphi varrho varsigma", "στυϕχψωεϑφϱς"),
  ...named("Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega", "ΓΔΘΛΞΠΣΥΦΨΩ"),
  ...named("int sum prod partial nabla infty cdot times pm mp le leq ge geq ne neq", "∫∑∏∂∇∞·×±∓≤≤≥≥≠≠"),
  ...named("approx sim to rightarrow mapsto in ell ast star dagger prime circ mid", "≈∼→→↦∈ℓ∗⋆†′∘|"),
  ...named("langle rangle lvert rvert vert Vert lVert rVert dots ldots cdots equiv propto ll gg", "⟨⟩|||‖‖‖………≡∝≪≫"),
};

const relations = new Set(Array.from("=≤≥≠≈∼→↦∈≡∝≪≫<>"));
const additions = new Set(Array.from("+−±∓×"));
const combining: Readonly<Record<string, string>> = {
  bar: "\u0304",
  overline: "\u0305",
  hat: "\u0302",
  widehat: "\u0302",
  tilde: "\u0303",
  widetilde: "\u0303",
  dot: "\u0307",
  ddot: "\u0308",
};
const fonts = new Set(["mathrm", "mathbf", "mathit", "mathsf", "mathcal", "boldsymbol", "bm", "operatorname"]);
const verbatim = new Set(["text", "textrm", "textit", "mbox"]);
const doubleStruck: Readonly<Record<string, string>> = {
  R: "ℝ",
  N: "ℕ",
  Z: "ℤ",
  Q: "ℚ",
  C: "ℂ",
  P: "ℙ",
  E: "𝔼",
  V: "𝕍",
};
const spaces: Readonly<Record<string, string>> = { ",": " ", ";": " ", ":": " ", " ": " ", "!": "", "\\": " " };

const subscripts = scripts("0123456789+−=()aehijklmnoprstuvxβγρφχ", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ");
const superscripts = scripts(
  "0123456789+−=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWβγδθφχ′",
  "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵝᵞᵟᶿᵠᵡ′",
);

function named(names: string, letters: string): Record<string, string> {
  return paired(names.split(" "), Array.from(letters));
}

function scripts(from: string, to: string): Record<string, string> {
  return paired(Array.from(from), Array.from(to));
}

function paired(from: readonly string[], to: readonly string[]): Record<string, string> {
  return Object.fromEntries(from.map((key, i) => [key, to[i]]));
}

/** TeX as one line of Unicode: scripts where Unicode has them for the whole group, else `X_T` and `v^(k,N)`. */
export function texToText(tex: string): string {
  return texToRuns(tex)
    .map(({ text, level }) => (level === "base" ? text : script(text, level)))
    .join("");
}

/** A number of any size as superscript: `10${superscript(-6)}`. */
export function superscript(value: number): string {
  return Array.from(String(value).replace("-", "−"), (c) => superscripts[c] ?? c).join("");
}

function script(text: string, level: "subscript" | "superscript"): string {
  const table = level === "subscript" ? subscripts : superscripts;
  const characters = Array.from(text);
  if (characters.every((c) => c in table)) return characters.map((c) => table[c]).join("");
  const mark = level === "subscript" ? "_" : "^";
  return characters.length === 1 ? mark + text : `${mark}(${text})`;
}

/** TeX as runs on the base line and in scripts, for renderers that can raise and lower text. */
export function texToRuns(tex: string): Run[] {
  const reader = { tex, at: 0 };
  const runs: { text: string; level: Run["level"] }[] = [];
  const add = (text: string, level: Run["level"]): void => {
    const last = runs.at(-1);
    if (last?.level === level) last.text += text;
    else if (text !== "") runs.push({ text, level });
  };
  while (reader.at < tex.length) {
    const before = runs.at(-1);
    const c = tex[reader.at];
    if (c === "_" || c === "^") {
      reader.at++;
      add(texToText(argument(reader)).replaceAll(" ", ""), c === "_" ? "subscript" : "superscript");
    } else if (c === "{") {
      for (const run of texToRuns(group(reader))) add(run.text, run.level);
    } else {
      const text = atom(reader);
      add(spaced(text, before === undefined ? "" : before.text, tex.slice(reader.at)), "base");
    }
  }
  const last = runs.at(-1);
  if (last !== undefined) last.text = last.text.trimEnd();
  return runs;
}

interface Reader {
  readonly tex: string;
  at: number;
}

/** One symbol, command with its arguments, or space, as text on the base line. */
function atom(reader: Reader): string {
  const c = String.fromCodePoint(reader.tex.codePointAt(reader.at) as number);
  if (c === "\\") return command(reader);
  reader.at += c.length;
  if (c === "-") return "−";
  if (c === "*") return "∗";
  if (c === "'") return "′";
  if (c === "~") return " ";
  return c === "}" || /\s/.test(c) ? "" : c;
}

function command(reader: Reader): string {
  const name = /^[A-Za-z]+/.exec(reader.tex.slice(reader.at + 1))?.[0] ?? reader.tex.charAt(reader.at + 1);
  reader.at += 1 + name.length;
  if (name in combining) return accented(texToText(argument(reader)), combining[name]);
  if (fonts.has(name)) return texToText(argument(reader));
  if (verbatim.has(name)) return argument(reader);
  if (name === "mathbb") return Array.from(argument(reader), (c) => doubleStruck[c] ?? c).join("");
  if (name === "frac" || name === "tfrac" || name === "dfrac") {
    const over = texToText(argument(reader));
    return `${bracketed(over)}/${bracketed(texToText(argument(reader)))}`;
  }
  if (name === "sqrt") return `√${bracketed(texToText(argument(reader)))}`;
  if (name === "left" || name === "right" || name === "big" || name === "Big")
    return reader.tex[reader.at] === "." ? skip(reader) : "";
  if (name === "quad" || name === "qquad") return "  ";
  if (name === "|") return "‖";
  return symbols[name] ?? spaces[name] ?? name;
}

function skip(reader: Reader): string {
  reader.at++;
  return "";
}

/** Over one letter the accent itself; over more, the bar over each, any other accent over the first. */
function accented(text: string, accent: string): string {
  const [first = "", ...rest] = Array.from(text);
  if (accent === "\u0305" || accent === "\u0304") {
    return Array.from(text, (c) => (/\p{L}/u.test(c) ? c + accent : c)).join("");
  }
  return first + accent + rest.join("");
}

function bracketed(text: string): string {
  return /^[\p{L}\p{M}\p{N}₀-ₜ′]*$/u.test(text) ? text : `(${text})`;
}

/** What the next `{…}`, command or single character says, still as TeX. */
function argument(reader: Reader): string {
  const { tex } = reader;
  while (/\s/.test(tex.charAt(reader.at))) reader.at++;
  if (tex[reader.at] === "{") return group(reader);
  const start = reader.at;
  if (start >= tex.length) return "";
  if (tex[start] === "\\") command(reader);
  else reader.at += String.fromCodePoint(tex.codePointAt(start) as number).length;
  return tex.slice(start, reader.at);
}

function group(reader: Reader): string {
  const start = ++reader.at;
  for (let depth = 1; reader.at < reader.tex.length; reader.at++) {
    const c = reader.tex[reader.at];
    if (c === "\\") reader.at++;
    else if (c === "{") depth++;
    else if (c === "}" && --depth === 0) return reader.tex.slice(start, reader.at++);
  }
  return reader.tex.slice(start);
}

/** TeX's own spaces: around relations, around additions that have a left side, after commas and function names. */
function spaced(text: string, before: string, rest: string): string {
  if (relations.has(text)) return ` ${text} `;
  if (additions.has(text) && /[\p{L}\p{M}\p{N})\]|′]$/u.test(before)) return ` ${text} `;
  if (text === "," && rest !== "") return ", ";
  if (/^[A-Za-z]{2,}$/.test(text) && /^\s*[A-Za-z\\]/.test(rest)) return `${text} `;
  return text;
}
