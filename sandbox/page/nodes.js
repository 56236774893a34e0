// Small helpers for making nodes.

/** element("a.file", {href}, child, "text") */
export function element(what, properties = {}, ...children) {
  const [tag, ...classes] = what.split(".");
  const node = document.createElement(tag);
  if (classes.length) node.className = classes.join(" ");
  for (const [name, value] of Object.entries(properties)) {
    if (name in node) node[name] = value;
    else node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== undefined && child !== null));
  return node;
}

export const hue = (id) => (Math.abs(id) * 67) % 360;
export const initials = (name) => name.trim().split(/\s+/).slice(0, 2).map((word) => [...word][0]).join("").toUpperCase();
/** Who a message is from: a person, the bot, or the chat in whose name it was written. */
export const senderOf = ({ from, sender_chat: chat }) => (chat ? { id: chat.id, first_name: chat.title } : from);
export const nameOf = (user) => [user.first_name, user.last_name].filter(Boolean).join(" ");
export const clock = (seconds) => new Date(seconds * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });
export const day = (seconds) => new Date(seconds * 1000).toLocaleDateString([], { day: "numeric", month: "long", year: "numeric" });

export function bytes(size) {
  if (size < 1024) return `${size} B`;
  return size < 1 << 20 ? `${(size / 1024).toFixed(1)} KB` : `${(size / (1 << 20)).toFixed(1)} MB`;
}

export function avatar(id, name) {
  const node = element("span.avatar", { ariaHidden: "true" }, initials(name));
  node.style.setProperty("--hue", hue(id));
  return node;
}
