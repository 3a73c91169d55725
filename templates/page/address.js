
// The state of the page in the fragment of its address, as in `#filter=radius&nodes=-added`. So a
// link to the page shows what its author saw.

const address = {
  /** Called when the reader follows a link, or edits the address. */
  follow: () => {},

  parameters() {
    const fragment = location.hash.slice(1);
    return new URLSearchParams(fragment.includes("=") ? fragment : "");
  },

  get(key) {
    return address.parameters().get(key) ?? "";
  },

  /** Changes some parameters. Empty ones are removed. */
  set(changes) {
    const parameters = address.parameters();
    for (const [key, value] of Object.entries(changes)) {
      value ? parameters.set(key, value) : parameters.delete(key);
    }
    const fragment = parameters.toString();
    history.replaceState(null, "", fragment ? `#${fragment}` : location.pathname + location.search);
  },
};

addEventListener("hashchange", () => address.follow());

/** Returns the filter: a field with the number of matches. `apply` gets the wanted words. */
function filterBar({ placeholder, apply, controls = [] }) {
  const field = element("input", {
    id: "filter", type: "search", placeholder, autocomplete: "off", spellcheck: "false", autocapitalize: "off",
    "aria-describedby": "matches",
  });
  const status = element("p", { class: "status", id: "matches", role: "status" });
  const run = () => { status.textContent = apply(field.value.trim()); };
  field.addEventListener("input", () => {
    address.set({ filter: field.value.trim() });
    run();
  });
  const change = text => {
    field.value = text;
    address.set({ filter: text });
    run();
  };
  document.addEventListener("keydown", event => {
    const isTyping = event.target.matches("input, select, textarea");
    if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      field.focus();
      field.select();
    } else if (event.key === "Escape" && field.value) {
      event.preventDefault();
      change("");
    }
  });
  const label = element("label", {}, spoken("Filter"), field, element("kbd", { "aria-hidden": "true" }, "/"));
  const bar = element("search", { class: "bar" }, label, controls, status);
  return { bar, field, run, change };
}

/** Returns the words of a filter. All of them must match. */
function wordsOf(text) {
  return text.toLowerCase().split(/\s+/u).filter(word => word !== "");
}
