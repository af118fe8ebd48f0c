import { address } from "../state/studio.ts";
import { helpOpen } from "../state/keys.ts";
import { theme, toggleTheme } from "../state/theme.ts";

export function Header() {
  const { page } = address.value;
  return (
    <header class="top">
      <a class="brand" href="#/">
        <svg viewBox="0 0 32 32" width="26" height="26" aria-hidden="true">
          <path d="M2 26 C9 26 10 7 16 7 S23 26 30 26" fill="none" stroke="currentColor" stroke-width="2.6" />
          <circle cx="16" cy="20" r="2.4" fill="var(--accent)" />
          <circle cx="11.5" cy="24" r="1.6" fill="var(--accent)" />
          <circle cx="20.5" cy="24" r="1.6" fill="var(--accent)" />
        </svg>
        Mean Field Lab
      </a>
      <nav aria-label="Pages">
        <a href="#/" aria-current={page === "gallery" ? "page" : undefined}>
          Games
        </a>
        <a href="#/own?v=1" aria-current={page === "own" ? "page" : undefined}>
          Your own game
        </a>
      </nav>
      <span class="push" />
      <button
        type="button"
        class="quiet"
        onClick={toggleTheme}
        aria-label={theme.value === "dark" ? "Light colours" : "Dark colours"}
      >
        {theme.value === "dark" ? "☀" : "☾"}
      </button>
      <button
        type="button"
        class="quiet"
        aria-label="Keys"
        onClick={() => {
          helpOpen.value = true;
        }}
      >
        ?
      </button>
    </header>
  );
}
