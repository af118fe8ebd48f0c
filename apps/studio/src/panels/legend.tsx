export interface LegendItem {
  readonly label: string;
  readonly colour: string;
  readonly dashed?: boolean;
}

export function Legend({ items }: { readonly items: readonly LegendItem[] }) {
  return (
    <ul class="legend">
      {items.map(({ label, colour, dashed }) => (
        <li key={label}>
          <span
            class={dashed === true ? "swatch dashed" : "swatch"}
            style={{ "--swatch": colour }}
            aria-hidden="true"
          />
          {label}
        </li>
      ))}
    </ul>
  );
}
