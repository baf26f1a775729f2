// The form of an operation: it makes a request of its fields, has chalice local send it,
// and shows the answer.

import { ask, byId, copyButton, element, replace } from "./dom.js";
import { answerOf, headersOf } from "./answer.js";
import * as schema from "./schema.js";

// written is what somebody wrote into fields, by their ids: it outlives a new document.
const written = new Map();

let greedyPaths = new Map(); // by the paths of a document, the parameters that take several parts

// greedy learns the app's paths, in which such parameters have a plus.
export function greedy(paths) {
  greedyPaths = new Map(paths.map((path) => [path.replaceAll("+}", "}"), [...path.matchAll(/\{([^{}+]+)\+\}/g)].map((m) => m[1])]));
}

// field gives a control an id, and what was written into it before.
function field(id, control, value = "") {
  control.id = id;
  if (control.type !== "file") control.value = written.get(id) ?? value;
  control.addEventListener("input", () => written.set(id, control.value));
  return control;
}

// exampleOf returns an example of a body.
export function exampleOf(media) {
  if (media.example !== undefined) return media.example;
  const [first] = Object.values(media.examples ?? {});
  return first ? schema.resolved(first).value : media.schema ? schema.example(media.schema) : undefined;
}

// authorization has a field for each way in which clients say who they are.
export function authorization(doc) {
  const schemes = Object.entries(doc.components?.securitySchemes ?? {});
  if (!schemes.length) return [];
  return element("form", { onsubmit: (event) => event.preventDefault(), "aria-label": "Authorization" },
    element("h2", {}, "Authorization"),
    element("div", { class: "fields" }, schemes.map(([name, scheme]) => {
      const s = schema.resolved(scheme);
      return element("label", {}, `${name}: ${wayOf(s)}`,
        field("auth." + name, element("input", { autocomplete: "off", spellcheck: "false", placeholder: "sent with routes that need it" })));
    })));
}

function wayOf(s) {
  if (s.type === "apiKey") return `${s.in} ${s.name}`;
  if (s.type === "http") return s.scheme === "bearer" ? "a bearer token" : `HTTP ${s.scheme}`;
  return { openIdConnect: "a token of OpenID Connect", oauth2: "a token of OAuth 2", mutualTLS: "a client certificate" }[s.type] ?? s.type;
}

// authorize adds to a request what its authorization needs: the first alternative of which
// everything is given.
function authorize(doc, security, to) {
  const valueOf = (name) => (byId("auth." + name)?.value ?? "").trim();
  const chosen = security.find((all) => Object.keys(all).every(valueOf)) ?? security[0] ?? {};
  for (const name of Object.keys(chosen)) {
    const s = schema.resolved(doc.components?.securitySchemes?.[name]), value = valueOf(name);
    if (!value) continue;
    if (s.type === "apiKey") to[s.in === "cookie" ? "cookies" : s.in === "query" ? "query" : "headers"].push([s.name, value]);
    else if (s.scheme === "basic") to.headers.push(["Authorization", value.includes(":") ? "Basic " + btoa(value) : value]);
    else to.headers.push(["Authorization", value.includes(" ") ? value : "Bearer " + value]);
  }
}

