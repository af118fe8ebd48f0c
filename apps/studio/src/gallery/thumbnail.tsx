import { useEffect, useRef } from "preact/hooks";
import type { Thumbnail } from "../../build/gallery-data.ts";
import { viridis } from "../panels/colours.ts";
import { still, theme, colour } from "../state/theme.ts";

/** A game in miniature, moving through time while it is on the screen. */
export function GalleryThumbnail({ thumbnail }: { readonly thumbnail: Thumbnail | null }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const shade = theme.value;
  useEffect(() => {
    const element = canvas.current;
    if (element === null || thumbnail === null) return;
    const bytes = Uint8Array.from(atob(thumbnail.data), (c) => c.charCodeAt(0));
    const draw = (share: number): void => drawThumbnail(element, thumbnail, bytes, share);
    draw(1);
    if (still.value) return;
    let frame = 0;
    let start = 0;
    const tick = (now: number): void => {
      start ||= now;
      const phase = ((now - start) / 4500) % 1.25;
      draw(Math.min(1, phase));
      frame = requestAnimationFrame(tick);
    };
    const seen = new IntersectionObserver(([entry]) => {
      cancelAnimationFrame(frame);
      if (entry.isIntersecting) frame = requestAnimationFrame(tick);
    });
    seen.observe(element);
    return () => {
      cancelAnimationFrame(frame);
      seen.disconnect();
    };
  }, [thumbnail, shade]);
  return <canvas ref={canvas} class="thumbnail" width={232} height={116} aria-hidden="true" />;
}

/** @param share of time passed, in [0, 1] */
function drawThumbnail(canvas: HTMLCanvasElement, thumbnail: Thumbnail, bytes: Uint8Array, share: number): void {
  const context = canvas.getContext("2d");
  if (context === null) return;
  const { width, height } = canvas;
  const { kind, rows, columns, frames } = thumbnail;
  context.clearRect(0, 0, width, height);
  if (kind === "lines") {
    context.lineWidth = 2;
    context.strokeStyle = colour("accent");
    for (let row = 0; row < rows; row++) {
      context.globalAlpha = row === 0 ? 1 : 0.45;
      context.beginPath();
      const last = share * (columns - 1);
      for (let j = 0; j <= Math.floor(last); j++) {
        const x = 10 + ((width - 20) * j) / Math.max(1, columns - 1);
        const y = height - 12 - ((height - 24) * bytes[row * columns + j]) / 255;
        if (j === 0) context.moveTo(x, y);
        else context.lineTo(x, y);
      }
      context.stroke();
    }
    context.globalAlpha = 1;
    return;
  }
  const image = context.createImageData(width, height);
  // A field's rows are times, shown as far as time has passed; a plane is one frame at a time.
  const frame = kind === "plane" ? Math.min(frames - 1, Math.floor(share * frames)) : 0;
  const square = kind === "plane" && rows > 1 && columns > 1 ? Math.min(width, height) : 0;
  const [left, right] = square > 0 ? [(width - square) / 2, (width + square) / 2] : [0, width];
  const until = kind === "field" ? left + share * (right - left) : right;
  for (let y = 0; y < height; y++) {
    for (let x = Math.floor(left); x < until; x++) {
      const across = (x - left) / (right - left);
      const up = 1 - (y + 0.5) / height;
      const i = Math.min(rows - 1, Math.floor(across * rows));
      const j = Math.min(columns - 1, Math.floor(up * columns));
      const shade = viridis[bytes[(frame * rows + i) * columns + j]];
      const at = 4 * (y * width + x);
      image.data[at] = shade >> 16;
      image.data[at + 1] = (shade >> 8) & 255;
      image.data[at + 2] = shade & 255;
      image.data[at + 3] = 255;
    }
  }
  context.putImageData(image, 0, 0);
}
