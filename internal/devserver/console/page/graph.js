// The picture of the app's resources, which can be moved and looked into.

import { ask, byId, replace } from "./dom.js";

let generation = 0, drawn = 0;
let svg = null;
let whole = null; // the picture's own view box
let view = null; // the part that is shown

export function start() {
  const frame = byId("graph");
  byId("zoom-in").addEventListener("click", () => zoom(1 / 1.3));
  byId("zoom-out").addEventListener("click", () => zoom(1.3));
  byId("zoom-fit").addEventListener("click", fit);
  frame.addEventListener("wheel", (event) => {
    if (!svg) return;
    event.preventDefault();
    zoom(Math.exp(Math.sign(event.deltaY) * 0.12), pointOf(event));
  }, { passive: false });
  frame.addEventListener("keydown", keys);
  drag(frame);
  frame.addEventListener("click", (event) => pick(event.target.closest?.("[data-id]")));
}

export function update(state) {
  generation = state.generation ?? 0;
  draw();
}

// shown is called when the view comes to the front.
export function shown() { draw(); }

// draw fetches the picture if it is seen: what is hidden has no size to fit.
async function draw() {
  if (!generation || drawn === generation || byId("view-graph").hidden) return;
  const wanted = generation, note = byId("graph-note");
  try {
    const { svg: text } = await ask("graph");
    const parsed = new DOMParser().parseFromString(text, "image/svg+xml");
    if (parsed.querySelector("parsererror")) throw new Error("the picture can't be read");
    svg = document.importNode(parsed.documentElement, true);
    replace(byId("graph"), svg);
    const box = svg.viewBox.baseVal;
    whole = { x: box.x, y: box.y, width: box.width, height: box.height };
    for (const node of svg.querySelectorAll(".chalice-node")) {
      node.setAttribute("tabindex", "0");
      node.setAttribute("role", "button");
    }
    fit();
    drawn = wanted;
    note.textContent = "";
  } catch (error) {
    note.textContent = error.message;
  }
}

function apply() { svg.setAttribute("viewBox", `${view.x} ${view.y} ${view.width} ${view.height}`); }

// fit shows all of it, but never larger than it was drawn.
function fit() {
  const frame = byId("graph").getBoundingClientRect();
  if (!svg || !frame.width) return;
  const scale = Math.max(whole.width / frame.width, whole.height / frame.height, 1);
  const width = frame.width * scale, height = frame.height * scale;
  view = { x: whole.x - (width - whole.width) / 2, y: whole.y, width, height };
  apply();
}

function zoom(factor, at) {
  if (!svg) return;
  const width = view.width * factor;
  if (width < 80 || width > whole.width * 8 + 4000) return;
  at ??= { x: view.x + view.width / 2, y: view.y + view.height / 2 };
  view = {
    x: at.x - (at.x - view.x) * factor, y: at.y - (at.y - view.y) * factor,
    width, height: view.height * factor,
  };
  apply();
}

// pointOf is the place in the picture that an event is about.
function pointOf(event) {
  const frame = byId("graph").getBoundingClientRect();
  return {
    x: view.x + ((event.clientX - frame.left) / frame.width) * view.width,
    y: view.y + ((event.clientY - frame.top) / frame.height) * view.height,
  };
}

function drag(frame) {
  const pointers = new Map();
  let spread = 0;
  frame.addEventListener("pointerdown", (event) => {
    if (!svg) return;
    pointers.set(event.pointerId, event);
    spread = 0;
  });
  frame.addEventListener("pointermove", (event) => {
    const before = pointers.get(event.pointerId);
    if (!before || !svg) return;
    pointers.set(event.pointerId, event);
    const scale = view.width / frame.getBoundingClientRect().width;
    if (pointers.size === 2) {
      const [a, b] = [...pointers.values()];
      const now = Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
      if (spread) zoom(spread / now, pointOf({ clientX: (a.clientX + b.clientX) / 2, clientY: (a.clientY + b.clientY) / 2 }));
      spread = now;
      return;
    }
    frame.classList.add("moving");
    view.x -= (event.clientX - before.clientX) * scale;
    view.y -= (event.clientY - before.clientY) * scale;
    apply();
  });
  for (const end of ["pointerup", "pointercancel", "pointerleave"]) {
    frame.addEventListener(end, (event) => {
      pointers.delete(event.pointerId);
      frame.classList.remove("moving");
    });
  }
}

function keys(event) {
  if (!svg) return;
  const step = view.width / 12;
  const move = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[event.key];
  if (move) {
    view.x += move[0];
    view.y += move[1];
    apply();
  } else if (event.key === "+" || event.key === "=") zoom(1 / 1.3);
  else if (event.key === "-") zoom(1.3);
  else if (event.key === "0") fit();
  else if (event.key === "Enter" || event.key === " ") pick(event.target.closest?.("[data-id]"));
  else return;
  event.preventDefault();
}

// pick says what a box or a row is.
function pick(node) {
  for (const old of svg?.querySelectorAll(".picked") ?? []) old.classList.remove("picked");
  if (!node) return;
  node.closest(".chalice-node")?.classList.add("picked");
  const title = node.querySelector(":scope > title")?.textContent ?? "";
  byId("graph-note").textContent = title && title !== node.dataset.id ? `${node.dataset.id}: ${title}` : node.dataset.id;
}
