// The API's documentation: the OpenAPI document of the app, for people. This file has the
// frame and the operations; schemas and the form of an operation are modules of their own.

import { ask, byId, element, replace, took } from "./dom.js";
import { prose } from "./prose.js";
import * as schema from "./schema.js";
import * as request from "./request.js";

const METHODS = ["get", "head", "post", "put", "patch", "delete", "options", "trace"];

let shown = ""; // the text of the document that is shown

// exact is JSON.parse that keeps numbers which JavaScript's can't have.
function exact(source) {
  return JSON.parse(source, (_, value, context) =>
    typeof value === "number" && context && JSON.rawJSON && !Number.isSafeInteger(value) && String(value) !== context.source ? JSON.rawJSON(context.source) : value);
}

// operationsOf lists the operations by their first tags, in the document's order.
function operationsOf(doc) {
  const groups = new Map((doc.tags ?? []).map((tag) => [tag.name, { ...tag, operations: [] }]));
  for (const [path, item] of Object.entries(doc.paths ?? {})) {
    for (const method of METHODS) {
      if (!item[method]) continue;
      const operation = { ...item[method], path, method };
      operation.parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])].map(schema.resolved);
      operation.id = operation.operationId ?? `${method}${path}`;
      const tag = operation.tags?.[0] ?? "other";
      if (!groups.has(tag)) groups.set(tag, { name: tag, operations: [] });
      groups.get(tag).operations.push(operation);
    }
  }
  return [...groups.values()].filter((group) => group.operations.length);
}

// show shows a document. What is open stays open, and what is in forms stays there.
function show(source) {
  if (source === shown) return;
  const open = new Set([...document.querySelectorAll("details.operation[open]")].map((d) => d.id));
  const doc = exact(source);
  shown = source;
  schema.use(doc);
  document.title = `${doc.info.title} · API`;
  byId("title").textContent = doc.info.title;
  byId("version").textContent = doc.info.version;
  replace(byId("about"), prose(doc.info.description));
  const groups = operationsOf(doc);
  replace(byId("authorization"), request.authorization(doc));
  replace(byId("operations"), groups.map((group) => element("section", { class: "group-of", "aria-label": group.name },
    element("h2", {}, group.name), element("div", { class: "prose" }, prose(group.description)),
    group.operations.map((operation) => operationOf(doc, operation)))));
  if (!groups.length) replace(byId("operations"), element("p", { class: "none" }, "The app has no routes."));
  const schemas = Object.entries(doc.components?.schemas ?? {});
  replace(byId("schemas"), schemas.length ? element("section", { class: "group-of", "aria-label": "Schemas" },
    element("h2", {}, "Schemas"), schemas.map(([name, s]) => schemaOf(name, s))) : null);
  for (const details of document.querySelectorAll("details.operation")) details.open = open.has(details.id);
  filter();
}

// folded makes a part of the page whose content is made when it is opened.
function folded(id, text, className, summary, content) {
  const inside = element("div", { class: "inside" });
  const details = element("details", { class: "operation " + className, id, "data-text": text.toLowerCase() }, element("summary", {}, summary), inside);
  details.addEventListener("toggle", () => { if (details.open && !inside.childNodes.length) replace(inside, content()); });
  return details;
}

function operationOf(doc, o) {
  const security = o.security ?? doc.security ?? [];
  return folded("op-" + o.id, `${o.method} ${o.path} ${o.summary ?? ""} ${o.id}`, o.deprecated ? "deprecated" : "", [
    element("span", { class: "verb", "data-method": o.method }, o.method.toUpperCase()), element("span", { class: "path" }, o.path),
    o.summary ? element("span", { class: "about" }, o.summary) : null,
    o.deprecated ? element("span", { class: "tag" }, "deprecated") : null,
    security.length ? element("span", { class: "tag" }, "authorized") : null,
  ], () => element("div", { class: "columns" },
    element("div", {}, described(o, security)),
    element("div", {}, request.form(doc, o, security))));
}

function described(o, security) {
  const description = o.description === o.summary ? undefined : o.description;
  return [
    element("div", { class: "prose" }, prose(description)),
    security.length ? [element("h3", {}, "Authorization"), element("ul", { class: "parts" }, security.map(requirement))] : null,
    o.parameters.length ? [element("h3", {}, "Parameters"), element("ul", { class: "parts" }, o.parameters.map(parameter))] : null,
    bodyOf(schema.resolved(o.requestBody)),
    element("h3", {}, "Responses"),
    Object.entries(o.responses ?? {}).map(([status, response]) => responseOf(status, schema.resolved(response))),
  ];
}

function requirement(all) {
  const schemes = Object.entries(all);
  if (!schemes.length) return element("li", {}, "nothing");
  return element("li", {}, schemes.map(([name, scopes], i) => [
    i ? " and " : null, element("code", {}, name), scopes.length ? [" with ", scopes.map((s, j) => [j ? ", " : null, element("code", {}, s)])] : null]).flat(3));
}

const places = { path: "in the path", query: "in the query", header: "a header", cookie: "a cookie" };

