// One message -> one node.
import { bytes, clock, element, hue, nameOf, senderOf } from "./nodes.js";
import { formatted } from "./text.js";
import { fileAddress } from "./wire.js";

/** `chat` tells what is needed around it: me, group, on.{payload, start, command, tap, menu}. */
export function messageNode(message, chat) {
  const service = serviceWords(message);
  if (service) return element("div.service", {}, service);
  const mine = message.from?.id === chat.me;
  const rows = message.reply_markup?.inline_keyboard ?? [];
  const node = element("article.message", { ariaLabel: mine ? "You" : nameOf(senderOf(message)) });
  node.classList.toggle("mine", mine);
  node.classList.toggle("keys", rows.length > 0);
  node.classList.toggle("photo-on", "photo" in message);
  node.classList.toggle("plain", "sticker" in message);
  node.append(bubble(message, chat, mine));
  if (rows.length) node.append(element("div.keys-below", {}, ...rows.map((row) => keyRow(row, message, chat))));
  node.oncontextmenu = (event) => chat.on.menu(event, message);
  return node;
}

function bubble(message, chat, mine) {
  const words = message.text ?? message.caption ?? "";
  const entities = message.entities ?? message.caption_entities;
  const edited = Boolean(message.edit_date) && !message.from?.is_bot; // a bot's cards change all the time
  const when = `${edited ? "edited " : ""}${clock(message.date)}`;
  const node = element("div.bubble", {}, sender(message, chat, mine), quote(message), ...attachments(message));
  if (words) {
    const text = element("div.text", {}, formatted(words, entities, chat.on));
    text.style.setProperty("--tail", edited ? "82px" : "42px");
    node.append(text);
  } else if (!message.photo && !message.sticker) {
    node.classList.add("bare");
  }
  node.append(element("span.when", {}, when));
  return node;
}

function sender(message, chat, mine) {
  if (!chat.group || mine) return null;
  const node = element("div.sender", {}, nameOf(senderOf(message)));
  node.style.setProperty("--hue", hue(senderOf(message).id));
  return node;
}

function quote(message) {
  const replied = message.reply_to_message;
  if (!replied) return null;
  return element("div.quote", {}, element("b", {}, nameOf(senderOf(replied))), element("br"), replied.text ?? replied.caption ?? "…");
}

function attachments(message) {
  const found = [];
  if (message.photo) found.push(photo(message));
  if (message.audio ?? message.voice) found.push(player("audio", message.audio ?? message.voice));
  if (message.video ?? message.video_note) found.push(player("video", message.video ?? message.video_note));
  if (message.document) found.push(file(message.document));
  if (message.location) found.push(place(message.location));
  if (message.contact) found.push(contact(message.contact));
  if (message.sticker) found.push(element("div.sticker", {}, message.sticker.emoji));
  return found;
}

function photo(message) {
  const { file_id: id, width, height } = message.photo.at(-1);
  const image = element("img", { src: fileAddress(id, "photo.jpg"), width, height, alt: message.caption ?? "Photo" });
  const node = element("a.photo", { href: image.src, target: "_blank" }, image);
  node.classList.toggle("alone", !message.caption);
  return node;
}

/** A sound or a film; what the browser cannot play stays there to be saved. */
function player(kind, { file_id: id, file_name: name, file_size: size }) {
  const shown = name ?? (kind === "audio" ? "Voice message" : "Video message");
  const address = fileAddress(id, name ?? (kind === "audio" ? "voice.ogg" : "video.mp4"));
  const node = element(kind, { src: address, controls: true, preload: "metadata", ariaLabel: shown });
  return element("div.player", {}, node,
    element("a", { href: address, download: shown }, `${shown} · ${bytes(size)}`));
}

function file(document) {
  const { file_id: id, file_name: name, file_size: size } = document;
  const kind = name.includes(".") ? name.split(".").at(-1).slice(0, 4).toUpperCase() : "FILE";
  const node = element("a.file", { href: fileAddress(id, name), target: "_blank" },
    element("span.kind", { ariaHidden: "true" }, kind),
    element("span", {}, element("b", {}, name), element("small", {}, bytes(size))));
  if (document.mime_type !== "application/pdf") node.download = name;
  return node;
}

const MAP = `<svg viewBox="0 0 230 104" preserveAspectRatio="xMidYMid slice" aria-hidden="true">
<rect width="230" height="104" fill="#cfe3d6"/><path d="M0 74Q60 50 110 70T230 44V104H0z" fill="#a9cfe8"/>
<path d="M-5 30L90 46 235 12M60 -5L84 110M150 -5L168 110" stroke="#fff" stroke-width="6" fill="none"/>
<path d="M115 30a15 15 0 0115 15c0 11-15 25-15 25s-15-14-15-25a15 15 0 0115-15z" fill="#dc4437"/><circle cx="115" cy="45" r="5.500" fill="#fff"/></svg>`;

function place({ latitude, longitude }) {
  const spot = `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
  const href = `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=16/${latitude}/${longitude}`;
  const node = element("a.place", { href, target: "_blank", rel: "noopener noreferrer", ariaLabel: `Location ${spot}` });
  node.innerHTML = MAP; // a constant drawing, nothing from outside
  node.append(element("small", {}, spot));
  return node;
}

function contact({ first_name: name, phone_number: phone }) {
  return element("div.file", {}, element("span.kind", { ariaHidden: "true" }, "☎"),
    element("span", {}, element("b", {}, name), element("small", {}, phone)));
}

// Constant drawings, nothing from outside.
const AWAY = `<svg class="sign" viewBox="0 0 24 24" aria-hidden="true"><path d="M6 18L18 6M9 6h9v9"/></svg>`;
const COPY = `<svg class="sign" viewBox="0 0 24 24" aria-hidden="true"><path d="M9 9h11v11H9zM15 9V4H4v11h5"/></svg>`;

function keyRow(row, message, chat) {
  return element("div", {}, ...row.map((button) => {
    const node = element("button.key", { type: "button" }, button.text);
    if (button.url || button.copy_text) node.insertAdjacentHTML("beforeend", button.url ? AWAY : COPY);
    node.onclick = () => chat.on.tap(node, message, button);
    return node;
  }));
}

function serviceWords(message) {
  const who = nameOf(senderOf(message));
  if (message.group_chat_created) return `${who} created the group`;
  if (message.migrate_to_chat_id) return "The group became a supergroup";
  if (message.migrate_from_chat_id) return "This supergroup was a group before";
  if (message.forum_topic_created) return `${who} began the topic ${message.forum_topic_created.name}`;
  if (message.forum_topic_closed) return `${who} closed the topic`;
  if (message.forum_topic_reopened) return `${who} opened the topic again`;
  if (message.pinned_message) return `${who} pinned a message`;
  if (message.new_chat_members) return `${message.new_chat_members.map(nameOf).join(", ")} joined`;
  if (message.left_chat_member) return `${nameOf(message.left_chat_member)} left`;
  return "";
}