// form makes the form of an operation.
export function form(doc, o, security) {
  const id = (name) => `${o.id}.${name}`;
  const body = schema.resolved(o.requestBody), types = Object.keys(body.content ?? {});
  const note = element("span", { role: "status" }), answer = element("section", { class: "answer", "aria-label": "The answer", hidden: true });
  const parts = element("div", {});
  const type = element("select", {}, types.map((t) => element("option", { value: t }, t)));
  if (types.length) {
    field(id("type"), type, types[0]);
    type.addEventListener("input", () => showBody(parts, id, body.content, type.value));
    showBody(parts, id, body.content, type.value);
  }
  const headers = field(id("headers"), element("textarea", { rows: 2, spellcheck: "false", placeholder: "Accept: application/json" }));
  const build = () => requestOf(doc, o, security, id, body.content ?? {}, type.value, headers.value);
  const made = element("form", { "aria-label": `Try ${o.id}` },
    element("h3", {}, "Try it"),
    o.parameters.length ? element("fieldset", {}, element("legend", {}, "Parameters"), o.parameters.map((p) => input(id, p))) : null,
    types.length > 1 ? element("label", {}, "Content type ", type) : null,
    parts,
    element("details", { class: "more" }, element("summary", {}, "Other headers"), element("label", {}, "One in each line", headers)),
    element("p", { class: "actions" }, element("button", { type: "submit", class: "primary" }, "Send"), " ",
      curlButton(build, note), " ", note));
  made.addEventListener("submit", (event) => {
    event.preventDefault();
    send(o, build, note, answer);
  });
  return [made, answer];
}

async function send(o, build, note, answer) {
  note.textContent = "sending…";
  try {
    const got = await ask("send", await build());
    note.textContent = "";
    answer.hidden = false;
    const known = [String(got.status), `${String(got.status)[0]}XX`, "default"].some((status) => o.responses?.[status]);
    replace(answer, answerOf(got, element("a", { href: `./#live/${got.entry}` }, "Event and log")));
    answer.scrollIntoView({ block: "nearest" });
    if (!known) answer.children[0].after(element("p", { class: "undocumented warn" }, `The document has no response ${got.status}.`));
  } catch (error) {
    note.textContent = error.message;
  }
}

// input is the field of a parameter.
function input(id, p) {
  const label = [p.name, " ", element("span", { class: "type" }, p.in), p.required ? element("span", { class: "needed" }, "required") : null];
  return element("label", {}, label, control(id(`${p.in}.${p.name}`), p.schema ?? {}, p.required, p.example));
}

// control is a field for a value in text: a choice where there are few values. What has to
// be sent has an example in it at first.
function control(id, own, needed, given) {
  const s = schema.resolved(own), list = s.type === "array";
  const choices = s.enum ?? ("const" in s ? [s.const] : s.type === "boolean" ? [true, false] : null);
  given ??= s.examples?.[0];
  if (choices) {
    const select = element("select", {}, element("option", { value: "" }, "not sent"), choices.map((c) => element("option", { value: plain(c) }, plain(c))));
    return field(id, select, needed ? plain(given ?? choices[0]) : "");
  }
  const hint = list ? "several with commas" : s.default !== undefined ? `default ${plain(s.default)}` : s.format ?? "";
  return field(id, element("input", { autocomplete: "off", spellcheck: "false", placeholder: hint }), needed ? plain(given ?? schema.example(own) ?? "") : "");
}

const plain = (value) => (Array.isArray(value) ? value.map(plain).join(",") : typeof value === "string" ? value : JSON.stringify(value));

const isForm = (type) => type === "application/x-www-form-urlencoded" || type === "multipart/form-data";

// showBody shows the fields of a body of a type: a field for each part of a form, or a text.
function showBody(parts, id, content, type) {
  const media = content[type] ?? {};
  if (!isForm(type)) {
    const one = exampleOf(media);
    const text = one === undefined ? "" : typeof one === "string" && !/json/.test(type) ? one : JSON.stringify(one, null, 2);
    const area = field(id("body." + type), element("textarea", { rows: Math.min(Math.max(text.split("\n").length, 4), 16), spellcheck: "false" }), text);
    replace(parts, element("label", {}, `Body, ${type}`, area));
    return;
  }
  const whole = schema.resolved(media.schema ?? {});
  replace(parts, element("fieldset", {}, element("legend", {}, `Body, ${type}`), Object.entries(whole.properties ?? {}).map(([name, s]) => {
    const needed = whole.required?.includes(name);
    const label = [name, needed ? element("span", { class: "needed" }, "required") : null];
    const file = isFile(s) && field(id(`form.${name}`), element("input", { type: "file", multiple: schema.resolved(s).type === "array" }));
    return element("label", {}, label, file || control(id(`form.${name}`), s, needed));
  })));
}

