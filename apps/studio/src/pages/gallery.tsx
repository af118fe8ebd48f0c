import { entries } from "virtual:gallery";
import { GalleryThumbnail } from "../gallery/thumbnail.tsx";

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
