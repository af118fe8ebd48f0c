/** Where data and talk go: data on stdout, talk (progress, hints) on stderr. */
export interface Terminal {
  /** Writes data, with a line end. */
  readonly print: (text: string) => void;
  /** Writes talk, with a line end; silent under `--quiet`. */
  readonly say: (text: string) => void;
  /** Replaces the last line of talk; only on a terminal. Undefined clears it. */
  readonly progress: (text: string | undefined) => void;
  readonly bold: (text: string) => string;
}

/** The process's own streams. */
export function processTerminal(quiet: boolean): Terminal {
  const { stdout, stderr } = process;
  const live = stderr.isTTY && !quiet && process.env["TERM"] !== "dumb";
  const colourful = stdout.isTTY && (process.env["NO_COLOR"] ?? "") === "";
  const clear = "\r\u001B[2K";
  let shown = false;
  const wipe = (): void => {
    if (shown) stderr.write(clear);
    shown = false;
  };
  return {
    print: (text) => {
      wipe();
      stdout.write(`${text}\n`);
    },
    say: (text) => {
      wipe();
      if (!quiet) stderr.write(`${text}\n`);
    },
    progress: (text) => {
      if (!live) return;
      wipe();
      if (text === undefined) return;
      stderr.write(text.slice(0, Math.max(20, stderr.columns - 1)));
      shown = true;
    },
    bold: (text) => (colourful ? `\u001B[1m${text}\u001B[22m` : text),
  };
}

/** `[#####-----]  50 %` */
export function bar(share: number, width = 24): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * width);
  return `[${"#".repeat(full)}${"-".repeat(width - full)}] ${String(Math.floor(share * 100)).padStart(3)} %`;
}
