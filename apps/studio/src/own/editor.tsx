import { useEffect, useState } from "preact/hooks";
import { openLane, startThread } from "../engine/engine.ts";
import type { Refusal } from "../engine/protocol.ts";
import { download } from "../export/tables.ts";
import { address, fault, refusal } from "../state/studio.ts";
import { adopt, draft, edit, readLink } from "./draft.ts";
import { fileName, fileText, namedLines, textOf } from "./document.ts";
import type { Document } from "./document.ts";
import { InitialDensity } from "./initial-density.tsx";

interface FieldDefinition {
  readonly path: string;
  readonly label: string;
  /** What its formula may read. */
  readonly reads?: string;
  readonly usual?: string;
  /** `lines`: one item a line; `named`: lines `name = formula`. */
  readonly kind?: "lines" | "named";
}

const crowd = "m, nearby, mean, mass, your averages";

const main: readonly FieldDefinition[] = [
  { path: "title", label: "Title" },
  { path: "parameters", label: "Parameters", kind: "lines", reads: "lines such as kappa = 0.4 in [0, 2] # meaning" },
  { path: "drift", label: "Drift", reads: `t, x, a, ${crowd}`, usual: "a" },
  { path: "running_cost", label: "Running cost", reads: `t, x, a, ${crowd}` },
  { path: "coupling", label: "Coupling", reads: `t, x, ${crowd}`, usual: "0" },
  { path: "potential", label: "Potential", reads: "t, x", usual: "0" },
  { path: "terminal_cost", label: "Terminal cost", reads: `x, ${crowd}`, usual: "0" },
  { path: "initial_density", label: "Initial density", reads: "x, up to a factor" },
];

const frame: readonly FieldDefinition[] = [
  { path: "state.from", label: "State from" },
  { path: "state.to", label: "State to" },
  { path: "horizon", label: "Horizon", reads: "or infinity" },
  { path: "sigma", label: "Noise" },
  { path: "discount", label: "Discount", usual: "0" },
];

const rare: readonly FieldDefinition[] = [
  { path: "definitions", label: "Definitions", kind: "named", reads: "lines name = formula" },
  { path: "averages", label: "Averages over the players", kind: "named", reads: "lines name = formula in t, x" },
  { path: "kernel", label: "Kernel of nearby", reads: "x, z" },
  { path: "control.from", label: "Control from" },
  { path: "control.to", label: "Control to" },
  { path: "state.exit_cost", label: "Cost of leaving", reads: "t; read where ends absorb" },
  { path: "story", label: "Story" },
];

const ends = ["reflecting", "absorbing", "open", "periodic"] as const;

