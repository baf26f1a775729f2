// Forms to send a request to the app, and to invoke a function.

import { ask, byId, element, pretty, replace } from "./dom.js";
import { answerOf, headersOf } from "./answer.js";

let hooks = {};
let sampled = ""; // the sample that the event is, as long as nobody edits it

export function start(given) {
  hooks = given;
  byId("send-form").addEventListener("submit", send);
  byId("invoke-form").addEventListener("submit", invoke);
  byId("invoke-sample").addEventListener("click", () => sample(true));
  byId("invoke-function").addEventListener("change", () => sample(false));
}

// update offers the routes and functions that there are.
export function update(state) {
  replace(byId("paths"), [...new Set(state.routes.map((r) => r.path))].map((path) => element("option", { value: path })));
  const select = byId("invoke-function"), before = select.value;
  replace(select, state.functions.map((f) => element("option", { value: f.name }, f.name)));
  if (state.functions.some((f) => f.name === before)) select.value = before;
  else if (state.functions.length) sample(false);
  for (const id of ["invoke-function", "invoke-sample"]) byId(id).disabled = state.functions.length === 0;
}

// choose prepares the invocation of a function.
export function choose(name) {
  byId("invoke-function").value = name;
  sample(false);
}

// edit fills the form with a request that was sent before.
export function edit(entry) {
  byId("send-method").value = entry.method;
  byId("send-path").value = entry.path;
  const event = entry.invocations.at(-1)?.event;
  const headers = Object.entries(event?.multiValueHeaders ?? {}).flatMap(([name, values]) => values.map((value) => `${name}: ${value}`));
  byId("send-headers").value = headers.filter((line) => !/^x-forwarded-|^host:/i.test(line)).join("\n");
  byId("send-body").value = event?.isBase64Encoded ? "" : event?.body ?? "";
}

async function send(event) {
  event.preventDefault();
  const note = byId("send-note");
  note.textContent = "sending…";
  try {
    if (!byId("send-path").value.startsWith("/")) throw new Error("The path has to start with a slash.");
    const answer = await ask("send", {
      method: byId("send-method").value, path: byId("send-path").value,
      headers: headersOf(byId("send-headers").value), body: byId("send-body").value,
    });
    note.textContent = "";
    showAnswer(answer);
  } catch (error) {
    note.textContent = error.message;
  }
}

function showAnswer(answer) {
  const result = byId("send-result");
  result.hidden = false;
  replace(result, answerOf(answer, element("button", { type: "button", onclick: () => hooks.open(answer.entry) }, "Event and log")));
}

// sample fetches an event of the function's kind. It replaces only what nobody
// has edited, unless the user asks for it.
async function sample(asked) {
  const name = byId("invoke-function").value, area = byId("invoke-event");
  if (!name || (!asked && area.value !== sampled && area.value.trim() !== "{}" && area.value.trim() !== "")) return;
  const before = area.value;
  try {
    const event = pretty(await ask("sample/" + encodeURIComponent(name)));
    if (area.value !== before) return; // somebody has written one meanwhile
    area.value = sampled = event;
    byId("invoke-note").textContent = "";
  } catch (error) {
    byId("invoke-note").textContent = error.message;
  }
}

async function invoke(event) {
  event.preventDefault();
  const note = byId("invoke-note"), name = byId("invoke-function").value;
  const text = byId("invoke-event").value.trim() || "{}";
  try {
    JSON.parse(text);
  } catch (error) {
    note.textContent = `The event is no JSON: ${error.message}`;
    return;
  }
  note.textContent = "running…";
  try {
    // The text goes as it is: parsed and written again, long numbers would change.
    const response = await fetch("api/functions/" + encodeURIComponent(name), {
      method: "POST", headers: { "Content-Type": "application/json" }, body: `{"event":${text}}`,
    });
    const outcome = await response.json();
    if (!response.ok) throw new Error(outcome.message);
    note.textContent = "";
    showOutcome(outcome);
  } catch (error) {
    note.textContent = error.message;
  }
}

function showOutcome(outcome) {
  const result = byId("invoke-result");
  result.hidden = false;
  replace(result,
    element("h2", { class: outcome.error ? "bad" : "good" }, outcome.error ? "It failed" : "It succeeded"),
    outcome.error ? element("pre", { tabindex: 0, "aria-label": "Error", class: "bad" }, outcome.error) : null,
    outcome.payload === null && outcome.error ? null
      : element("pre", { tabindex: 0, "aria-label": "Result" }, pretty(outcome.payload)));
}
