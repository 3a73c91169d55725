
// Long lists. The first items are made at once, and more of them on demand.

class GrowingList {
  /** `place` gets the elements that `make` returns, and `after` a button for more of them. */
  constructor(place, { chunk, noun, make }) {
    Object.assign(this, { place, chunk, noun, make, items: [], shown: 0 });
    this.button = element("button", { type: "button", class: "more", hidden: true, click: () => this.growByButton() });
  }

  /** Shows other items. */
  show(items) {
    this.items = items;
    this.shown = 0;
    this.place.replaceChildren();
    // A short rest needs no button.
    this.grow(items.length < 2 * this.chunk ? items.length : this.chunk);
  }

  /** Makes more elements. */
  grow(count) {
    const items = this.items.slice(this.shown, this.shown + count);
    this.shown += items.length;
    const made = document.createDocumentFragment();
    items.forEach(item => made.append(this.make(item)));
    this.place.append(made);
    const left = this.items.length - this.shown;
    this.button.hidden = left === 0;
    const next = Math.min(left, this.chunk);
    this.button.textContent = next === left ? `Show the other ${counted(left, this.noun)}`
      : `Show ${number(next)} more of ${counted(left, this.noun)}`;
  }

  growByButton() {
    const before = this.place.children.length;
    this.grow(this.chunk);
    const first = this.place.children[before];
    // The button may be gone, and a reader continues at the first new element.
    (first?.querySelector("a, button, [tabindex]") ?? first)?.focus();
  }

  /** Makes the elements up to an item. Returns false if the list does not have it. */
  reveal(item) {
    const index = this.items.indexOf(item);
    if (index >= this.shown) {
      this.grow(index + 1 - this.shown);
    }
    return index >= 0;
  }
}

/** The functions that unfold a page before it is printed, and fold it again. */
const forPrint = [];

addEventListener("beforeprint", () => forPrint.forEach(({ before }) => before()));
addEventListener("afterprint", () => forPrint.forEach(({ after }) => after?.()));

/** Makes the content of each folded list. */
const fillers = new WeakMap();

/** Returns a list that is folded, and made when it is unfolded. */
function folded(title, fill) {
  const body = element("div");
  const summary = element("summary", {}, title);
  const details = element("details", {}, summary, body);
  const fillOnce = () => {
    if (fillers.delete(details)) {
      body.append(...[fill()].flat());
    }
  };
  fillers.set(details, fillOnce);
  // A click comes from the keyboard, too, and before the list is unfolded.
  summary.addEventListener("click", fillOnce);
  return details;
}

/** Unfolds all lists, for paper. */
function unfoldAll() {
  for (const details of document.querySelectorAll("details")) {
    fillers.get(details)?.();
    details.open = true;
  }
}
