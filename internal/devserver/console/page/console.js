// The console of local mode. This file has the frame: tabs, what the server says
// of itself, and the stream of what happens; each view is a module of its own.

import { ask, byId, took } from "./dom.js";
import * as live from "./live.js";
import * as log from "./log.js";
import * as trial from "./try.js";
import * as app from "./app.js";
import * as graph from "./graph.js";

const tabs = [...document.querySelectorAll('[role="tab"]')];

// show brings a view to the front.
export function show(name, focus = false) {
  for (const tab of tabs) {
    const chosen = tab.id === "tab-" + name;
    tab.setAttribute("aria-selected", chosen);
    tab.tabIndex = chosen ? 0 : -1;
    byId(tab.getAttribute("aria-controls")).hidden = !chosen;
    if (chosen && focus) tab.focus();
  }
  history.replaceState(null, "", "#" + name);
  if (name === "graph") graph.shown();
}

let wantedEntry = ""; // that the page's address names

function startTabs() {
  const names = tabs.map((tab) => tab.id.slice("tab-".length));
  tabs.forEach((tab, i) => {
    tab.addEventListener("click", () => show(names[i]));
    tab.addEventListener("keydown", (event) => {
      const to = { ArrowRight: i + 1, ArrowLeft: i - 1, Home: 0, End: names.length - 1 }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      show(names[(to + names.length) % names.length], true);
    });
  });
  document.addEventListener("click", (event) => {
    const to = event.target.closest("[data-tab]");
    if (to) show(to.dataset.tab, true);
  });
  const [wanted, id] = location.hash.slice(1).split("/");
  if (names.includes(wanted)) show(wanted);
  if (wanted === "live" && id) wantedEntry = id;
}

let told = 0; // how often an event told of the program's state

// built shows the state of the program.
function built(build) {
  const status = byId("status");
  const state = build.state === "answered" ? "ready" : build.state || "building";
  status.dataset.state = state;
  const time = build.duration ? ` in ${took(build.duration)}` : "";
  const text = {
    building: build.reason ? `building: ${build.reason} changed` : "building…",
    ready: build.state === "answered" && build.generation > 1 ? `answers with the change${time}` : `ready${time}`,
    failed: "doesn't build",
  }[state];
  status.textContent = text;
  byId("failure").hidden = state !== "failed";
  byId("failure-text").textContent = build.error ?? "";
}

// refresh fetches all that isn't told by events.
async function refresh() {
  const before = told;
  const state = await ask("state");
  document.title = state.app ? `${state.app} · chalice local` : "chalice local";
  byId("app-name").textContent = state.app || "chalice local";
  byId("stage").textContent = state.stage;
  byId("front").textContent = state.front ?? "";
  for (const id of ["app-url", "none-url"]) byId(id).href = location.origin + "/";
  byId("app-url").textContent = location.origin + "/";
  if (told === before) built(state.build); // else an event was quicker, and knows better
  trial.update(state);
  app.update(state);
  graph.update(state);
}

// everything fetches what happened while nobody looked.
async function everything() {
  try {
    const [entries, lines] = await Promise.all([ask("entries"), ask("lines"), refresh()]);
    live.reset(entries);
    log.reset(lines, entries);
    if (wantedEntry) live.open(wantedEntry);
    wantedEntry = "";
  } catch (error) {
    lost(error.message);
  }
}

function lost(why) {
  const status = byId("status");
  status.dataset.state = "lost";
  status.textContent = why;
}

// listen follows what happens. The browser connects again by itself.
function listen() {
  const source = new EventSource("api/events");
  const on = (name, does) => source.addEventListener(name, (event) => does(JSON.parse(event.data)));
  source.addEventListener("hello", everything);
  source.addEventListener("error", () => lost("not connected to chalice local"));
  on("begun", live.changed);
  on("ended", live.changed);
  on("line", (line) => { live.line(line); log.add(line); });
  on("build", (build) => {
    told++;
    built(build);
    if (build.state === "ready") refresh().catch((error) => lost(error.message));
  });
  on("lost", everything);
}

startTabs();
live.start({ edit: (entry) => { trial.edit(entry); show("try", true); } });
log.start();
trial.start({ open: (id) => { show("live", true); live.open(id); } });
app.start({ invoke: (name) => { trial.choose(name); show("try", true); } });
graph.start();
listen();
