
// The page of `diff`: what must not be missed, the edits with their routes, and the nodes.

const SIGNS = { added: "+", removed: "\u2212", changed: "~" };
const KINDS = Object.keys(SIGNS);
const STATES = { absent: "absent", unmanaged: "unmanaged", off: "off", on: "on", held: "held back by errors" };

/** Returns the kind of a changed route, which has a metric of -1 where it does not exist. */
function kindOf([, before, after]) {
  return before < 0 ? "added" : after < 0 ? "removed" : "changed";
}

/** Returns counts such as `+2 −1`. Kinds that do not occur are left out. */
function countsOf(counts) {
  const shown = KINDS.filter(kind => counts[kind] > 0);
  return element("span", { class: "counts" }, shown.map(kind => element(
    "span", { class: kind }, `${SIGNS[kind]}${number(counts[kind])}`, spoken(` ${kind}`),
  )));
}

class DiffData {
  constructor(data) {
    this.data = data;
    this.nodes = new Nodes(data.nodes);
    const none = () => ({ added: 0, removed: 0, changed: 0 });
    this.total = none();
    const headings = frontCoded(data.headings);
    let next = 0;
    this.cards = data.cards.map(([headingCount, routes, [states, nodes] = [[], routes[0][0]]], index) => {
      const card = { headings: headings.slice(next, next + headingCount), routes, states, nodes };
      next += headingCount;
      const counts = none();
      for (const [reference, routes] of card.routes) {
        const count = this.nodes.count(reference);
        routes.forEach(route => { counts[kindOf(data.routes[route])] += count; });
      }
      const size = KINDS.reduce((sum, kind) => sum + counts[kind], 0);
      const texts = card.headings.map(heading => heading.toLowerCase());
      return { ...card, texts, index, number: index + 1, counts, size, count: this.nodes.count(card.nodes) };
    });
    this.changes = data.changes.map(([nodes, parts, [before, after, errors, because] = ["on", "on", [], -1]]) => {
      const counts = none();
      parts.forEach(([, routes]) => routes.forEach(route => { counts[kindOf(data.routes[route])] += 1; }));
      return { nodes, before, after, errors: errors.map(error => data.texts[error]), because, parts, counts };
    });
    this.rows = [];
    for (const change of this.changes) {
      const count = this.nodes.count(change.nodes);
      KINDS.forEach(kind => { this.total[kind] += count * change.counts[kind]; });
      this.nodes.indices(change.nodes).forEach(node => this.rows.push({ node, name: this.nodes.names[node], change }));
    }
    this.rows.sort((a, b) => a.node - b.node);
  }

  origin(origin, prefix) {
    return origin === 0 ? "default-route" : origin === 1 ? `static-route ${prefix}` : this.data.texts[origin - 2];
  }

  /** Returns the cards and the rows that have all words. */
  matching(words) {
    let { cards, rows } = this;
    for (const word of words) {
      const found = this.found(word);
      cards = cards.filter(card => found.inCard[card.index]);
      rows = rows.filter(({ node, change }) => this.nodes.texts[node].includes(word) || found.inChange.has(change));
    }
    return { cards, rows };
  }

  /** Returns the cards and the changes that have a word. Each text is searched once. */
  found(word) {
    const has = text => text.includes(word);
    const origins = this.data.texts.map(text => has(text.toLowerCase()));
    const inOrigin = origin => origin > 1 ? origins[origin - 2] : has(origin === 0 ? "default-route" : "static-route");
    const inRoute = this.data.routes.map(([prefix, , , from]) => has(prefix) || from.some(inOrigin));
    const inAny = routes => routes.some(route => inRoute[route]);
    const inHeading = this.cards.map(card => card.texts.some(has));
    const isOfNode = this.nodes.having(word);
    const inState = ({ before, after, errors }) => errors.some(error => has(error.toLowerCase()))
      || (before !== after && (has(STATES[before]) || has(STATES[after])));
    const inChange = change => inHeading[change.because] || inState(change)
      || change.parts.some(([card, routes]) => inHeading[card] || inAny(routes));
    return {
      inCard: this.cards.map(card => inHeading[card.index] || isOfNode(card.nodes) || card.routes.some(([, routes]) => inAny(routes))),
      inChange: new Set(this.changes.filter(inChange)),
    };
  }
}

