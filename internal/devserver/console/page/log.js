// All lines of the log, the server's own and those of functions.

import { byId, logLine, replace } from "./dom.js";

const most = 2000;

export function start() {
  byId("log-filter").addEventListener("input", () => {
    for (const item of byId("log-lines").children) item.hidden = !matches(item);
    follow();
  });
  byId("log-clear").addEventListener("click", () => replace(byId("log-lines")));
  byId("log-follow").addEventListener("change", follow);
}

// reset shows lines of the server's own and those of all entries, by time.
export function reset(lines, entries) {
  const all = [...lines, ...entries.flatMap((e) => (e.invocations ?? []).flatMap((i) => i.log ?? []))];
  all.sort((a, b) => new Date(a.time) - new Date(b.time));
  replace(byId("log-lines"), all.slice(-most).map(itemOf));
  follow();
}

export function add(line) {
  const log = byId("log-lines");
  log.append(itemOf(line));
  while (log.children.length > most) log.firstElementChild.remove();
  follow();
}

function itemOf(line) {
  const item = logLine(line);
  item.hidden = !matches(item);
  return item;
}

function matches(item) {
  const wanted = byId("log-filter").value.trim().toLowerCase();
  return !wanted || wanted.split(/\s+/).every((word) => item.textContent.toLowerCase().includes(word));
}

function follow() {
  const log = byId("log");
  if (byId("log-follow").checked) log.scrollTop = log.scrollHeight;
}
