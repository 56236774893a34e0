// Text with entities -> nodes. Nothing is ever parsed as HTML.

const TAGS = {
  bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "pre",
  blockquote: "blockquote",
};

/** `on` has `payload(url)`, null unless it is a deep link to the bot, `start` and `command`. */
export function formatted(text, entities, on) {
  const root = document.createDocumentFragment();
  fill(root, text, 0, text.length, entities ?? [], on);
  return root;
}

// Offsets are UTF-16 units, as are JavaScript's. Entities are ordered outermost first.
function fill(parent, text, begin, end, entities, on) {
  let at = begin;
  for (let n = 0; n < entities.length; n++) {
    const entity = entities[n];
    const last = Math.min(entity.offset + entity.length, end);
    if (entity.offset < at || entity.offset >= end) continue;
    parent.append(text.slice(at, entity.offset));
    const node = shown(entity, text.slice(entity.offset, last), on);
    const inner = entities.slice(n + 1).filter((e) => e.offset < last);
    fill(node, text, entity.offset, last, inner, on);
    parent.append(node);
    // A quote stands in lines of its own: the break after it is shown as its end.
    at = node.tagName === "BLOCKQUOTE" && text[last] === "\n" ? last + 1 : last;
  }
  parent.append(text.slice(at, end));
}

function shown(entity, words, on) {
  if (entity.type === "text_link") return link(entity.url, on);
  if (entity.type === "url") return link(words.includes("://") ? words : `https://${words}`, on);
  if (entity.type === "bot_command") return command(words, on);
  if (entity.type === "spoiler") return spoiler();
  if (entity.type === "expandable_blockquote") return folded();
  return document.createElement(TAGS[entity.type] ?? "span");
}

function link(url, on) {
  const node = document.createElement("a");
  const payload = on.payload(url);
  node.rel = "noopener noreferrer";
  if (payload !== null) {
    node.href = url;
    node.onclick = (event) => {
      event.preventDefault();
      on.start(payload);
    };
  } else if (/^https?:\/\//i.test(url)) {
    node.href = url;
    node.target = "_blank";
  }
  return node;
}

function command(words, on) {
  const node = document.createElement("a");
  node.href = "";
  node.onclick = (event) => {
    event.preventDefault();
    on.command(words);
  };
  return node;
}

/** A quote of which three lines are shown until it is tapped. */
function folded() {
  const node = document.createElement("blockquote");
  node.className = "folded";
  node.onclick = () => node.classList.toggle("folded");
  return node;
}

function spoiler() {
  const node = document.createElement("span");
  node.className = "spoiler";
  node.onclick = () => node.classList.add("open");
  return node;
}
