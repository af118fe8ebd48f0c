export { npy } from "meanfield";
