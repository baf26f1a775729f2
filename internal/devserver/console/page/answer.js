// What is sent to the app by hand, and what it answers.

import { copyButton, element, outcomeClass, prettyText } from "./dom.js";

// headersOf reads headers, one in each line.
export function headersOf(text) {
  return text.split("\n").map((line) => line.trim()).filter(Boolean).map((line) => {
    const at = line.indexOf(":");
    if (at < 1) throw new Error(`“${line}” is no header: write Name: value`);
    return [line.slice(0, at).trim(), line.slice(at + 1).trim()];
  });
}

// answerOf shows an answer, with something that leads to its event.
export function answerOf(answer, more) {
  const body = answer.base64 ? `${atob(answer.body).length} bytes that are no text` : prettyText(answer.body);
  return [
    element("div", { class: "heading" },
      element("h2", { class: outcomeClass(answer.status) }, `${answer.status} ${answer.reason}`),
      answer.base64 ? null : copyButton(answer.body, "Copy body"), more),
    element("h3", {}, "Body"),
    answer.body ? element("pre", { tabindex: 0, "aria-label": "Body" }, body) : element("p", { class: "none" }, "The body is empty."),
    element("h3", {}, "Headers"),
    element("dl", {}, Object.entries(answer.headers).sort().flatMap(([name, values]) =>
      values.flatMap((value) => [element("dt", {}, name), element("dd", { class: "mono" }, value)]))),
  ];
}