/** The formulas of a person's own game; each is read as it is typed, and its faults stand beside it. */
export function Editor() {
  const examples = useExamples();
  const document = draft.value;
  const { own } = address.value;
  useEffect(readLink, [own]);
  useEffect(() => {
    // What a person has written already is not given up for an example.
    const first = draft.peek() ?? examples["two-wells"] ?? Object.values(examples)[0];
    if (own === undefined && first !== undefined) adopt(first);
  }, [own, examples]);
  if (document === null) {
    return own === undefined ? (
      <p class="waiting">opening an example…</p>
    ) : (
      <section class="story">
        <h1>Your own game</h1>
        <p class="problem">The link carries no game that can be read.</p>
        <Beginnings examples={examples} />
      </section>
    );
  }
  return (
    <section class="story own">
      <h1>Your own game</h1>
      <Beginnings examples={examples} />
      {main.map((field) => (
        <FormulaField key={field.path} field={field} document={document} />
      ))}
      <InitialDensity document={document} />
      <div class="frame">
        {frame.map((field) => (
          <FormulaField key={field.path} field={field} document={document} />
        ))}
        <label class="formula">
          <span class="meaning">Ends</span>
          <select
            value={textOf(document, "state.ends") || "reflecting"}
            onChange={(event) => edit("state.ends", event.currentTarget.value)}
          >
            {ends.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
      </div>
      <details>
        <summary>More fields</summary>
        {rare.map((field) => (
          <FormulaField key={field.path} field={field} document={document} />
        ))}
      </details>
      <OtherFault no={refusal.value} />
      <div class="actions">
        <button type="button" onClick={() => download(fileName(document), "application/json", fileText(document))}>
          Save .mfg.json
        </button>
        <label class="file">
          Open…
          <input
            type="file"
            accept=".json"
            onChange={(event) => {
              const file = event.currentTarget.files?.[0];
              if (file !== undefined) void openFile(file);
            }}
          />
        </label>
      </div>
    </section>
  );
}

const known = new Set([...main, ...frame, ...rare].map(({ path }) => path));

/** A fault of a field that has no entry here, or of one line of several. */
function OtherFault({ no }: { readonly no: Refusal | null }) {
  if (no === null || (no.field !== null && known.has(no.field))) return null;
  return <p class="problem">{no.message}</p>;
}

async function openFile(file: File): Promise<void> {
  try {
    const document: unknown = JSON.parse(await file.text());
    if (typeof document === "object" && document !== null && !Array.isArray(document)) adopt(document as Document);
    else refusal.value = { message: `${file.name} is no game's file`, field: null, column: null, file: true };
  } catch {
    refusal.value = { message: `${file.name} is no JSON`, field: null, column: null, file: true };
  }
}

function Beginnings({ examples }: { readonly examples: Readonly<Record<string, Document>> }) {
  return (
    <label class="row">
      <span class="meaning">begin from</span>
      <select
        value=""
        onChange={(event) => {
          const example = examples[event.currentTarget.value];
          if (example !== undefined) adopt(example);
        }}
      >
        <option value="">an example…</option>
        {Object.entries(examples).map(([name, example]) => (
          <option key={name} value={name}>
            {textOf(example, "title")}
          </option>
        ))}
      </select>
    </label>
  );
}

function FormulaField({ field, document }: { readonly field: FieldDefinition; readonly document: Document }) {
  const { path, label, reads, usual, kind } = field;
  const no = refusal.value;
  const mine =
    no !== null &&
    (no.field === path || no.field?.startsWith(`${path}.`) === true || no.field?.startsWith(`${path}[`) === true);
  const text = textOf(document, path);
  const id = `field-${path.replaceAll(".", "-")}`;
  // Lines are edited as they are typed: what is half a line is no item yet.
  const [typed, setTyped] = useState<string | null>(null);
  const take = (value: string): void => {
    if (kind === undefined) edit(path, value);
    else {
      setTyped(value);
      edit(path, kind === "named" ? namedLines(value) : value.split("\n").filter((line) => line.trim() !== ""));
    }
  };
  const common = {
    id,
    spellcheck: false,
    autocomplete: "off",
    "aria-invalid": mine,
    "aria-describedby": mine ? `${id}-fault` : undefined,
    value: kind === undefined ? text : (typed ?? text),
    placeholder: usual ?? "",
  } as const;
  return (
    <div class={mine ? "formula refused" : "formula"}>
      <label for={id}>
        <span>{label}</span>
        {reads !== undefined && <span class="meaning"> {reads}</span>}
      </label>
      {kind === undefined ? (
        <input {...common} type="text" onInput={(event) => take(event.currentTarget.value)} />
      ) : (
        <textarea
          {...common}
          rows={Math.max(2, common.value.split("\n").length)}
          onInput={(event) => take(event.currentTarget.value)}
          onBlur={() => setTyped(null)}
        />
      )}
      {mine && (
        <p class="problem" id={`${id}-fault`}>
          {no.column !== null && kind === undefined && (
            <code class="place" aria-hidden="true">
              {text.slice(0, no.column - 1)}
              <mark>{text.slice(no.column - 1, no.column) || " "}</mark>
              {text.slice(no.column)}
            </code>
          )}
          {no.message}
        </p>
      )}
    </div>
  );
}

let heard: Readonly<Record<string, Document>> | undefined;

/** The examples of the library, asked for once. */
function useExamples(): Readonly<Record<string, Document>> {
  const [examples, set] = useState<Readonly<Record<string, Document>>>(heard ?? {});
  useEffect(() => {
    if (heard !== undefined) return;
    const lane = openLane(startThread);
    lane.ask({ kind: "examples" }, (reply) => {
      if (reply.kind === "broken") fault.value = reply.message;
      if (reply.kind !== "examples") return;
      heard = reply.examples as Readonly<Record<string, Document>>;
      set(heard);
      lane.close();
    });
  }, []);
  return examples;
}
