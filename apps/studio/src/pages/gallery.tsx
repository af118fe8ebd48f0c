import { entries } from "virtual:gallery";
import { useEffect, useState } from "preact/hooks";
import { openDocument } from "../own/dropped-files.ts";
import { GalleryThumbnail } from "../gallery/thumbnail.tsx";
import { refusal } from "../state/studio.ts";

/** Families in the order of the catalogue, with what a person calls them. */
const families: Readonly<Record<string, string>> = {
  "linear-quadratic": "Finance and energy: linear–quadratic games",
  diffusion: "Games of diffusions",
  finite: "Finite-state games",
  stationary: "Stationary games",
  backward: "Backward systems",
  network: "Networks as particles",
};

export function Gallery() {
  const names = [...new Set(entries.map(({ family }) => family))];
  return (
    <div class="gallery">
      <section class="lead">
        <h1>See an equilibrium form</h1>
        <p>
          Mean-field games: so many small players that each one plays against the distribution of all. Pick a game, move
          its sliders, and watch the population, the value and the certificate follow — solved in your own browser.
        </p>
      </section>
      {refusal.value !== null && (
        <p class="problem" role="alert">
          {refusal.value.message}
        </p>
      )}
      <EarlierRuns />
      {names.map((family) => (
        <section key={family} aria-labelledby={`family-${family}`}>
          <h2 id={`family-${family}`}>{families[family] ?? family}</h2>
          <ul class="cards">
            {entries
              .filter((entry) => entry.family === family)
              .map((entry) => (
                <li key={entry.id}>
                  <a class="card" href={`#/game/${entry.id}?v=1`}>
                    <GalleryThumbnail thumbnail={entry.thumbnail} />
                    <strong>{entry.title}</strong>
                    <span>{entry.story}</span>
                  </a>
                </li>
              ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

interface ListedRun {
  readonly path: string;
  readonly name: string;
  readonly command: string;
  readonly game: string;
  readonly outcome: string;
}

/** Runs of the command line that serves the page, where one does. */
function EarlierRuns() {
  const [runs, setRuns] = useState<readonly ListedRun[]>([]);
  useEffect(() => {
    const list = document.querySelector<HTMLMetaElement>('meta[name="runs"]')?.content;
    if (list === undefined) return;
    void fetch(list)
      .then(async (response) => (response.ok ? ((await response.json()) as readonly ListedRun[]) : []))
      .then((all) => setRuns(all.filter(({ command }) => command === "solve").toReversed()));
  }, []);
  if (runs.length === 0) return null;
  return (
    <details class="runs">
      <summary>{runs.length === 1 ? "1 earlier run" : `${runs.length} earlier runs`} of the command line</summary>
      <ul>
        {runs.slice(0, 50).map(({ path, name, game, outcome }) => (
          <li key={path}>
            <button type="button" onClick={() => void openRun(path, name)}>
              {game}
            </button>{" "}
            <span class="note">
              {name}, {outcome}, <a href={`${path}/report.html`}>report</a>
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}

async function openRun(path: string, name: string): Promise<void> {
  const response = await fetch(`${path}/run.json`);
  openDocument(name, await response.text());
}
