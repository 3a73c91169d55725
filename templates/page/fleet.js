
// The page of `fleet`: which routers have what was published.

/** The states that are no fault, with their signs. All others have an exclamation mark. */
const MINION_SIGNS = { "up-to-date": "\u25cf", waiting: "\u25d0", held: "\u25d0", "not-answering": "?", "bad-answer": "?" };

function showFleet({ states, minions }, main) {
  const words = state => states[state].replaceAll("-", " ");
  const rows = minions.map(([minion, id, state, details], index) => {
    const node = id === null ? "" : id.join("/");
    const text = `${minion} ${node} ${states[state]} ${words(state)} ${details ?? ""}`.toLowerCase();
    return { index, minion, node, state, details, text };
  });
  // Those that are up to date have the first state, and come last.
  const keys = { state: row => row.state === 0 ? states.length : row.state, minion: row => row.minion, node: row => row.node };
  const columns = [{ text: "Node", key: "node" }, { text: "State", key: "state" }, { text: "Details" }, { text: "Minion", key: "minion" }];
  const head = sortableHead(columns, key => {
    address.set({ minions: nextOrder(address.get("minions") || "state", key).replace(/^state$/u, "") });
    filter.run();
  });
  const body = element("tbody");
  const make = ({ minion, node, state, details }) => element(
    "tr", {},
    element("th", { scope: "row" }, node === "" ? element("span", { class: "quiet" }, "none") : nodeName(node)),
    element("td", { class: "nowrap" }, element("span", { class: state === 0 ? "cell routed" : "cell held", "aria-hidden": "true" }, MINION_SIGNS[states[state]] ?? "!"), words(state)),
    element("td", { class: "details" }, details === null ? "" : named(details)),
    element("td", { class: "nowrap quiet" }, named(minion)),
  );
  const list = new GrowingList(body, { chunk: 50, noun: "minion", make });
  const section = sectionOf("minions", "Minions", null, scrolling("Minions", element("table", { class: "wide" }, head, body)), list.button);
  const nothing = element("p", { class: "empty", hidden: true }, "No minion matches the filter. Press Escape to clear it.");
  const filter = filterBar({
    placeholder: "Filter by minion, node or state",
    apply: text => {
      const found = rows.filter(row => wordsOf(text).every(word => row.text.includes(word)));
      const order = address.get("minions") || "state";
      list.show(sorted(found, order, keys));
      markSorted(head, order);
      section.hidden = found.length === 0;
      nothing.hidden = found.length > 0;
      return `${number(found.length)} of ${counted(rows.length, "minion")}${text === "" ? "" : " match"}`;
    },
  });
  const risk = state => {
    const those = rows.filter(row => row.state === state);
    const show = event => {
      event.preventDefault();
      filter.change(states[state]);
    };
    const first = those.slice(0, 3).map(row => row.minion).join(", ");
    const href = `#${new URLSearchParams({ filter: states[state] })}`;
    return those.length === 0 ? null : element(
      "li", { class: "risk" }, element("span", { class: "mark", "aria-hidden": "true" }, MINION_SIGNS[states[state]] ?? "!"),
      element("div", {}, element("b", {}, `${counted(those.length, "minion")}: ${words(state)}`), " \u2014 ", named(first), those.length > 3 ? ", \u2026 " : " ",
        element("a", { href, click: show, "aria-label": `Show the minions in state ${words(state)}` }, "show")),
    );
  };
  const risks = states.map((_, state) => state).slice(1).map(risk).filter(item => item !== null);
  const strip = risks.length > 0 ? element("ul", { class: "risks", "aria-label": "Check first" }, risks)
    : element("p", { class: "calm" }, "All routers have the published documents, and use their routes.");
  document.body.prepend(skipLinks([["Skip to the filter", filter.field], ["Skip to the minions", section]]));
  main.append(strip, filter.bar, nothing, section);
  address.follow = () => {
    filter.field.value = address.get("filter");
    filter.run();
  };
  forPrint.push({ before: () => list.grow(500), after: () => filter.run() });
}
