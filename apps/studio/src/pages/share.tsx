import { useState } from "preact/hooks";
import { draft } from "../own/draft.ts";
import { fileName } from "../own/document.ts";
import { download } from "../export/tables.ts";
import { address, answer, current } from "../state/studio.ts";
import { commandLine } from "../state/command-line.ts";

/** The link and the command that give the same again. */
export function Share() {
  const command = commandLine(address.value, draft.value === null ? undefined : fileName(draft.value));
  // The document of the question before is no document of this command.
  const document = current.value ? (answer.value?.document ?? null) : null;
  return (
    <section class="share" aria-label="The same elsewhere">
      <h2>The same on the command line</h2>
      <pre tabIndex={0}>
        <code data-testid="command">{command}</code>
      </pre>
      <div class="actions">
        <Copy text={() => command} label="Copy command" />
        <Copy text={() => location.href} label="Copy link" />
        <button
          type="button"
          disabled={document === null}
          onClick={() => download("run.json", "application/json", `${JSON.stringify(document)}\n`)}
        >
          Save run.json
        </button>
      </div>
    </section>
  );
}

function Copy({ text, label }: { readonly text: () => string; readonly label: string }) {
  const [done, setDone] = useState(false);
  return (
    <button
      type="button"
      onClick={() => {
        void copy(text(), setDone);
      }}
    >
      {done ? "Copied" : label}
    </button>
  );
}

async function copy(text: string, setDone: (done: boolean) => void): Promise<void> {
  await navigator.clipboard.writeText(text);
  setDone(true);
  setTimeout(() => setDone(false), 1500);
}
