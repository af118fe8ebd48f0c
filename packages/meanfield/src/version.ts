/** The version that every run document carries; equal to the package's. */
export const version = "0.1.0";
