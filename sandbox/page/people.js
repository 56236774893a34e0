// The list of people, and under the one who is picked their chats.
import { avatar, element, nameOf } from "./nodes.js";
import { dialog } from "./overlays.js";
import { everybody, meet } from "./wire.js";

const list = document.getElementById("people");
const search = document.getElementById("search");
const MOST = 200;
let people = [];
let coming;
let render = () => {};

export async function loadPeople() {
  people = (await everybody()).persons;
  render();
}

/** Soon, and once for many: a crowd comes all at the same time. */
export function loadPeopleSoon() {
  coming ??= setTimeout(() => {
    coming = undefined;
    loadPeople();
  }, 500);
}

/** `state` has person, chat and chats (of the person); `open(person, chat)` goes there. */
export function showPeople(state, open) {
  render = () => {
    const wanted = search.value.trim().toLowerCase();
    const found = people.filter((person) => `${nameOf(person)} ${person.id}`.toLowerCase().includes(wanted));
    const rest = found.length - MOST;
    list.replaceChildren(...found.slice(0, MOST).flatMap((person) => entries(person, state, open)));
    if (rest > 0) list.append(element("li.rest", {}, `… and ${rest} more: search for them`));
  };
  render();
}

function entries(person, state, open) {
  const current = person.id === state.person;
  const chats = current ? state.chats.filter((chat) => chat.type !== "private" && !chat.migrated_to) : [];
  const own = row(person.id, nameOf(person), `${person.id} · ${person.language_code ?? ""}`, current && state.chat === person.id, () => open(person.id, person.id));
  return [element("li", {}, own), ...chats.map((chat) =>
    element("li.sub", {}, row(chat.id, chat.title, `${chat.members.length + 1} members`, state.chat === chat.id, () => open(person.id, chat.id))))];
}

function row(id, name, hint, current, action) {
  return element("button", { type: "button", onclick: action, ariaCurrent: String(current) },
    avatar(id, name), element("span.who", {}, element("b", {}, name), element("small", {}, hint)));
}

search.oninput = () => render();

export async function newPerson(open) {
  const next = Math.max(1000, ...people.map((person) => person.id).filter((id) => id < 5000)) + 1;
  const given = await dialog("New person", [
    element("label", {}, "Name", element("input", { name: "name", required: true, autocomplete: "off" })),
    element("label", {}, "Language", element("select", { name: "language" },
      element("option", { value: "id" }, "Bahasa Indonesia"), element("option", { value: "en" }, "English"))),
  ], "Create");
  if (!given) return;
  await meet(next, { first_name: given.get("name"), language_code: given.get("language") });
  await loadPeople();
  open(next, next);
}

export async function newGroup(me) {
  const others = people.filter((person) => person.id !== me).slice(0, 50);
  const given = await dialog("New group chat with the bot", [
    element("label", {}, "Title", element("input", { name: "title", required: true, autocomplete: "off" })),
    element("div.checks", {}, ...others.map((person) => element("label.check", {},
      element("input", { type: "checkbox", name: "member", value: person.id }), nameOf(person)))),
  ], "Create");
  return given && { title: given.get("title"), members: given.getAll("member").map(Number) };
}
