/** Counts what a figure cannot draw, so that its caption says so: nothing is dropped in silence. */
export interface Omissions {
  /** Coordinates that are NaN or infinite (or beyond 1e150, where pixels cannot be computed). */
  notFinite: number;
  /** Zero or negative coordinates on a logarithmic axis. */
  notPositive: number;
  /** Lower ends of error bars or bands at or below zero on a logarithmic axis, drawn down to its edge. */
  cutAtEdge: number;
}

export type Scale = "linear" | "log";

export function noOmissions(): Omissions {
  return { notFinite: 0, notPositive: 0, cutAtEdge: 0 };
}

/** Whether one coordinate can be drawn; counts it where not. */
export function drawable(value: number, scale: Scale, omissions: Omissions): boolean {
  if (!(Math.abs(value) < 1e150)) {
    omissions.notFinite++;
    return false;
  }
  // Below 1e-150 a double has no decade left to show on either kind of axis.
  if (scale === "log" && !(value > 1e-150)) {
    omissions.notPositive++;
    return false;
  }
  return true;
}

/** The sentences a caption needs; empty where everything is drawn. */
export function omissionNotes({ notFinite, notPositive, cutAtEdge }: Omissions): string[] {
  const notes: string[] = [];
  if (notFinite > 0) notes.push(`${counted(notFinite, "point")} not drawn: not a finite number.`);
  if (notPositive > 0) notes.push(`${counted(notPositive, "point")} not drawn: not positive, on a logarithmic axis.`);
  if (cutAtEdge > 0) notes.push(`${counted(cutAtEdge, "bar")} cut at the edge: the lower end is not positive.`);
  return notes;
}

export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
