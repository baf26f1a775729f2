// What the app has: routes, functions, and the configuration of the stage.

import { ask, byId, element, replace } from "./dom.js";

let hooks = {};

export function start(given) { hooks = given; }

export function update(state) {
  replace(byId("routes").tBodies[0], state.routes.map(route));
  if (!state.routes.length) replace(byId("routes").tBodies[0], element("tr", {}, element("td", { colspan: 6 }, "The app has no routes.")));
  const open = new Set([...document.querySelectorAll("details.function[open]")].map((d) => d.dataset.name));
  replace(byId("functions"), state.functions.map((f) => functionOf(f, open.has(f.name))));
  byId("config-stage").textContent = state.stage;
  replace(byId("settings").tBodies[0], state.settings.map(setting));
  replace(byId("own"), state.own.map((o) => element("li", {}, element("code", {}, o.prefix), " ", o.name)));
}

// cell is a cell that on a narrow screen shows the name of its column.
function cell(label, ...children) {
  return element("td", { "data-label": label }, ...children);
}

function route(r) {
  return element("tr", {},
    cell("Methods", element("span", { class: "mono strong" }, r.methods.join(" "))),
    cell("Path", element("span", { class: "mono" }, r.path), r.doc ? element("div", { class: "attribute" }, r.doc.split("\n")[0]) : ""),
    cell("Handler", element("span", { class: "mono" }, r.name), element("div", { class: "attribute" }, r.function)),
    cell("Authorizer", ...(r.authorizer ? [r.authorizer + (r.scopes?.length ? ` (${r.scopes.join(", ")})` : "")] : []),
      ...(r.api_key ? [element("div", {}, "API key")] : [])),
    cell("CORS", ...(r.cors ? [r.cors] : [])),
    cell("Source", element("span", { class: "mono" }, r.source ?? "")));
}

function functionOf(f, open) {
  const body = element("div", {});
  const details = element("details", { class: "function", "data-name": f.name, open },
    element("summary", {}, element("span", { class: "name" }, f.name), element("span", { class: "tag" }, f.kind),
      element("span", { class: "about" }, f.triggers.join(", "))),
    body);
  const result = element("div", {});
  replace(body,
    element("dl", {},
      f.source ? [element("dt", {}, "Registered at"), element("dd", { class: "mono" }, f.source)] : null,
      f.options.length ? [element("dt", {}, "Source"), element("dd", {}, f.options.map((o) => element("div", {}, o)))] : null,
      element("dt", {}, "Memory"), element("dd", {}, `${f.memory} MB in Lambda`),
      element("dt", {}, "Timeout"), element("dd", {}, `${f.timeout} s`),
      element("dt", {}, "Variables"), element("dd", { class: "mono" }, f.variables.join(", ") || "none")),
    element("div", { class: "buttons" },
      element("button", { type: "button", onclick: () => hooks.invoke(f.name) }, f.kind === "schedule" ? "Fire" : "Invoke"),
      element("button", { type: "button", onclick: () => fetched(result, "variables/" + encodeURIComponent(f.name), variables) }, "Show values"),
      element("button", { type: "button", onclick: () => fetched(result, "policy/" + encodeURIComponent(f.name), policy) }, "What it may do")),
    result);
  return details;
}

// fetched shows what the server says to a question.
async function fetched(into, path, view) {
  replace(into, element("p", { role: "status", class: "attribute" }, "looking…"));
  try {
    replace(into, view(await ask(path)));
  } catch (error) {
    replace(into, element("p", { role: "status", class: "bad" }, error.message));
  }
}

function variables(all) {
  if (!all.length) return element("p", { class: "attribute" }, "It has none beside Lambda's own.");
  return element("dl", {}, all.flatMap((v) => [
    element("dt", { class: "mono" }, v.name),
    element("dd", {}, element("code", {}, v.unset ? "unset" : v.value), " ",
      element("span", { class: "attribute" }, v.unset ? `${v.from}: an intrinsic, ${v.value}, which has no value here; --env-file can give one` : v.from)),
  ]));
}

function policy(p) {
  return element("div", {},
    p.own ? element("p", {}, p.own) : null,
    !p.own && !p.grants.length ? element("p", {}, "Its source calls nothing in AWS.") : null,
    p.grants.map((g) => element("div", {},
      element("h3", {}, element("code", {}, g.action), " on ", element("code", {}, g.resources.join(", "))),
      element("ul", { class: "reasons" }, g.reasons.map((r) => element("li", {}, r.call,
        r.path.length ? element("ul", { class: "reasons" }, r.path.map((step) => element("li", {}, step))) : null))))),
    p.warnings.length ? [element("h3", { class: "warn" }, "Warnings"), element("ul", { class: "reasons" }, p.warnings.map((w) => element("li", {}, w)))] : null);
}

function setting(s) {
  const value = s.hidden ? element("span", { class: "attribute" }, "shown at the function") : element("code", {}, JSON.stringify(s.value));
  return element("tr", {},
    cell("Function", s.function ? element("span", { class: "mono" }, s.function) : element("span", { class: "attribute" }, "all")),
    cell("Key", element("span", { class: "mono" }, s.key)), cell("Value", value), cell("From", element("span", { class: "mono" }, s.from)));
}
