
"use strict";

// Making elements. Texts of the data become text nodes, and never markup.

/** Returns a new element. A value that is a function listens to the event of its name. */
function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") {
      made.addEventListener(name, value);
    } else if (value !== null && value !== undefined && value !== false) {
      made.setAttribute(name, value === true ? "" : value);
    }
  }
  made.append(...children.flat(2).filter(child => child !== null && child !== undefined));
  return made;
}

/** Returns a text that breaks after its separators, and not within a word or an address. */
function breakable(text) {
  const parts = text.split(/(?<=[/.\-_:@])(?=\p{L})/u);
  return parts.flatMap((part, index) => index === 0 ? [part] : [element("wbr"), part]);
}

/** Returns a name of the configuration. Text from right to left does not reorder its surroundings. */
function named(text) {
  return element("bdi", {}, breakable(text));
}

/** The most characters of a name that certainly fit a phone. */
const FITTING = 26;

/** Returns the name of a node, which breaks after its router alone, unless that is very long. */
function nodeName(text) {
  const end = text.indexOf("/") + 1;
  const part = name => element("span", { class: name.length <= FITTING ? "nowrap" : null }, name);
  return element("bdi", {}, text.length <= FITTING ? part(text) : [part(text.slice(0, end)), element("wbr"), part(text.slice(end))]);
}

const NUMBER = new Intl.NumberFormat("en");

/** Returns a number with a comma before each group of three digits. */
function number(value) {
  return NUMBER.format(value);
}

/** Returns `1 node`, `2 nodes`. */
function counted(count, noun) {
  return `${number(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** Returns a text for screen readers alone. */
function spoken(text) {
  return element("span", { class: "hidden-label" }, text);
}

/** Returns a link to a place in the page, which keeps the filter when it is followed. */
function placeLink(key, value, attributes, ...children) {
  const follow = event => {
    event.preventDefault();
    address.set({ edit: null, node: null, [key]: value });
    address.follow();
  };
  const href = `#${new URLSearchParams({ [key]: value })}`;
  return element("a", { href, click: follow, ...attributes }, ...children);
}

/** Moves the focus to an element that is no control. */
function focus(target) {
  target.setAttribute("tabindex", "-1");
  target.focus({ preventScroll: true });
  target.scrollIntoView({ block: "start" });
}

/** Returns links for the keyboard, each to a section of the page. */
function skipLinks(targets) {
  const link = ([text, target]) => {
    const skip = event => {
      event.preventDefault();
      target.matches("input") ? target.focus() : focus(target);
    };
    return element("a", { href: `#${target.id}`, click: skip }, text);
  };
  return element("nav", { class: "skips", "aria-label": "Skip links" }, targets.map(link));
}
