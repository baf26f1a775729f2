// What the app was asked, and for one of them all that is known.

import { ask, byId, clock, copyButton, element, logLine, outcomeClass, pretty, replace, took } from "./dom.js";

const most = 1000;
let entries = new Map(); // by id, the oldest first
let rows = new Map();
let chosen = "";
let paused = false;
let hooks = {};
let refetch = 0;

export function start(given) {
  hooks = given;
  byId("live-filter").addEventListener("input", filterRows);
  byId("live-pause").addEventListener("click", (event) => {
    paused = !paused;
    event.currentTarget.setAttribute("aria-pressed", paused);
    event.currentTarget.textContent = paused ? "Go on" : "Pause";
    if (!paused) render();
  });
  byId("live-clear").addEventListener("click", () => { entries.clear(); render(); });
}

export function reset(all) {
  entries = new Map(all.map((entry) => [entry.id, entry]));
  if (!paused) render();
}

// changed takes an entry that has begun, or is done.
export function changed(entry) {
  entries.set(entry.id, entry);
  if (entries.size > most) {
    const oldest = entries.keys().next().value;
    entries.delete(oldest);
    rows.get(oldest)?.remove();
    rows.delete(oldest);
  }
  if (!paused) place(entry);
  if (entry.id === chosen && entry.done) load(entry.id);
}

// line notes that an invocation printed something.
export function line(l) {
  const entry = entries.get(chosen);
  if (!entry || !entry.invocations?.some((i) => i.request_id === l.request_id)) return;
  clearTimeout(refetch);
  refetch = setTimeout(() => load(chosen), 60);
}

// open chooses an entry, which may be about to come.
export function open(id) { choose(id); }

function render() {
  rows = new Map();
  const body = byId("entries-body");
  replace(body);
  for (const entry of entries.values()) place(entry);
  byId("entries-none").hidden = entries.size > 0;
}

function place(entry) {
  const row = rowOf(entry);
  const old = rows.get(entry.id);
  if (old) {
    const focused = old.contains(document.activeElement);
    old.replaceWith(row);
    if (focused) row.querySelector("button").focus();
  } else {
    byId("entries-body").prepend(row);
  }
  rows.set(entry.id, row);
  row.hidden = !matches(row);
  byId("entries-none").hidden = true;
}

const kinds = { invoke: "invoke", websocket: "websocket", poll: "poll", event: "event" };

function rowOf(entry) {
  const cold = entry.invocations?.some((i) => i.cold);
  const what = entry.kind === "http" ? entry.method : kinds[entry.kind] ?? entry.kind;
  const status = entry.status || (entry.done ? (entry.error ? "failed" : "done") : "…");
  return element("tr", { class: entry.id === chosen ? "chosen" : null, onclick: () => choose(entry.id) },
    element("td", { class: "time" }, clock(entry.time)),
    element("td", {}, element("button", { type: "button", "aria-pressed": entry.id === chosen },
      element("span", { class: "what" }, what), " ", entry.path ?? ""),
    ...(cold ? [element("span", { class: "cold", title: "a process was started for it" }, "cold")] : [])),
    element("td", { class: "strong " + (entry.done ? outcomeClass(entry.status, entry.error) : "time") }, String(status)),
    element("td", { class: "number" }, took(entry.duration)));
}

function matches(row) {
  const wanted = byId("live-filter").value.trim().toLowerCase();
  return !wanted || wanted.split(/\s+/).every((word) => row.textContent.toLowerCase().includes(word));
}

function filterRows() {
  for (const row of rows.values()) row.hidden = !matches(row);
}

function choose(id) {
  const before = chosen;
  chosen = id;
  for (const one of [before, id]) {
    const row = rows.get(one);
    if (!row) continue;
    row.classList.toggle("chosen", one === id);
    row.querySelector("button").setAttribute("aria-pressed", one === id);
  }
  load(id);
}

async function load(id) {
  try {
    const entry = await ask("entries/" + encodeURIComponent(id));
    if (id === chosen) detail(entry);
  } catch (error) {
    if (id === chosen) replace(byId("detail"), element("p", { class: "bad" }, error.message));
  }
}

function detail(entry) {
  const name = entry.kind === "http" ? `${entry.method} ${entry.path}` : `${entry.kind} ${entry.path ?? ""}`;
  const note = element("span", { role: "status" });
  const again = element("button", {
    type: "button",
    onclick: async () => {
      note.textContent = "sending…";
      try {
        const result = await ask(`entries/${encodeURIComponent(entry.id)}/again`, {});
        note.textContent = result.error ? "sent: it failed again" : result.status ? `sent: ${result.status}` : "sent";
        if (result.entry) choose(result.entry);
      } catch (error) {
        note.textContent = error.message;
      }
    },
  }, "Send again");
  const edit = entry.kind === "http"
    ? element("button", { type: "button", onclick: () => hooks.edit(entry) }, "Edit and send") : null;
  replace(byId("detail"),
    element("div", { class: "heading" }, element("h2", {}, name), again, edit, note),
    summary(entry),
    entry.error ? [element("h3", {}, "What went wrong"), element("pre", { tabindex: 0, class: "bad" }, entry.error)] : null,
    entry.next ? [element("h3", {}, "What comes next"), element("p", {}, entry.next)] : null,
    ...entry.invocations.flatMap((i) => invocation(i, entry.invocations.length > 1)),
    entry.invocations.length || !entry.done ? null
      : element("p", { class: "none" }, "No function was invoked: the gateway answered by itself."));
}

function summary(entry) {
  return element("dl", {},
    element("dt", {}, "Status"),
    element("dd", { class: "strong " + (entry.done ? outcomeClass(entry.status, entry.error) : "time") },
      String(entry.status || (entry.done ? (entry.error ? "failed" : "done") : "under way"))),
    element("dt", {}, "Began"), element("dd", {}, clock(entry.time)),
    entry.done ? [element("dt", {}, "Took"), element("dd", {}, took(entry.duration))] : null);
}

function invocation(i, several) {
  const event = pretty(i.event), response = pretty(i.response);
  return [
    several ? element("h2", {}, i.function) : null,
    element("dl", {},
      element("dt", {}, "Function"), element("dd", { class: "mono" }, i.function),
      element("dt", {}, "Request id"), element("dd", { class: "mono" }, i.request_id),
      element("dt", {}, "Process"), element("dd", {}, i.cold ? "cold: started for it" : "warm"),
      element("dt", {}, "Duration"), element("dd", {}, took(i.duration) || "–")),
    i.error ? [element("h3", {}, "Error"), element("pre", { tabindex: 0, class: "bad" }, i.error)] : null,
    element("h3", {}, "Log"),
    i.log?.length ? element("ol", { class: "lines" }, i.log.map(logLine)) : element("p", { class: "none" }, "It printed nothing."),
    i.dropped ? element("p", { class: "none" }, "Event, response and log are no longer kept: newer ones are large.") : [
      part("Response", response, i.response === null), part("Event", event, i.event === null)],
  ].flat();
}

function part(title, text, missing) {
  if (missing) return [element("h3", {}, title), element("p", { class: "none" }, "none")];
  return [
    element("div", { class: "heading" }, element("h3", {}, title), copyButton(text)),
    element("pre", { tabindex: 0, "aria-label": title }, text),
  ];
}
