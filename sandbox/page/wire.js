// Talking to the sandbox.

async function ask(verb, path, body) {
  const raw = body instanceof Blob;
  const answer = await fetch(path, {
    method: verb,
    body: body === undefined || raw ? body : JSON.stringify(body),
    headers: raw ? { "content-type": body.type || "application/octet-stream" } : {},
  });
  const content = await answer.json();
  if (!answer.ok) throw new Error(content.error ?? content.description ?? answer.statusText);
  return content;
}

export const everybody = () => ask("GET", "/person");
export const meet = (person, about) => ask("PUT", `/person/${person}`, about);
export const look = (person) => ask("GET", `/person/${person}`);
export const act = (person, what, details) => ask("POST", `/person/${person}/${what}`, details);
export const fileAddress = (id, name) => `/person/file/${id}/${encodeURIComponent(name)}`;

export function upload(person, chat, kind, file, caption) {
  const query = new URLSearchParams({ kind, name: file.name, caption, chat });
  return ask("POST", `/person/${person}/upload?${query}`, file);
}

/** Calls back with every event that the person sees; `reopened` after each (re)connection. */
export function listen(person, take, reopened) {
  const source = new EventSource(`/person/events?person=${person}`);
  source.onmessage = ({ data }) => {
    const event = JSON.parse(data);
    if (event.kind === "hello") reopened();
    else take(event);
  };
  return () => source.close();
}