/** Returns the rows of routes as in a unified diff. */
function routeTable(data, indices, { withOrigins = false, label }) {
  const body = element("tbody");
  const row = index => {
    const route = data.data.routes[index];
    const [prefix, before, after, origins] = route;
    const kind = kindOf(route);
    const metric = kind === "changed" ? `${before} \u2192 ${after}` : `${kind === "added" ? after : before}`;
    const cells = [
      element("td", { class: kind }, SIGNS[kind], spoken(` ${kind}`)),
      element("td", { class: kind }, prefix),
      element("td", {}, `metric ${metric}`),
    ];
    if (withOrigins) {
      const texts = origins.map(origin => data.origin(origin, prefix)).join("; ");
      cells.push(element("td", { class: "origin" }, named(texts)));
    }
    return element("tr", { class: kind }, cells);
  };
  const list = new GrowingList(body, { chunk: 4, noun: "route", make: row });
  list.show(indices);
  forPrint.push({ before: () => list.place.isConnected && list.grow(500) });
  return [scrolling(label, element("table", { class: "routes" }, body)), list.button];
}

/** Returns the headings of edits that have their effects together. */
function headingsOf(card) {
  return card.headings.map((heading, index) =>
    element("span", {}, index === 0 ? null : "and ", element("code", {}, named(heading))));
}

function cardOf(data, card) {
  const { nodes } = data;
  const title = `edit-${card.number}-title`;
  const states = card.states.map(([before, after, reference]) =>
    element("li", {}, `${STATES[before]} \u2192 ${STATES[after]}: `, nodes.shown(reference)));
  const places = card.routes.map(([reference, routes]) => [
    element("div", { class: "place" }, nodes.shown(reference, "On ")),
    ...routeTable(data, routes, { label: `Routes of ${card.headings[0]}` }),
  ]);
  return element(
    "article", { class: "card", id: `edit-${card.number}`, "aria-labelledby": title },
    element(
      "header", {},
      element("h3", { id: title }, headingsOf(card)),
      countsOf(card.counts),
      placeLink("edit", String(card.number), { class: "permalink", "aria-label": `Link to edit ${card.number}` }, "#"),
    ),
    element("div", { class: "body" }, states.length > 0 ? element("ul", { class: "states" }, states) : null, places),
  );
}

/** Returns the causes and the routes of a node. */
function detailOf(data, { name, change }) {
  const { before, after, errors, because, parts } = change;
  const cause = card => card < 0 ? null : element(
    "p", { class: "place" }, "Because of ",
    placeLink("edit", String(card + 1), {}, data.cards[card].headings.flatMap((heading, index) =>
      [index === 0 ? null : " and ", element("code", {}, named(heading))])),
  );
  const keeps = after === "held" ? "; the published routes stay" : "";
  const isOfRoutes = parts.some(([card]) => card === because);
  return [
    before === after && after !== "held" ? null
      : element("p", { class: "place" }, `Was ${STATES[before]}, is now ${STATES[after]}${keeps}.`),
    errors.map(error => element("p", { class: "place" }, named(error))),
    isOfRoutes ? null : cause(because),
    parts.map(([card, routes]) => [cause(card), ...routeTable(data, routes, { withOrigins: true, label: `Routes of ${name}` })]),
  ].flat(3);
}

function risksOf(data) {
  const alerts = data.data.alerts;
  if (alerts.length === 0) {
    return element("p", { class: "calm" },
      "Nothing to check first: no node is held back, switched off, gone or without routes, and no default route or management route goes.");
  }
  const risk = ({ text, nodes, prefixes, errors }) => element(
    "li", { class: "risk" }, element("span", { class: "mark", "aria-hidden": "true" }, "!"),
    element(
      "div", {}, element("b", {}, text), ": ",
      prefixes.length === 0 ? null
        : element("span", { class: "mono" }, prefixes.slice(0, 3).join(", "), prefixes.length > 3 ? ` and ${prefixes.length - 3} more` : "", " "),
      data.nodes.first(nodes, prefixes.length === 0 ? "" : "on "),
      errors.length === 0 ? null : element("ul", {}, errors.slice(0, 20).map(error => element("li", {}, named(error)))),
    ),
  );
  return element("ul", { class: "risks", "aria-label": "Check first" }, alerts.map(risk));
}

