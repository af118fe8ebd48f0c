const w = new Worker(new URL("./engine/worker.ts", import.meta.url), { type: "module" });
w.onmessage = (e) => {
  document.body.textContent = JSON.stringify(e.data);
};
