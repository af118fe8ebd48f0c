export { main } from "./main.ts";
export { npz } from "./runs/npz.ts";