/** Returns the numbers, which explain the signs and colours too. */
function legendOf(data) {
  const words = { added: "added", removed: "removed", changed: "with another metric" };
  const item = kind => element("li", { class: kind }, element("b", {}, `${SIGNS[kind]}${number(data.total[kind])}`), ` ${words[kind]}`);
  const nodes = element("li", {}, element("b", {}, number(data.rows.length)), ` of ${counted(data.data.compared, "node")}`);
  return element("ul", { class: "legend", "aria-label": "Numbers of routes" }, KINDS.map(item), nodes);
}

/** Returns the edits that change most of the routes. */
function largestOf({ largest }) {
  if (largest.length === 0) {
    return null;
  }
  const item = ([text, counts, card]) => element(
    "li", {}, placeLink("edit", String(card + 1), {}, element("code", {}, named(text))), " ",
    countsOf(Object.fromEntries(KINDS.map((kind, index) => [kind, counts[index]]))),
  );
  return element(
    "div", { class: "largest" }, element("p", { id: "largest" }, "Most of it comes from:"),
    element("ul", { "aria-labelledby": "largest" }, largest.map(item)),
  );
}

/** Returns the edits that change no route. */
function idleOf({ idle, idle_heading: heading }) {
  if (idle.length === 0) {
    return null;
  }
  const fill = () => {
    const place = element("ul");
    const list = new GrowingList(place, { chunk: 100, noun: "edit", make: text => element("li", {}, element("code", {}, named(text))) });
    list.show(idle);
    return [place, list.button];
  };
  const title = `${heading[0].toUpperCase()}${heading.slice(1)}: ${number(idle.length)}`;
  return element("section", { class: "idle" }, folded(title, fill));
}

/** Returns what to do if nothing changes. */
function emptyOf({ compared, idle }) {
  return element(
    "div", { class: "empty" },
    element("h2", {}, "There is nothing to review"),
    element("p", {}, `Both configurations give ${compared === 1 ? "the node" : `each of the ${counted(compared, "node")}`} the same routes.`),
    element("p", {}, idle.length > 0
      ? "The edits below change no route."
      : "If you expected a change, check that the two configurations above are the right ones, and that the edit is in a block loopback-static-routes or in a service for tenant _internal_."),
  );
}

function nodeTable(data, onSort) {
  const columns = [
    { text: "Node", key: "name" },
    { text: "Added", key: "added", isNumber: true },
    { text: "Removed", key: "removed", isNumber: true },
    { text: "Metric", key: "changed", isNumber: true, spoken: "Another metric" },
    { text: "State" },
  ];
  const head = sortableHead(columns, onSort);
  const body = element("tbody");
  const table = element("table", { class: "wide" }, head, body);
  const open = (row, item, isOpen) => {
    const button = row.querySelector(".fold");
    const detail = row.nextElementSibling?.matches(".detail") ? row.nextElementSibling : null;
    button.setAttribute("aria-expanded", String(isOpen));
    if (isOpen && !detail) {
      row.after(element("tr", { class: "detail" }, element("td", { colspan: "5" }, element("div", { class: "fixed" }, detailOf(data, item)))));
    } else if (!isOpen) {
      detail?.remove();
    }
  };
  const make = item => {
    const { name, node, change: { before, after, counts } } = item;
    const row = element("tr", { id: `node-${node}` });
    const toggle = () => open(row, item, !row.nextElementSibling?.matches(".detail"));
    const button = element("button", { type: "button", class: "fold", "aria-expanded": "false", tabindex: "-1", click: toggle }, nodeName(name));
    const count = kind => element("td", { class: counts[kind] > 0 ? `number ${kind}` : "number empty-cell" },
      counts[kind] > 0 ? `${SIGNS[kind]}${number(counts[kind])}` : "0");
    const state = before === after ? STATES[after] : `${STATES[before]} \u2192 ${STATES[after]}`;
    row.append(element("th", { scope: "row" }, button), ...KINDS.map(count), element("td", {}, state));
    return row;
  };
  const list = new GrowingList(body, { chunk: 50, noun: "node", make });
  arrowKeys(table, ".fold");
  return { table, head, list, open: item => open(document.getElementById(`node-${item.node}`), item, true) };
}

