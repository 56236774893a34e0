// Shows the page anew when something happened in the room, by stream or else by asking.
"use strict";
const { stream } = document.body.dataset;
let moves = document.body.dataset.moves;
let latest = moves;
let heard = Date.now();
let source;
let waiting = false;

function busy() {
  const field = document.activeElement;
  return field?.matches("select") || (field?.matches("input") && field.value !== "");
}

async function renew() {
  if (waiting) return;
  waiting = true;
  // A room full of phones does not ask in the same instant.
  await new Promise((done) => setTimeout(done, Math.random() * 800));
  try {
    const answer = await fetch(location.pathname, { headers: { accept: "text/html" } });
    if (answer.ok) replace(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } finally {
    waiting = false;
  }
}

function replace(fresh) {
  if (busy()) return; // Tried again with the next sign of life.
  moves = fresh.body.dataset.moves ?? moves;
  document.getElementById("main").replaceWith(fresh.getElementById("main"));
  history.replaceState(null, "", location.pathname);
}

function live() {
  heard = Date.now();
  const lost = document.getElementById("lost");
  if (lost) lost.hidden = true;
  if (latest !== moves) renew().catch(() => {});
}

function connect() {
  source?.close();
  source = new EventSource(stream);
  source.onmessage = (event) => { latest = event.data; live(); };
  source.addEventListener("beat", live);
  source.onerror = () => { if (source.readyState === EventSource.CLOSED) setTimeout(connect, 4000); };
}

// Where streams are held up, asking does; a page that cannot even do that says so.
setInterval(() => {
  if (Date.now() - heard < 12_000) return;
  renew().then(() => { latest = moves; live(); heard -= 6000; })
    .catch(() => { const lost = document.getElementById("lost"); if (lost) lost.hidden = false; });
}, 4000);
addEventListener("visibilitychange", () => { if (!document.hidden) renew().catch(() => {}); });
connect();