// isFile reports whether a part of a form is a file, or several.
function isFile(s) {
  s = schema.resolved(s);
  const one = s.type === "array" ? schema.resolved(s.items ?? {}) : s;
  return one.format === "binary" || Boolean(one.contentMediaType) || !("type" in one) && !one.anyOf;
}

// requestOf makes the request that the fields describe. Empty fields aren't sent.
async function requestOf(doc, o, security, id, content, type, headerLines) {
  const to = { headers: [], query: [], cookies: [] };
  let path = o.path;
  for (const p of o.parameters) {
    const value = byId(id(`${p.in}.${p.name}`)).value;
    if (p.in === "path") {
      if (value === "") throw new Error(`The path needs ${p.name}.`);
      const several = greedyPaths.get(o.path)?.includes(p.name);
      path = path.replace(`{${p.name}}`, () => (several ? value.split("/").map(encodeURIComponent).join("/") : encodeURIComponent(value)));
    } else if (value !== "") {
      const repeated = p.in === "query" && schema.resolved(p.schema ?? {}).type === "array" && p.explode !== false;
      const values = repeated ? value.split(",") : [value];
      for (const v of values) to[{ query: "query", header: "headers", cookie: "cookies" }[p.in]].push([p.name, v]);
    }
  }
  authorize(doc, security, to);
  const body = Object.keys(content).length ? await bodyOf(id, content, type) : {};
  if (body.type) to.headers.push(["Content-Type", body.type]);
  if (to.cookies.length) to.headers.push(["Cookie", to.cookies.map(([name, value]) => `${name}=${value}`).join("; ")]);
  const own = headersOf(headerLines), names = new Set(own.map(([name]) => name.toLowerCase()));
  const query = to.query.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join("&");
  return {
    method: o.method.toUpperCase(), path: path + (query ? "?" + query : ""),
    headers: [...to.headers.filter(([name]) => !names.has(name.toLowerCase())), ...own], body: body.text ?? "", base64: body.base64 ?? false,
  };
}

// bodyOf makes the body of the fields.
async function bodyOf(id, content, type) {
  if (!isForm(type)) {
    const text = byId(id("body." + type)).value;
    return text === "" ? {} : { type: type.includes("*") ? undefined : type, text };
  }
  const fields = [];
  for (const [name, s] of Object.entries(schema.resolved(content[type].schema ?? {}).properties ?? {})) {
    const control = byId(id(`form.${name}`));
    if (control.type === "file") for (const file of control.files) fields.push([name, file]);
    else if (control.value !== "") {
      const values = schema.resolved(s).type === "array" ? control.value.split(",") : [control.value];
      for (const v of values) fields.push([name, v]);
    }
  }
  return type === "multipart/form-data" ? multipart(fields) : { type, text: new URLSearchParams(fields).toString() };
}

// multipart has the browser encode a form, and its bytes as base64.
async function multipart(fields) {
  const data = new FormData();
  for (const [name, value] of fields) data.append(name, value);
  const encoded = new Response(data);
  const bytes = new Uint8Array(await encoded.arrayBuffer());
  let text = "";
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return { type: encoded.headers.get("Content-Type"), text: btoa(text), base64: true };
}

// curlButton copies the request as a command.
function curlButton(build, note) {
  return copyButton(async () => {
    note.textContent = "";
    const r = await build();
    if (r.base64) throw new Error("A form with files is no command.");
    const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`;
    return [`curl ${r.method === "GET" ? "" : r.method === "HEAD" ? "-I " : `-X ${r.method} `}${quoted(location.origin + r.path)}`,
      ...r.headers.map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`), ...(r.body ? [`--data-binary ${quoted(r.body)}`] : [])].join(" \\\n  ");
  }, "Copy as curl", (error) => { note.textContent = error.message; });
}
