// Small helpers. Everything that comes from the app becomes a text node: nothing
// here ever parses it as HTML.

export const byId = (id) => document.getElementById(id);

// element makes an element. Children are elements, texts, or lists of these; properties that start
// with "on" are listeners, "class" and "data-..." are attributes.
export function element(name, properties = {}, ...children) {
  const e = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) e.addEventListener(key.slice(2), value);
    else e.setAttribute(key, value === true ? "" : value);
  }
  e.append(...children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== false));
  return e;
}

// replace puts new children in the place of the old ones.
export function replace(parent, ...children) {
  parent.replaceChildren(...children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== false));
}

// ask calls the console's API. What it throws has a message for the user.
export async function ask(path, body) {
  const options = body === undefined ? {} : {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
  };
  let response;
  try {
    response = await fetch("api/" + path, options);
  } catch {
    throw new Error("chalice local doesn't answer: has it ended?");
  }
  const result = await response.json().catch(() => ({ message: `status ${response.status} without an explanation` }));
  if (!response.ok) throw new Error(result.message);
  return result;
}

// took shows a duration in nanoseconds.
export function took(ns) {
  if (!ns) return "";
  const ms = ns / 1e6;
  if (ms < 1) return `${ms.toFixed(2)} ms`;
  if (ms < 100) return `${ms.toFixed(1)} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  return `${(ms / 1000).toFixed(1)} s`;
}

// clock shows a time of today.
export function clock(text) {
  const at = new Date(text);
  const two = (n) => String(n).padStart(2, "0");
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

// pretty shows a JSON value, or a text that isn't JSON as it is.
export function pretty(value) {
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

// prettyText indents a text that is JSON, and leaves any other.
export function prettyText(text) {
  const trimmed = text.trimStart();
  if (!trimmed.startsWith("{") && !trimmed.startsWith("[")) return text;
  try {
    // Numbers beyond 2^53 would change: such a text stays as it came.
    if (/\d{16,}/.test(text)) return text;
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

// outcomeClass is the colour of a status.
export function outcomeClass(status, error) {
  if (status >= 500 || (!status && error)) return "bad";
  if (status >= 400) return "warn";
  return "good";
}

// levels are the colours of log levels.
const levels = { ERROR: "bad", WARN: "warn", DEBUG: "time" };

// logLine shows a line of the log: of a line in JSON its level, message and
// attributes.
export function logLine(line) {
  const item = element("li", {}, element("span", { class: "time" }, clock(line.time)));
  let text = line.text, attributes = [];
  if (text.startsWith("{")) {
    try {
      const { time, timestamp, level, msg, message, requestId, function: fn, ...rest } = JSON.parse(text);
      if (msg !== undefined || message !== undefined) {
        text = String(msg ?? message);
        attributes = Object.entries(rest);
      }
    } catch { /* it only looks like JSON */ }
  }
  if (line.level) item.append(element("span", { class: "level " + (levels[line.level] ?? "good") }, line.level));
  if (line.function) item.append(element("span", { class: "attribute" }, line.function));
  item.append(element("span", { class: "text" }, text, ...attributes.flatMap(([key, value]) => [
    " ", element("span", { class: "attribute" }, `${key}=`), typeof value === "string" ? value : JSON.stringify(value),
  ])));
  return item;
}

// copyButton copies a text, or one that a function makes; what that throws goes to failed.
export function copyButton(text, label = "Copy", failed = undefined) {
  return element("button", {
    type: "button",
    onclick: async (event) => {
      const button = event.currentTarget;
      try {
        await navigator.clipboard.writeText(typeof text === "function" ? await text() : text);
      } catch (error) {
        if (!failed) throw error;
        failed(error);
        return;
      }
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = label; }, 1200);
    },
  }, label);
}
