// What a JSON Schema of an OpenAPI document says: as a list of parts, and as an example.

import { element } from "./dom.js";
import { prose } from "./prose.js";

let doc = {}; // the document that references point into

export function use(document) { doc = document; }

// resolved returns what an object with a $ref stands for; what is beside the reference
// counts, too.
export function resolved(object) {
  for (let steps = 0; object?.$ref && steps < 20; steps++) {
    const { $ref, ...beside } = object;
    object = { ...at($ref), ...beside };
  }
  return object ?? {};
}

function at(reference) {
  if (!reference.startsWith("#/")) return {};
  let value = doc;
  for (const part of reference.slice(2).split("/")) {
    value = value?.[decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~")];
  }
  return value ?? {};
}

// nameOf returns the name of the schema that another refers to; undefined: it refers to none.
export function nameOf(schema) {
  return schema?.$ref?.match(/^#\/components\/schemas\/([^/]+)$/)?.[1];
}

// text shows a value as JSON.
export const text = (value) => JSON.stringify(value);

const types = (schema) => [schema.type ?? []].flat();
const alternatives = (schema) => schema.anyOf ?? schema.oneOf ?? [];

// typeOf says in words what a schema is; names of schemas are links.
function typeOf(schema) {
  const name = nameOf(schema);
  if (name) return [element("a", { href: "#schema-" + name }, name)];
  schema ??= {};
  if (schema === true || !Object.keys(schema).length) return ["anything"];
  if (alternatives(schema).length) return joined(alternatives(schema).map(typeOf), " or ");
  if (schema.allOf) return joined(schema.allOf.map(typeOf), " and ");
  const all = types(schema).map((type) => {
    if (type === "array") return ["list of ", ...typeOf(schema.items)];
    if (type === "object" && !schema.properties && typeof schema.additionalProperties === "object") return ["map of ", ...typeOf(schema.additionalProperties)];
    if (type === "string" && (schema.contentEncoding || schema.contentMediaType)) return [`string (${schema.contentEncoding ?? schema.contentMediaType})`];
    return [schema.format && type !== "null" ? `${type} (${schema.format})` : type];
  });
  if (all.length) return joined(all, " or ");
  return [schema.enum || "const" in schema ? "one of" : "anything"];
}

const joined = (lists, between) => lists.flatMap((list, i) => (i ? [between, ...list] : list));

// count says how many there are of something.
export const count = (n, of) => `${n} ${of}${n === 1 ? "" : "s"}`;

// words are the constraints that are shown, and how.
const words = {
  minimum: (v) => `≥ ${text(v)}`, maximum: (v) => `≤ ${text(v)}`, exclusiveMinimum: (v) => `> ${text(v)}`, exclusiveMaximum: (v) => `< ${text(v)}`,
  multipleOf: (v) => `a multiple of ${text(v)}`, minLength: (v) => `at least ${count(v, "character")}`, maxLength: (v) => `at most ${count(v, "character")}`,
  pattern: (v) => `matches ${v}`, minItems: (v) => `at least ${count(v, "item")}`, maxItems: (v) => `at most ${count(v, "item")}`, uniqueItems: (v) => v && "no item twice",
  minProperties: (v) => `at least ${count(v, "member")}`, maxProperties: (v) => `at most ${count(v, "member")}`, enum: (v) => v.map(text).join(" | "), const: text,
  additionalProperties: (v) => v === false && "no other members", default: (v) => `default ${text(v)}`, readOnly: (v) => v && "only in answers", writeOnly: (v) => v && "only in requests",
};

// ranges are the ends of Go's integers, which the format tells as well.
const ranges = ["-2147483648", "2147483647", "4294967295", "-9223372036854775808", "9223372036854775807", "18446744073709551615"];
const isRange = (word, value) => (word === "minimum" || word === "maximum") && ranges.includes(text(value));

function rules(schema) {
  const all = Object.entries(words).filter(([word]) => schema?.[word] !== undefined && !isRange(word, schema[word])).map(([word, say]) => say(schema[word])).filter(Boolean);
  return all.length ? element("div", { class: "rules" }, all.join(", ")) : null;
}

// part shows a named thing with a schema: a parameter, a header, a member.
export function part(name, schema, about = {}, open = [], depth = 0) {
  const own = resolved(schema), description = about.description ?? (nameOf(schema) ? schema.description : own.description);
  return element("li", {},
    name === null ? null : element("span", { class: "name" }, name), element("span", { class: "type" }, about.place, typeOf(schema)),
    about.required ? element("span", { class: "needed" }, "required") : null,
    about.deprecated || own.deprecated ? element("span", { class: "needed" }, "deprecated") : null,
    element("div", { class: "prose" }, prose(description)),
    rules(nameOf(schema) ? leaf(schema) : schema), rules(nameOf(schema) ? null : schema?.items),
    examples([about.example, ...Object.values(about.examples ?? {}).map((e) => resolved(e).value), ...(nameOf(schema) ? [] : [own.example, ...(own.examples ?? [])])]),
    members(schema, open, depth));
}

function examples(all) {
  const given = all.filter((one) => one !== undefined && (one === null || typeof one !== "object" || JSON.rawJSON && JSON.isRawJSON(one)));
  return given.length ? element("div", { class: "rules" }, `for example ${given.map(text).join(", ")}`) : null;
}

// leaf returns what a reference stands for if that has no parts of its own.
function leaf(schema) {
  const whole = resolved(schema);
  return whole.properties || whole.items || whole.additionalProperties || alternatives(whole).length ? schema : whole;
}

const DEEP = 2; // levels of members that are shown at once

// members shows what a schema consists of, within the schemas with some names.
export function members(schema, open = [], depth = 0) {
  const name = nameOf(schema);
  if (name && open.includes(name)) return null; // the link leads there
  const inside = name ? [...open, name] : open;
  const whole = resolved(schema);
  const children = [...alternatives(whole), ...(whole.allOf ?? []), whole.items, whole.additionalProperties].filter((s) => s && hasMembers(s, inside));
  if (!whole.properties && children.length === 1) return members(children[0], inside, depth);
  const list = [
    ...Object.entries(whole.properties ?? {}).map(([key, value]) => part(key, value, { required: whole.required?.includes(key) }, inside, depth + 1)),
    ...children.map((child) => part(null, child, {}, inside, depth + 1)),
  ];
  if (!list.length) return null;
  const parts = element("ul", { class: "parts" }, list);
  return depth < DEEP ? parts : element("details", { class: "more" }, element("summary", {}, count(list.length, "member")), parts);
}

// whole shows all that there is to say of a schema.
export function whole(reference) {
  const s = resolved(reference);
  return [element("div", { class: "prose" }, prose(s.description)), rules(s), members(reference)];
}

function hasMembers(schema, open) {
  const name = nameOf(schema);
  if (open.includes(name)) return false;
  const inside = name ? [...open, name] : open;
  const whole = resolved(schema);
  return Boolean(whole.properties) || [...alternatives(whole), ...(whole.allOf ?? []), whole.items, whole.additionalProperties].some((s) => s && typeof s === "object" && hasMembers(s, inside));
}

// formats are examples of strings.
const formats = {
  "date-time": "2026-01-02T15:04:05Z", date: "2026-01-02", time: "15:04:05Z", duration: "PT1M30S", uuid: "7c0f1a52-3b4d-4e5f-8a9b-0c1d2e3f4a5b", email: "ann@example.com",
  uri: "https://example.com/", "uri-reference": "/a", ipv4: "192.0.2.1", ipv6: "2001:db8::1", hostname: "example.com", byte: "SGVsbG8=",
};

// example returns a value that a schema could describe. Patterns aren't followed.
export function example(schema, open = []) {
  const name = nameOf(schema);
  if (name && open.includes(name)) return undefined;
  const inside = name ? [...open, name] : open;
  const s = resolved(schema);
  for (const given of [s.example, s.examples?.[0], s.default, s.const, s.enum?.[0]]) if (given !== undefined) return given;
  if (s.allOf) return Object.assign({}, ...s.allOf.map((one) => example(one, inside)));
  if (alternatives(s).length) return example(alternatives(s).find((one) => one.type !== "null") ?? {}, inside);
  const type = types(s).find((one) => one !== "null") ?? (s.properties ? "object" : types(s)[0]);
  const make = { object: objectOf, array: arrayOf, string: stringOf, integer: numberOf, number: numberOf, boolean: () => true, null: () => null }[type];
  return make ? make(s, inside, type) : {};
}

function objectOf(s, open) {
  const o = {};
  for (const [key, value] of Object.entries(s.properties ?? {})) {
    const one = example(value, open);
    if (one !== undefined) Object.defineProperty(o, key, { value: one, enumerable: true, configurable: true, writable: true }); // also __proto__
  }
  if (!s.properties && typeof s.additionalProperties === "object") {
    const one = example(s.additionalProperties, open);
    if (one !== undefined) o.key = one;
  }
  return o;
}

function arrayOf(s, open) {
  const one = example(s.items ?? {}, open);
  return one === undefined ? [] : Array(Math.min(Math.max(s.minItems ?? 1, s.maxItems === 0 ? 0 : 1), 20)).fill(one);
}

function stringOf(s) {
  if (formats[s.format]) return formats[s.format];
  if (s.contentEncoding === "base64") return formats.byte;
  return "text".padEnd(Math.min(s.minLength ?? 0, 1000), "t").slice(0, s.maxLength ?? undefined);
}

function numberOf(s, _, type) {
  const step = s.multipleOf ?? (type === "integer" ? 1 : 0.5);
  let n = s.minimum ?? (s.exclusiveMinimum !== undefined ? s.exclusiveMinimum + step : undefined);
  if (n === undefined) n = Math.min(1, s.maximum ?? (s.exclusiveMaximum !== undefined ? s.exclusiveMaximum - step : 1));
  if (typeof n === "number" && s.multipleOf) n = Math.ceil(n / s.multipleOf) * s.multipleOf;
  return n;
}
