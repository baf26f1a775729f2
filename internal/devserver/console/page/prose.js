// Shows the part of CommonMark that doc comments become: paragraphs, lists, code, links.
// Whatever else a text has is shown as it is written.

import { element } from "./dom.js";

// prose makes elements of a text.
export function prose(text) {
  const blocks = [];
  for (const block of (text ?? "").replace(/\r\n?/g, "\n").split(/\n(?:[ \t]*\n)+/)) {
    const lines = block.split("\n").filter((line) => line.trim() !== "");
    if (!lines.length) continue;
    const made = blockOf(lines), before = blocks.at(-1);
    if (before && before.localName === made.localName && ["ul", "ol"].includes(made.localName)) before.append(...made.childNodes); // one list
    else blocks.push(made);
  }
  return blocks;
}

const bullet = /^ {0,3}[-*+] +/;
const numbered = /^ {0,3}\d{1,9}[.)] +/;

function blockOf(lines) {
  if (lines.every((line) => /^( {4}|\t)/.test(line))) {
    return element("pre", { tabindex: 0, "aria-label": "Code" }, lines.map((line) => line.replace(/^( {4}|\t)/, "")).join("\n"));
  }
  for (const [mark, name] of [[bullet, "ul"], [numbered, "ol"]]) {
    if (mark.test(lines[0])) return element(name, {}, items(lines, mark).map((item) => element("li", {}, spans(item))));
  }
  const heading = lines.length === 1 && lines[0].match(/^#{1,6} +(.*?) *#*$/);
  if (heading) return element("p", {}, element("strong", {}, spans(heading[1])));
  return element("p", {}, spans(lines.map((line) => line.trim()).join(" ")));
}

// items joins the lines of each item of a list.
function items(lines, mark) {
  const all = [];
  for (const line of lines) {
    if (mark.test(line)) all.push(line.replace(mark, ""));
    else all[all.length - 1] += " " + line.trim();
  }
  return all;
}

const span = /`([^`]+)`|\*\*([^*]+)\*\*|\[([^\]]+)\]\((https?:\/\/[^\s)]+)\)|<(https?:\/\/[^\s>]+)>|\bhttps?:\/\/[^\s<>()]*[^\s<>().,;:!?'"]/g;

// spans takes code, strong text and links out of a line.
function spans(line) {
  const parts = [];
  let at = 0;
  for (const found of line.matchAll(span)) {
    parts.push(unescaped(line.slice(at, found.index)));
    at = found.index + found[0].length;
    const [all, code, strong, label, target, plain] = found;
    if (code) parts.push(element("code", {}, code));
    else if (strong) parts.push(element("strong", {}, unescaped(strong)));
    else parts.push(link(target ?? plain ?? all, label));
  }
  parts.push(unescaped(line.slice(at)));
  return parts;
}

function link(target, label) {
  return element("a", { href: target, target: "_blank", rel: "noopener noreferrer" }, label ?? target);
}

const entities = { lt: "<", gt: ">", amp: "&", quot: '"' };

function unescaped(text) {
  return text.replace(/\\([!-/:-@[-`{-~])|&(lt|gt|amp|quot);/g, (_, escaped, entity) => escaped ?? entities[entity]);
}
