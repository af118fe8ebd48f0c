export { main } from "./main.ts";
export { npy, npz } from "./runs/npz.ts";
