import type { ComponentChildren } from "preact";
import { Suspense, lazy } from "preact/compat";
import { useErrorBoundary } from "preact/hooks";
import { Header } from "./header.tsx";
import { Gallery } from "./gallery.tsx";
import { Help } from "./help.tsx";
import { address } from "../state/studio.ts";

/** Pages of games bring plots and mathematics with them, which the gallery does not need. */
const GamePage = lazy(async () => ({ default: (await import("./game.tsx")).GamePage }));

export function App() {
  const { page, game, embed } = address.value;
  const body = (
    <Guarded key={`${page} ${game}`}>
      {page === "gallery" ? (
        <Gallery />
      ) : (
        <Suspense fallback={<p class="waiting">opening the game…</p>}>
          <GamePage />
        </Suspense>
      )}
    </Guarded>
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

/** A fault of ours is said instead of leaving the page empty; the rest of it still works. */
function Guarded({ children }: { readonly children: ComponentChildren }) {
  const [fault] = useErrorBoundary();
  if (fault === undefined) return <>{children}</>;
  return (
    <div class="waiting problem" role="alert">
      <p>something broke: {fault instanceof Error ? fault.message : String(fault)}</p>
      <p>
        <button type="button" onClick={() => location.reload()}>
          Load the page again
        </button>
      </p>
    </div>
  );
}

/** The address after `#` is the page's state: a link within the page must not change it. */
function skip(event: Event): void {
  event.preventDefault();
  document.querySelector<HTMLElement>("#main")?.focus();
}