function parameter(p) {
  return schema.part(p.name, p.schema ?? {}, { ...p, place: `${places[p.in] ?? p.in}, ` });
}

function bodyOf(body) {
  if (!body.content) return null;
  return [
    element("h3", {}, "Body ", body.required ? element("span", { class: "needed" }, "required") : null),
    element("div", { class: "prose" }, prose(body.description)),
    content(body.content),
  ];
}

// content shows the media types of a body; those that have the same are shown once.
function content(types) {
  const same = Map.groupBy(Object.keys(types), (type) => JSON.stringify(types[type]));
  return [...same.values()].map((names) => {
    const media = types[names[0]], one = request.exampleOf(media), type = names.join(", ");
    return element("div", {},
      names.map((name, i) => [i ? " or " : null, element("code", {}, name)]), media.schema ? element("ul", { class: "parts" }, schema.part(null, media.schema)) : null,
      media.schema && one !== undefined && /json/.test(type) ? element("details", { class: "more" }, element("summary", {}, "Example"),
        element("pre", { tabindex: 0, "aria-label": "Example" }, JSON.stringify(one, null, 2))) : null);
  });
}

function responseOf(status, response) {
  const colour = { 2: "good", 3: "good", 4: "warn", 5: "bad" }[status[0]] ?? "warn";
  const headers = Object.entries(response.headers ?? {}), types = Object.keys(response.content ?? {});
  const body = content(response.content ?? {});
  return element("div", { class: "response" },
    element("p", {}, element("code", { class: colour }, status), response.description ?? ""),
    headers.length ? element("details", { class: "more" }, element("summary", {}, schema.count(headers.length, "header")),
      element("ul", { class: "parts" }, headers.map(([name, header]) => {
        const h = schema.resolved(header);
        return schema.part(name, h.schema ?? {}, h);
      }))) : null,
    // The forms of errors are few, and those of successes are what people look for.
    types.length && colour !== "good" ? element("details", { class: "more" }, element("summary", {}, types.join(", ")), body) : body);
}

function schemaOf(name, s) {
  return folded("schema-" + name, `${name} ${s.description ?? ""}`, "", [
    element("span", { class: "path" }, name), element("span", { class: "about" }, [s.type ?? []].flat().join(" or ")),
  ], () => schema.whole({ $ref: "#/components/schemas/" + name }));
}

// filter hides what doesn't have all words of the filter.
function filter() {
  const wanted = byId("filter").value.toLowerCase().split(/\s+/).filter(Boolean);
  let some = false;
  for (const group of document.querySelectorAll(".group-of")) {
    let any = false;
    for (const details of group.querySelectorAll("details.operation")) {
      details.hidden = !wanted.every((word) => details.dataset.text.includes(word));
      any ||= !details.hidden;
    }
    group.hidden = !any;
    some ||= any;
  }
  byId("none").hidden = some || !wanted.length;
}

// go opens what the address names.
function go() {
  const target = byId(decodeURIComponent(location.hash.slice(1)));
  if (!target?.matches("details.operation")) return;
  target.hidden = false;
  target.closest(".group-of").hidden = false;
  target.open = true;
  target.scrollIntoView();
  target.querySelector("summary").focus({ preventScroll: true });
}

function state(name, words) {
  byId("status").dataset.state = name;
  byId("status").textContent = words;
}

// refresh fetches the document of the source as it is.
async function refresh() {
  let response;
  try {
    response = await fetch("openapi.json");
  } catch {
    state("lost", "chalice local doesn't answer: has it ended?");
    return;
  }
  const source = await response.text();
  byId("failure").hidden = response.ok;
  if (response.ok) {
    request.greedy((await ask("state")).routes.map((r) => r.path));
    const first = !shown;
    show(source);
    if (first) go();
    return;
  }
  let message = source;
  try { message = JSON.parse(source).message; } catch { /* it is shown as it came */ }
  byId("failure-text").textContent = message;
}

// built shows the state of the program.
function built(build) {
  if (build.state === "failed") {
    state("failed", "doesn't build");
    byId("failure").hidden = false;
    byId("failure-text").textContent = build.error ?? "";
  } else if (build.state === "building") {
    state("building", build.reason ? `building: ${build.reason} changed` : "building…");
  } else {
    state("ready", build.duration ? `ready in ${took(build.duration)}` : "ready");
    if (build.state === "ready") refresh();
  }
}

async function begin() {
  const { build } = await ask("state");
  built(build.state === "answered" ? { ...build, state: "ready", duration: 0 } : build);
  if (build.state === "failed") refresh(); // what the last one that was built has
}

function listen() {
  const source = new EventSource("api/events");
  source.addEventListener("hello", () => begin().catch((error) => state("lost", error.message)));
  source.addEventListener("error", () => state("lost", "not connected to chalice local"));
  source.addEventListener("build", (event) => built(JSON.parse(event.data)));
}

byId("filter").addEventListener("input", filter);
for (const [id, open] of [["open-all", true], ["close-all", false]]) {
  byId(id).addEventListener("click", () => {
    for (const details of document.querySelectorAll("#operations details.operation")) if (!details.hidden) details.open = open;
  });
}
addEventListener("hashchange", go);
listen();
