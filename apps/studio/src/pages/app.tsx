import { Suspense, lazy } from "preact/compat";
import { Header } from "./header.tsx";
import { Gallery } from "./gallery.tsx";
import { Help } from "./help.tsx";
import { address } from "../state/studio.ts";

/** Pages of games bring plots and mathematics with them, which the gallery does not need. */
const GamePage = lazy(async () => ({ default: (await import("./game.tsx")).GamePage }));

export function App() {
  const { page, embed } = address.value;
  const body =
    page === "gallery" ? (
      <Gallery />
    ) : (
      <Suspense fallback={<p class="waiting">opening the game…</p>}>
        <GamePage />
      </Suspense>
    );
  if (embed !== undefined) return <main class="embedded">{body}</main>;
  return (
    <>
      <a class="skip" href="#main" onClick={skip}>
        Skip to content
      </a>
      <Header />
      <main id="main" tabIndex={-1}>
        {body}
      </main>
      <Help />
    </>
  );
}

/** The address after `#` is the page's state: a link within the page must not change it. */
function skip(event: Event): void {
  event.preventDefault();
  document.querySelector<HTMLElement>("#main")?.focus();
}
