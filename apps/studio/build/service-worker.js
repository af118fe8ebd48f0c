/* Keeps the page for when there is no network. A new build has another version, and takes the place of the old at once. */
const version = "VERSION";
const files = [FILES];
const cacheName = `studio-${version}`;

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(cacheName)
      // What has no content in its name must not come from what the browser kept of an older build.
      .then((cache) => cache.addAll(files.map((file) => new Request(file, { cache: "no-cache" }))))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name !== cacheName).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== location.origin) return;
  // Runs change, and there are none without the command that serves them.
  if (/\/runs(\.json$|\/)/.test(new URL(request.url).pathname)) return;
  event.respondWith(answer(request));
});

async function answer(request) {
  // The page itself is asked for anew where there is a network, so that a new build is seen; all else has its content in its name.
  if (request.mode === "navigate") {
    try {
      return await fetch(request);
    } catch {
      return (await caches.match("./")) ?? Response.error();
    }
  }
  return (await caches.match(request, { ignoreSearch: true })) ?? fetch(request);
}
