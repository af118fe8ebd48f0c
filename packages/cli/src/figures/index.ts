export * from "./render.ts";
export * from "./write.ts";
