// What lies over the chat for a moment: toasts, alerts, menus, dialogs.
import { element } from "./nodes.js";

const byId = (id) => document.getElementById(id);
let fading;

export function toast(words) {
  const node = byId("toast");
  node.textContent = words;
  node.hidden = false;
  clearTimeout(fading);
  fading = setTimeout(() => { node.hidden = true; }, 3500);
}

/** A dialog made of nodes; resolves with the form's data, or null when it was left. */
export function dialog(title, content, accept, cancel = "Cancel") {
  const node = byId("dialog");
  const ends = element("div.ends", {},
    cancel && element("button", { type: "button", onclick: () => node.close() }, cancel),
    element("button", { value: "yes" }, accept));
  const form = element("form", { method: "dialog" }, title && element("h3", {}, title), ...content, ends);
  node.replaceChildren(form);
  node.setAttribute("aria-label", title || "Message");
  node.returnValue = "";
  node.showModal();
  return new Promise((resolve) => {
    node.onclose = () => resolve(node.returnValue === "yes" ? new FormData(form) : null);
  });
}

export function alertBox(words) {
  return dialog("", [element("p", {}, words)], "OK", "");
}

/** items: [label, hint, action]; opens near a node or point. */
export function menu(items, { anchor, x, y }) {
  const node = byId("menu");
  node.replaceChildren(...items.map(([label, hint, action]) =>
    element("button", { role: "menuitem", onclick: () => { node.hidden = true; action(); } },
      element("span", {}, label), hint && element("small", {}, hint))));
  node.hidden = false;
  const box = anchor?.getBoundingClientRect();
  const left = box ? Math.min(box.left, box.right - 44) : x;
  const below = box ? box.bottom + 4 : y;
  const { width, height } = node.getBoundingClientRect();
  node.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`;
  node.style.top = `${below + height > innerHeight - 8 ? Math.max(8, (box?.top ?? y) - height - 6) : below}px`;
  node.firstElementChild?.focus({ preventScroll: true });
}

document.addEventListener("pointerdown", (event) => {
  if (!byId("menu").contains(event.target)) byId("menu").hidden = true;
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") byId("menu").hidden = true;
});

const PLACES = [
  ["Monas, Jakarta Pusat", -6.1754, 106.8272], ["Kota Tua, Jakarta Barat", -6.1352, 106.8133],
  ["Muara Angke, Jakarta Utara", -6.1061, 106.7702], ["Kampung Melayu, Jakarta Timur", -6.2244, 106.866],
  ["Tebet, Jakarta Selatan", -6.2266, 106.8583], ["Pulau Pramuka, Kepulauan Seribu", -5.7456, 106.6136],
];

/** Resolves with {latitude, longitude} or null. */
export async function pickPlace() {
  const latitude = element("input", { name: "latitude", inputMode: "decimal", required: true, ariaLabel: "Latitude" });
  const longitude = element("input", { name: "longitude", inputMode: "decimal", required: true, ariaLabel: "Longitude" });
  const places = PLACES.map(([name, lat, lon]) =>
    element("button", { type: "button", onclick: () => { latitude.value = lat; longitude.value = lon; } }, name));
  const given = await dialog("Share a location", [
    element("div.places", {}, ...places),
    element("div.two", {}, element("label", {}, "Latitude", latitude), element("label", {}, "Longitude", longitude)),
  ], "Share");
  return given && { latitude: Number(given.get("latitude")), longitude: Number(given.get("longitude")) };
}
