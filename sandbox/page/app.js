// The page: which person's phone is shown, and which chat on it.
import { avatar, nameOf } from "./nodes.js";
import { chatView } from "./chat.js";
import { toast } from "./overlays.js";
import { loadPeople, loadPeopleSoon, newPerson, showPeople } from "./people.js";
import { listen, look, meet } from "./wire.js";

const byId = (id) => document.getElementById(id);
const state = { person: 0, chat: 0, chats: [], bot: null, me: null, payload: null, description: "" };
const view = chatView(state, open);
let hangUp = () => {};

function address() {
  const query = new URLSearchParams({ person: state.person });
  if (state.chat !== state.person) query.set("chat", state.chat);
  if (state.payload !== null) query.set("start", state.payload);
  return `/?${query}`;
}

/** Show a person's chat; with a payload, offer START. */
async function open(person, chat = person, payload = null, keep = false) {
  const other = person !== state.person;
  Object.assign(state, { person, chat, payload });
  if (!keep) history.pushState(null, "", address());
  document.body.dataset.view = "chat";
  if (!other) return draw();
  hangUp();
  Object.assign(state, { chats: [], bot: null });
  await meet(person, about());
  hangUp = listen(person, take, reload);
  loadPeople();
}

function about() {
  const query = new URLSearchParams(location.search);
  const given = { first_name: query.get("name"), language_code: query.get("lang") };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value));
}

async function reload() {
  const seen = await look(state.person);
  Object.assign(state, { chats: seen.chats, bot: seen.bot, me: seen.person, description: seen.description });
  state.seen = seen.number;
  draw();
}

function draw() {
  if (!state.bot) return;
  const chat = state.chats.find(({ id }) => id === state.chat);
  if (chat?.migrated_to) return open(state.person, chat.migrated_to);
  if (!chat) return open(state.person);
  const title = chat.type === "private" ? state.bot.first_name : chat.title;
  byId("chat-title").textContent = title;
  byId("chat-avatar").replaceWith(Object.assign(avatar(chat.id === state.person ? 2 : chat.id, title), { id: "chat-avatar" }));
  document.title = `${title} – ${nameOf(state.me)}`;
  view.show(chat);
  showPeople(state, open);
}

function take(event) {
  if (event.kind === "reset") return location.assign("/");
  if (event.kind === "person") return loadPeopleSoon();
  if (event.kind === "profile" || event.kind === "cleared") return reload();
  if (event.number <= state.seen) return;
  const chat = state.chats.find(({ id }) => id === event.chat);
  if (!chat) return reload();
  if (event.kind === "chat") {
    Object.assign(chat, event.about);
    return draw();
  }
  view.take(chat, event);
}

function fromAddress() {
  const query = new URLSearchParams(location.search);
  const person = Number(query.get("person"));
  if (!person) {
    document.body.dataset.view = "list";
    return;
  }
  open(person, Number(query.get("chat")) || person, query.get("start"), true).catch((error) => toast(error.message));
}

byId("back").onclick = () => { document.body.dataset.view = "list"; };
byId("new-person").onclick = () => newPerson(open);
addEventListener("popstate", fromAddress);
showPeople(state, open);
loadPeople();
fromAddress();
