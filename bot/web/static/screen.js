// Follows the workshop, turns its pages, counts its timer down, and says when nothing is heard.
"use strict";
const SILENCE = 12_000;
const stage = document.getElementById("stage");
const lost = document.getElementById("lost");
const { stream, zone, language } = document.body.dataset;
let heard = Date.now(); // When something came, by this machine's clock.
let told = Date.now(); // When that was sent, by the server's.
let page = 0;
let turned = Date.now();
let held = false; // Somebody turned the page: it stays.
let source;

function pages() {
  return [...stage.querySelectorAll(".page")];
}

function turn(to) {
  const all = pages();
  if (!all.length) return;
  page = (to + all.length) % all.length;
  turned = Date.now();
  all.forEach((each, number) => each.classList.toggle("shown", number === page));
  stage.querySelectorAll(".dots i").forEach((dot, n) => dot.classList.toggle("now", n === page));
}

function show({ key, html }) {
  const other = key !== stage.dataset.key;
  stage.classList.toggle("arriving", other);
  stage.dataset.key = key;
  stage.innerHTML = html;
  if (other) held = false;
  const since = turned;
  turn(other ? 0 : Math.min(page, pages().length - 1));
  if (!other) turned = since;
  tick();
}

function alive(event) {
  heard = Date.now();
  told = Number(event.lastEventId) || heard;
  judge();
}

function connect() {
  source?.close();
  source = new EventSource(stream);
  source.onmessage = (event) => { alive(event); show(JSON.parse(event.data)); };
  source.addEventListener("beat", alive);
  source.onerror = () => { if (source.readyState === EventSource.CLOSED) setTimeout(connect, 3000); };
}

function judge() {
  const gone = Date.now() - heard > SILENCE;
  document.body.classList.toggle("lost", gone);
  if (gone && lost.hidden) {
    lost.dataset.words ??= lost.textContent;
    const at = new Date(told).toLocaleTimeString(language, { timeZone: zone, hour: "2-digit", minute: "2-digit" });
    lost.textContent = lost.dataset.words.replace("⏱", at);
  }
  lost.hidden = !gone;
}

function tick() {
  for (const timer of stage.querySelectorAll("[data-until]")) {
    const left = Math.max(0, Math.ceil((timer.dataset.until - told - (Date.now() - heard)) / 1000));
    timer.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    timer.classList.toggle("short", left <= 10);
  }
}

setInterval(() => {
  judge();
  tick();
  const now = pages()[page];
  if (!held && pages().length > 1 && Date.now() - turned > 1000 * now.dataset.seconds) turn(page + 1);
}, 500);
addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, PageDown: 1, " ": 1, ArrowLeft: -1, PageUp: -1 }[event.key];
  if (step) { held = true; turn(page + step); event.preventDefault(); }
});
stage.addEventListener("click", (event) => {
  if (!event.target.closest("a")) { held = true; turn(page + 1); }
});
connect();
