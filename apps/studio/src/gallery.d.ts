declare module "virtual:gallery" {
  export const entries: readonly import("../build/gallery-data.ts").GalleryEntry[];
}
