import { render } from "preact";
import { App } from "./pages/app.tsx";
import { beginDrops } from "./own/dropped-files.ts";
import { beginKeys } from "./state/keys.ts";
import { begin } from "./state/studio.ts";
import { beginTheme } from "./state/theme.ts";
import { beginTransport } from "./state/transport.ts";
import "./style/studio.css";

beginTheme();
begin();
beginTransport();
beginKeys();
beginDrops();
if (import.meta.env.PROD && "serviceWorker" in navigator)
  navigator.serviceWorker.register("./service-worker.js").catch(() => {
    // Without it the page works while there is a network; some hosts and private windows allow none.
  });

/** Milliseconds after which a page was whole once: what is missing later has gone with a new build. */
const settledAfter = 3000;
addEventListener("vite:preloadError", (event) => {
  if (performance.now() < settledAfter || !navigator.onLine) return;
  event.preventDefault();
  location.reload();
});

const root = document.querySelector("#app");
if (root !== null) render(<App />, root);
