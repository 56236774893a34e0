// One chat: its messages, kept up to date, and everything below them.
import { day, element, nameOf } from "./nodes.js";
import { composer } from "./composer.js";
import { messageNode } from "./message.js";
import { alertBox, dialog, menu, toast } from "./overlays.js";
import { newGroup } from "./people.js";
import { act } from "./wire.js";

const byId = (id) => document.getElementById(id);
const ACTIONS = { typing: "typing …", upload_document: "sending a file …", upload_photo: "sending a photo …", upload_video: "sending a video …" };

export function chatView(state, open) {
  const list = byId("messages");
  const scroll = byId("scroll");
  const nodes = new Map();
  let chat = null;
  let quiet;

  const perform = (what, details = {}) =>
    act(state.person, what, { chat: chat.id, ...details }).catch((error) => toast(error.message));
  const foot = composer(state, perform, open);

  const on = {
    payload(url) {
      const found = /^https?:\/\/t\.me\/(\w+)\?start=([\w-]*)$/i.exec(url);
      return found?.[1].toLowerCase() === state.bot.username.toLowerCase() ? found[2] : null;
    },
    start: (payload) => open(state.person, state.person, payload),
    command: (words) => perform("say", { text: words }),
    async tap(node, message, button) {
      if (button.url) {
        const payload = on.payload(button.url);
        if (payload !== null) on.start(payload);
        else window.open(button.url, "_blank", "noopener,noreferrer");
        return;
      }
      if (button.copy_text) {
        await navigator.clipboard?.writeText(button.copy_text.text).catch(() => {});
        toast("Copied");
        return;
      }
      node.classList.add("waiting");
      // What the phone shows is what it sends, even if the card has changed meanwhile.
      await perform("tap", { data: button.callback_data, message_id: message.message_id });
    },
    menu(event, message) {
      event.preventDefault();
      const own = message.from?.id === state.person && message.text;
      const items = [["Reply", null, () => foot.reply(message)]];
      if (own) items.push(["Edit", null, () => foot.edit(message)]);
      menu(items, { x: event.clientX, y: event.clientY });
    },
  };

  function around() {
    return { me: state.person, group: chat.type !== "private", on };
  }

  function atEnd() {
    return scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 120;
  }

  function toEnd() {
    scroll.scrollTop = scroll.scrollHeight;
  }

  function put(message) {
    const node = messageNode(message, around());
    const old = nodes.get(message.message_id);
    nodes.set(message.message_id, node);
    if (old) {
      node.classList.add("flash");
      node.style.animation = "none";
      old.replaceWith(node);
      return;
    }
    const date = day(message.date);
    if (list.dataset.day !== date) list.append(element("div.day", {}, date));
    list.dataset.day = date;
    list.append(node);
  }

  function hello() {
    if (!state.description || chat.bot !== "left" || nodes.size) return;
    list.append(element("div.hello", {}, element("b", {}, "What can this bot do?"), state.description));
  }

  function status() {
    const people = chat.type === "private" ? `bot · you are ${nameOf(state.me)}` : `${chat.members.length + 1} members · you are ${nameOf(state.me)}`;
    byId("chat-status").textContent = people;
    byId("chat-status").classList.remove("busy");
  }

  function busy(action) {
    byId("chat-status").textContent = ACTIONS[action] ?? "busy …";
    byId("chat-status").classList.add("busy");
    clearTimeout(quiet);
    quiet = setTimeout(status, 5000);
  }

  function more() {
    const items = [["New group chat …", null, group], ["Name and language …", null, rename]];
    if (chat.type === "private") {
      const blocked = chat.bot === "kicked";
      if (nodes.size) items.push(["Clear the chat", null, () => perform("clear")]);
      if (chat.bot !== "left") items.push([blocked ? "Unblock the bot" : "Block the bot", null, () => perform(blocked ? "unblock" : "block")]);
    } else {
      if (chat.type === "group") items.push(["Make it a supergroup", null, () => perform("migrate")]);
      if (chat.bot === "member") items.push(["Make the bot an administrator", null, () => perform("promote")]);
      items.push(chat.bot === "kicked" || chat.bot === "left"
        ? ["Add the bot", null, () => perform("invite")]
        : ["Remove the bot", null, () => perform("kick")]);
    }
    menu(items, { anchor: byId("more") });
  }

  async function group() {
    const made = await newGroup(state.person);
    if (!made) return;
    const { chat: id } = await act(state.person, "found", made);
    open(state.person, id);
  }

  async function rename() {
    const given = await dialog("You", [
      element("label", {}, "Name", element("input", { name: "first_name", value: nameOf(state.me), required: true })),
      element("label", {}, "Language", element("input", { name: "language_code", value: state.me.language_code ?? "", required: true })),
    ], "Save");
    if (!given) return;
    await fetch(`/person/${state.person}`, { method: "PUT", body: JSON.stringify({ ...Object.fromEntries(given), last_name: "" }) });
    location.reload();
  }

  byId("more").onclick = more;
  byId("down").onclick = toEnd;
  scroll.onscroll = () => { byId("down").hidden = atEnd(); };
  addEventListener("resize", () => { if (byId("down").hidden) toEnd(); });

  const takes = {
    message({ message }) {
      const follow = atEnd() || message.from?.id === state.person;
      list.querySelector(".hello")?.remove();
      put(message);
      if (follow) toEnd();
      status();
    },
    edited({ message }) {
      const follow = atEnd();
      put(message);
      if (follow) toEnd();
    },
    deleted({ message_id: id }) {
      nodes.get(id)?.remove();
      nodes.delete(id);
    },
    action: ({ action }) => busy(action),
    toast({ message_id: id, text, show_alert: alert, url }) {
      nodes.get(id)?.querySelectorAll(".waiting").forEach((key) => key.classList.remove("waiting"));
      if (url) window.open(url, "_blank", "noopener,noreferrer");
      if (text) (alert ? alertBox : toast)(text);
    },
  };

  return {
    show(shown) {
      if (chat?.messages === shown.messages) {
        chat = shown;
        status();
        foot.show(chat);
        return;
      }
      chat = shown;
      nodes.clear();
      list.replaceChildren();
      delete list.dataset.day;
      for (const message of chat.messages) if (!message.deleted) put(message);
      hello();
      status();
      foot.show(chat);
      toEnd();
    },
    take(where, event) {
      keep(where, event);
      if (where.id === chat.id) takes[event.kind]?.(event);
    },
  };
}

/** The chats that are not on the screen are kept up to date too. */
function keep(chat, { kind, message, message_id: id }) {
  if (kind === "message") chat.messages.push(message);
  if (kind === "edited") chat.messages.splice(chat.messages.findIndex((old) => old.message_id === message.message_id), 1, message);
  if (kind === "deleted") chat.messages.splice(chat.messages.findIndex((old) => old.message_id === id), 1);
}
