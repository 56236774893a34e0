// What stands below the messages: text box, menus, START, the reply keyboard.
import { element } from "./nodes.js";
import { menu, pickPlace, toast } from "./overlays.js";
import { upload } from "./wire.js";

const byId = (id) => document.getElementById(id);
const ACCEPTED = { photo: "image/png,image/jpeg", video: "video/*", voice: "audio/*", audio: "audio/*" };

export function composer(state, perform, open) {
  const box = byId("text");
  const picker = byId("file");
  let chat = null;
  let replying = null;
  let editing = null;

  function note(words) {
    byId("note").hidden = !words;
    byId("note-text").textContent = words;
  }

  function clear() {
    replying = editing = null;
    box.value = "";
    grow();
    note("");
  }

  function grow() {
    box.style.height = "auto";
    box.style.height = `${Math.min(box.scrollHeight, 140)}px`;
  }

  async function send() {
    const text = box.value.trim();
    if (!text) return;
    const [reply, edit] = [replying, editing];
    clear();
    if (edit) await perform("edit", { message_id: edit, text });
    else await perform("say", { text, reply_to: reply ?? 0 });
  }

  async function place() {
    const spot = await pickPlace();
    if (spot) perform("location", spot);
  }

  function pick(kind) {
    picker.accept = ACCEPTED[kind] ?? "";
    picker.onchange = async () => {
      const [file] = picker.files;
      picker.value = "";
      const caption = box.value.trim();
      clear();
      if (file) await upload(state.person, chat.id, kind, file, caption).catch((error) => toast(error.message));
    };
    picker.click();
  }

  const phone = () => perform("contact", { phone_number: `+62812${String(state.person).padStart(7, "0")}` });

  function attach() {
    menu([
      ["Photo", null, () => pick("photo")],
      ["Video", null, () => pick("video")],
      ["Voice message", null, () => pick("voice")],
      ["Music", null, () => pick("audio")],
      ["File", null, () => pick("document")],
      ["Location", null, place],
      ["My contact", null, phone],
      ["Sticker", null, () => perform("sticker", { emoji: "👍" })],
    ], { anchor: byId("attach") });
  }

  function commands() {
    const items = chat.commands.map(({ command, description }) =>
      [`/${command}`, description, () => perform("say", { text: `/${command}` })]);
    menu(items, { anchor: byId("commands") });
  }

  function keys() {
    const rows = chat.keyboard?.keyboard ?? [];
    byId("keyboard").hidden = rows.length === 0;
    byId("keyboard").replaceChildren(...rows.map((row) => element("div", {}, ...row.map((key) => {
      const label = key.text ?? key;
      const press = key.request_location ? place : key.request_contact ? phone : () => perform("say", { text: label });
      return element("button", { type: "button", onclick: press }, label);
    }))));
  }

  /** One button in place of the text box: START, or UNBLOCK. */
  function wide() {
    const blocked = chat.bot === "kicked" && chat.type === "private";
    const starting = chat.type === "private" && (state.payload !== null || chat.bot === "left");
    byId("wide").hidden = !blocked && !starting;
    byId("composer").hidden = blocked || starting;
    byId("wide").textContent = blocked && !starting ? "UNBLOCK" : "START";
    byId("wide").onclick = async () => {
      if (!starting) return perform("unblock");
      const payload = state.payload ?? "";
      await perform("start", { payload });
      open(state.person, state.person, null, false);
      return null;
    };
  }

  box.oninput = grow;
  box.onkeydown = (event) => {
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      send();
    }
    if (event.key === "Escape") clear();
  };
  byId("composer").onsubmit = (event) => { event.preventDefault(); send(); };
  byId("attach").onclick = attach;
  byId("commands").onclick = commands;
  byId("note-off").onclick = clear;

  return {
    show(shown) {
      chat = shown;
      byId("commands").hidden = chat.commands.length === 0;
      keys();
      wide();
    },
    reply(message) {
      clear();
      replying = message.message_id;
      note(`Reply: ${message.text ?? message.caption ?? "…"}`);
      box.focus();
    },
    edit(message) {
      clear();
      editing = message.message_id;
      box.value = message.text;
      note("Edit");
      grow();
      box.focus();
    },
  };
}