function showDiff(raw, main) {
  const data = new DiffData(raw);
  if (data.rows.length === 0) {
    main.append(risksOf(data), emptyOf(raw), idleOf(raw) ?? "");
    return;
  }
  const orders = { routes: "-size", nodes: "-count", name: "name" };
  const cardKeys = { size: card => card.size, count: card => card.count, name: card => card.headings[0] };
  const rowKeys = {
    name: row => row.node, added: row => row.change.counts.added,
    removed: row => row.change.counts.removed, changed: row => row.change.counts.changed,
  };
  const cardPlace = element("div");
  const cardList = new GrowingList(cardPlace, { chunk: 15, noun: "change", make: card => cardOf(data, card) });
  const nodes = nodeTable(data, key => {
    address.set({ nodes: nextOrder(address.get("nodes") || "name", key, key !== "name").replace(/^name$/u, "") });
    filter.run();
  });
  const order = element(
    "select", { change: () => { address.set({ edits: order.value === "routes" ? "" : order.value }); filter.run(); } },
    element("option", { value: "routes" }, "most routes first"),
    element("option", { value: "nodes" }, "most nodes first"),
    element("option", { value: "name" }, "by name"),
  );
  const nothing = element("p", { class: "empty", hidden: true }, "No change and no node matches the filter. Press Escape to clear it.");
  const edits = element(
    "section", { id: "edits", "aria-labelledby": "edits-title" },
    element("div", { class: "title" }, element("h2", { id: "edits-title" }, "Changes by edit"),
      element("label", { class: "sort quiet" }, "Order: ", order)),
    cardPlace, cardList.button,
  );
  const nodeSection = element(
    "section", { id: "nodes", "aria-labelledby": "nodes-title" },
    element("div", { class: "title" }, element("h2", { id: "nodes-title" }, "Changes by node")),
    scrolling("Nodes that change", nodes.table), nodes.list.button,
  );
  const filter = filterBar({
    placeholder: "Filter by node, prefix, service or edit",
    apply: text => {
      const { cards, rows } = data.matching(wordsOf(text));
      const rowOrder = address.get("nodes") || "name";
      cardList.show(sorted(cards, orders[order.value], cardKeys));
      nodes.list.show(sorted(rows, rowOrder, rowKeys));
      markSorted(nodes.head, rowOrder);
      startArrowKeys(nodes.table, ".fold");
      edits.hidden = cards.length === 0;
      nodeSection.hidden = rows.length === 0;
      nothing.hidden = cards.length + rows.length > 0;
      const all = text === "" ? "" : " match";
      return `${number(cards.length)} of ${counted(data.cards.length, "change")}, ${number(rows.length)} of ${counted(data.rows.length, "node")}${all}`;
    },
  });
  const idle = idleOf(raw);
  document.body.prepend(skipLinks([["Skip to the filter", filter.field], ["Skip to the changes by edit", edits], ["Skip to the changes by node", nodeSection]]));
  main.append(legendOf(data), risksOf(data), largestOf(raw) ?? "", filter.bar, nothing, edits, ...idle ? [idle] : [], nodeSection);
  const find = (items, list, wanted) => {
    const item = items.find(wanted);
    if (item && !list.items.includes(item)) {
      filter.change("");
    }
    return item && list.reveal(item) ? item : null;
  };
  address.follow = () => {
    const edit = Number(address.get("edit"));
    const node = address.get("node");
    filter.field.value = address.get("filter");
    order.value = address.get("edits") in orders ? address.get("edits") : "routes";
    filter.run();
    document.querySelectorAll(".chosen").forEach(chosen => chosen.classList.remove("chosen"));
    const card = edit ? find(data.cards, cardList, card => card.number === edit) : null;
    const row = node ? find(data.rows, nodes.list, row => row.name === node) : null;
    if (card) {
      const article = document.getElementById(`edit-${card.number}`);
      article.classList.add("chosen");
      focus(article);
    } else if (row) {
      nodes.open(row);
      const element = document.getElementById(`node-${row.node}`);
      element.querySelector(".fold").focus({ preventScroll: true });
      element.scrollIntoView({ block: "start" });
    }
  };
  // The first search is slower than later ones. So the page makes it before the reader does.
  window.requestIdleCallback?.(() => data.matching(["/"]));
  forPrint.push({
    before: () => {
      cardList.grow(200);
      nodes.list.grow(500);
      unfoldAll();
    },
    after: () => filter.run(),
  });
}
