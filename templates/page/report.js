
// The page of `report`: which node has which routes, which router has which service, and why not.

const NODE_STATES = { unmanaged: "no plugin block", off: "off", on: "on", held: "held back by errors" };
/** The outcomes of a service on a node or router, each with its sign. */
const OUTCOMES = { routed: "\u25cf", partly: "\u25d0", not: "\u25cb", held: "!" };
const OUTCOME_WORDS = { routed: "routed", partly: "partly routed", not: "not routed", held: "held back" };
const HELD = "The node is held back: it keeps its published routes until the errors are fixed.";

/** Returns the first address and the length of a prefix; null for other texts. */
function prefixOf(text) {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:\/(\d{1,2}))?$/u.exec(text);
  if (!match) {
    return null;
  }
  const [a, b, c, d, length = 32] = match.slice(1).map(part => part === undefined ? undefined : Number(part));
  const isValid = [a, b, c, d].every(octet => octet < 256) && length <= 32;
  return isValid ? { address: ((a * 256 + b) * 256 + c) * 256 + d, length } : null;
}

/** Returns true if a prefix contains another one, or is the same. */
function contains(outer, inner) {
  const size = 2 ** (32 - outer.length);
  return outer.length <= inner.length && Math.floor(outer.address / size) === Math.floor(inner.address / size);
}

class ReportData {
  constructor(data) {
    this.data = data;
    this.nodes = new Nodes(data.nodes);
    this.rows = data.states.map(([state, set, reasons, exceptions, minion], node) => (
      { node, name: this.nodes.names[node], state, set, reasons, exceptions, minion, router: this.nodes.routerOf[node], findings: [] }
    ));
    this.services = data.services.map(([name, addresses, reasons, applies, isForeign], index) => ({
      index, name, text: name.toLowerCase(), addresses, reasons, isForeign: isForeign === 1, addressTexts: addresses.map(([text]) => text),
      applies: applies && { reason: applies[0], routers: new Set(runsOf(applies[1]).flatMap(([first, end]) => range(first, end))) },
    }));
    const byName = (a, b) => a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
    this.ours = this.services.filter(service => !service.isForeign).sort(byName);
    this.others = this.services.filter(service => service.isForeign).sort(byName);
    this.nodesOf = this.nodes.routers.map(() => []);
    this.rows.forEach(row => this.nodesOf[row.router].push(row));
    data.findings.forEach(finding => {
      if (finding.nodes !== null) {
        this.nodes.indices(finding.nodes).forEach(node => this.rows[node].findings.push(finding));
      }
    });
    this.shared = data.shared.map(([prefix, origins], index) => ({ prefix, origins, index, parsed: prefixOf(prefix) }));
    this.cache = new Map();
    this.exceptions = data.exceptions.map(list => new Map(list.map(([service, address, outcomes]) => [`${service} ${address}`, outcomes])));
  }

  origin(origin) {
    if (typeof origin === "string") {
      return origin;
    }
    const [service, address, mapped] = origin;
    const text = `service ${this.services[service].name}, address ${this.services[service].addresses[address][0]}`;
    return mapped ? `${text} (mapped to ${mapped})` : text;
  }

  /** Returns the routes of a set apart from the shared ones. */
  own(set) {
    if (!this.cache.has(set)) {
      const own = this.data.sets[set][2];
      this.cache.set(set, own.map(([prefix, metric, origins]) => ({ prefix, metric, origins, parsed: prefixOf(prefix) })));
    }
    return this.cache.get(set);
  }

  /** Returns the routes that satisfy a condition, as a function of the set, sorted by address. */
  routesWhere(isWanted) {
    const shared = this.shared.filter(isWanted);
    return set => {
      if (set < 0) {
        return [];
      }
      const [metric, replaced] = this.data.sets[set];
      const isKept = ({ index }) => !replaced.includes(index);
      const ofShared = metric < 0 ? [] : shared.filter(isKept).map(route => ({ ...route, metric }));
      const routes = [...this.own(set).filter(isWanted), ...ofShared];
      return routes.sort((a, b) => a.parsed.address - b.parsed.address || a.parsed.length - b.parsed.length);
    };
  }

  routes(set) {
    return this.routesWhere(() => true)(set);
  }

  count(set) {
    if (set < 0) {
      return 0;
    }
    const [metric, replaced, own] = this.data.sets[set];
    return own.length + (metric < 0 ? 0 : this.data.shared.length - replaced.length);
  }

  /** Returns the outcome of a service on a node, the reasons, and those of its addresses. */
  outcome(service, row) {
    if (row.state === "held") {
      return { outcome: "held", reasons: [], addresses: [] };
    }
    const lists = this.data.reason_lists;
    const elsewhere = service.applies && !service.applies.routers.has(row.router) ? [service.applies.reason] : [];
    const reasons = [...lists[row.reasons], ...lists[service.reasons], ...elsewhere];
    if (reasons.length > 0) {
      return { outcome: "not", reasons, addresses: [] };
    }
    const exceptions = this.exceptions[row.exceptions];
    const addresses = service.addresses.flatMap(([text, reason], index) =>
      (exceptions.get(`${service.index} ${index}`) ?? [[null, reason]]).map(([mapped, reason]) => ({ text, mapped, reason })));
    const routed = addresses.filter(({ reason }) => reason < 0).length;
    return { outcome: routed === 0 ? "not" : routed === addresses.length ? "routed" : "partly", reasons, addresses };
  }

  /** Returns the outcome of a service on all nodes of a router. */
  outcomeOf(service, router) {
    const outcomes = new Set(this.nodesOf[router].map(row => this.outcome(service, row).outcome));
    return outcomes.size === 1 ? [...outcomes][0] : "partly";
  }

  /** Returns the routers as columns. Those with the same outcomes for all services are one. */
  columns(isFolded) {
    const applied = this.nodes.routers.map(() => []);
    for (const { index, applies } of this.ours) {
      applies?.routers.forEach(router => applied[router].push(index));
    }
    const columns = new Map();
    this.nodes.routers.forEach((_, router) => {
      const nodes = this.nodesOf[router].map(({ state, reasons, exceptions }) => `${state} ${reasons} ${exceptions}`);
      const key = isFolded ? `${nodes.join("|")} ${applied[router]}` : String(router);
      columns.set(key, [...columns.get(key) ?? [], router]);
    });
    return [...columns.values()];
  }
}

function range(first, end) {
  return Array.from({ length: end - first }, (_, at) => first + at);
}

/** Returns the elements that decide, as text. An element of the router gets its name. */
function reasonLine(data, index, router) {
  const [text, elements] = data.data.reasons[index];
  const element_ = ([isOfRouter, path]) => isOfRouter ? `router ${router} ${path}`.trim() : path;
  const named_ = elements.length === 0 ? null
    : element("span", { class: "quiet" }, " \u2014 ", elements.map((path, at) => [at === 0 ? null : ", ", element("code", {}, named(element_(path)))]));
  return element("li", {}, named(text), named_);
}

/** Returns why a service is routed or not on the routers of a column. */
function whyOf(data, service, column) {
  const router = data.nodes.routers[column[0]];
  const ofNode = row => {
    const { outcome, reasons, addresses } = data.outcome(service, row);
    const address = ({ text, mapped, reason }) => {
      const subject = [element("code", {}, named(text)), mapped === null ? null : [" mapped to ", element("code", {}, mapped)]];
      return reason < 0 ? element("li", { class: "yes" }, subject, " is routed")
        : element("li", { class: "no" }, subject, " is not routed: ", element("ul", {}, reasonLine(data, reason, router)));
    };
    return { outcome, list: outcome === "held" ? element("p", {}, HELD)
      : element("ul", { class: "why" }, reasons.map(reason => reasonLine(data, reason, router)), addresses.map(address)) };
  };
  const rows = data.nodesOf[column[0]];
  const answers = rows.map(ofNode);
  const isSame = answers.every(({ list }) => list.textContent === answers[0].list.textContent);
  const others = column.length === 1 ? null : element("p", { class: "quiet" }, "The same on ",
    data.nodes.listOfRouters(column.slice(1)));
  const title = (who, outcome) => element("p", { class: "place" }, element("b", {}, named(service.name)), ` is ${OUTCOME_WORDS[outcome]} on `, who);
  if (isSame) {
    return [title(element("b", {}, named(router)), answers[0].outcome), answers[0].list, others];
  }
  return [...rows.flatMap((row, at) => [title(nodeName(row.name), answers[at].outcome), answers[at].list]), others];
}

/** The table of services and routers. */
class Matrix {
  constructor(data) {
    Object.assign(this, { data, isFolded: data.nodes.routers.length > 12, columnCount: 24, services: [], wanted: null });
    this.head = element("thead");
    this.body = element("tbody");
    this.table = element("table", { class: "wide matrix" }, this.head, this.body);
    arrowKeys(this.table, ".cell");
    this.list = new GrowingList(this.body, { chunk: 40, noun: "service", make: service => this.row(service) });
    this.more = element("button", { type: "button", class: "more", click: () => { this.columnCount += 24; this.draw(); } });
    this.box = element("input", { type: "checkbox", id: "fold", change: () => { this.isFolded = this.box.checked; this.columnsOf = null; this.draw(); } });
    this.box.checked = this.isFolded;
    this.folding = element("label", { class: "sort quiet" }, this.box, " Fold routers that are alike");
  }

  /** Shows some services, and the columns of some routers; all of them for null. */
  show(services, routers) {
    Object.assign(this, { services, wanted: routers });
    this.draw();
  }

  draw() {
    this.columnsOf ??= this.data.columns(this.isFolded);
    const columns = this.wanted === null ? this.columnsOf
      : this.columnsOf.map(column => column.filter(router => this.wanted.has(router))).filter(column => column.length > 0);
    this.columns = columns.slice(0, this.columnCount);
    const left = columns.length - this.columns.length;
    this.more.hidden = left === 0;
    this.more.textContent = `Show ${number(Math.min(left, 24))} more of ${counted(left, "column")}`;
    this.head.replaceChildren(element("tr", {}, element("th", { scope: "col" }, "Service"), this.columns.map(column => {
      const more = column.length === 1 ? null : element("span", { class: "quiet" }, ` +${number(column.length - 1)}`, spoken(" more routers"));
      return element("th", { scope: "col", class: "router" }, element("span", {}, element("bdi", {}, this.data.nodes.routers[column[0]]), more));
    }), element("td", { class: "rest" })));
    this.list.show(this.services);
    startArrowKeys(this.table, ".cell");
  }

  row(service) {
    const row = element("tr", {}, element("th", { scope: "row" }, named(service.name)));
    row.append(...this.columns.map(column => {
      const outcome = this.data.outcomeOf(service, column[0]);
      const label = `${OUTCOME_WORDS[outcome]}: ${service.name} on ${this.data.nodes.routers[column[0]]}`;
      const cell = element("button", { type: "button", class: `cell ${outcome}`, "aria-label": label, "aria-expanded": "false", tabindex: "-1" }, OUTCOMES[outcome]);
      cell.addEventListener("click", () => this.explain(row, cell, service, column));
      return element("td", {}, cell);
    }), element("td", { class: "rest" }));
    return row;
  }

  /** Shows why below the row of a cell, or hides it again. */
  explain(row, cell, service, column) {
    const isOpen = cell.getAttribute("aria-expanded") === "true";
    this.body.querySelectorAll(".detail").forEach(detail => detail.remove());
    this.body.querySelectorAll(".cell[aria-expanded=true]").forEach(other => other.setAttribute("aria-expanded", "false"));
    if (!isOpen) {
      cell.setAttribute("aria-expanded", "true");
      const detail = element("td", { colspan: String(this.columns.length + 2) }, element("div", { class: "fixed", "aria-live": "polite" }, whyOf(this.data, service, column)));
      row.after(element("tr", { class: "detail" }, detail));
    }
  }
}

/** Returns a table of routes with their origins. */
function routeList(data, routes, label) {
  const body = element("tbody");
  const make = ({ prefix, metric, origins }) => element(
    "tr", {}, element("td", {}, prefix), element("td", {}, `metric ${metric}`),
    element("td", { class: "origin" }, named(origins.map(origin => data.origin(origin)).join("; "))),
  );
  const list = new GrowingList(body, { chunk: 25, noun: "route", make });
  list.show(routes);
  forPrint.push({ before: () => list.place.isConnected && list.grow(500) });
  return [scrolling(label, element("table", { class: "routes plain" }, body)), list.button];
}

function findingOf(data, { severity, code, message, path, place, nodes, services }, withNodes) {
  const at = place === null ? null : [" \u00b7 ", named(place)];
  const where = !withNodes ? null : nodes !== null ? data.nodes.first(nodes) : services.length > 0 ? element("div", {}, "service ", named(services.slice(0, 3).join(", "))) : null;
  return element(
    "li", { class: `finding ${severity}` },
    element("b", {}, severity), " ", element("code", {}, code), ": ", named(message),
    element("div", { class: "quiet" }, element("code", {}, named(path)), at), where,
  );
}

function reportNodeTable(data, onSort) {
  const columns = [
    { text: "Node", key: "name" }, { text: "Routes", key: "routes", isNumber: true }, { text: "State", key: "state" },
    { text: "Findings", key: "findings", isNumber: true }, { text: "Minion", key: "minion" }, { text: "Digest" },
  ];
  const head = sortableHead(columns, onSort);
  const body = element("tbody");
  const table = element("table", { class: "wide" }, head, body);
  const digestOf = row => row.set < 0 ? null : data.data.sets[row.set][3];
  const detail = row => {
    const digest = digestOf(row);
    return [
      row.state === "on" ? null : element("p", {}, row.state === "held" ? HELD : `State: ${NODE_STATES[row.state]}.`),
      row.state === "on" || row.state === "held" ? null
        : element("ul", { class: "why" }, data.data.reason_lists[row.reasons].map(reason => reasonLine(data, reason, data.nodes.routers[row.router]))),
      row.findings.length === 0 ? null : element("ul", { class: "findings" }, row.findings.map(finding => findingOf(data, finding, false))),
      digest === null ? null : element("p", { class: "place" }, "Digest of the routes: ", element("code", { class: "digest" }, digest)),
      row.set < 0 ? [] : routeList(data, data.routes(row.set), `Routes of ${row.name}`),
    ].flat();
  };
  const open = (element_, row, isOpen) => {
    const shown = element_.nextElementSibling?.matches(".detail") ? element_.nextElementSibling : null;
    element_.querySelector(".fold").setAttribute("aria-expanded", String(isOpen));
    if (isOpen && !shown) {
      element_.after(element("tr", { class: "detail" }, element("td", { colspan: "6" }, element("div", { class: "fixed" }, detail(row)))));
    } else if (!isOpen) {
      shown?.remove();
    }
  };
  const make = row => {
    const made = element("tr", { id: `node-${row.node}` });
    const toggle = () => open(made, row, !made.nextElementSibling?.matches(".detail"));
    const worst = ["error", "warning", "notice"].find(severity => row.findings.some(finding => finding.severity === severity));
    const digest = digestOf(row);
    made.append(
      element("th", { scope: "row" }, element("button", { type: "button", class: "fold", "aria-expanded": "false", tabindex: "-1", click: toggle }, nodeName(row.name))),
      element("td", { class: "number" }, row.state === "held" ? "\u2013" : number(data.count(row.set))),
      element("td", { class: row.state === "held" ? "error nowrap" : "nowrap" }, row.state === "held" ? "! " : null, NODE_STATES[row.state]),
      element("td", { class: row.findings.length > 0 ? `number ${worst}` : "number empty-cell" }, number(row.findings.length)),
      element("td", { class: "nowrap quiet" }, row.minion === null ? "none" : named(row.minion)),
      element("td", { class: "mono nowrap quiet" }, digest === null ? "" : digest.slice(0, 12)),
    );
    return made;
  };
  const list = new GrowingList(body, { chunk: 50, noun: "node", make });
  arrowKeys(table, ".fold");
  return { table, head, list, open: row => open(document.getElementById(`node-${row.node}`), row, true) };
}

/** Returns which nodes route an address or prefix, and through which route. */
function matchesOf(data, wanted, text) {
  const groups = new Map();
  const bySet = new Map();
  for (const row of data.rows) {
    bySet.has(row.set) ? bySet.get(row.set).push(row.node) : bySet.set(row.set, [row.node]);
  }
  const routesOf = data.routesWhere(({ parsed }) => contains(parsed, wanted) || contains(wanted, parsed));
  for (const [set, nodes] of bySet) {
    const routes = routesOf(set);
    // The address of a covering route comes first, and so does the shorter one of two.
    const covering = routes.filter(({ parsed }) => parsed.length <= wanted.length);
    const within = routes.filter(({ parsed }) => parsed.length > wanted.length);
    const longest = covering.at(-1);
    const origins = route => route.origins.map(origin => data.origin(origin)).join("; ");
    const line = route => `${route.prefix} metric ${route.metric}`;
    const key = JSON.stringify([longest ? [line(longest), origins(longest)] : null, covering.slice(0, -1).map(line), within.map(line)]);
    const group = groups.get(key) ?? { longest, covering: covering.slice(0, -1), within, nodes: [] };
    group.nodes.push(...nodes);
    groups.set(key, group);
  }
  const others = (label, routes) => routes.length === 0 ? null
    : folded(`${label}: ${counted(routes.length, "route")}`, () => routeList(data, routes, label));
  const card = ({ longest, covering, within, nodes }) => element(
    "li", { class: "match" },
    longest ? element("p", {}, element("b", { class: "mono" }, longest.prefix), ` metric ${longest.metric} `,
      element("span", { class: "quiet" }, named(longest.origins.map(origin => data.origin(origin)).join("; "))))
      : element("p", {}, element("b", {}, "No route")),
    data.nodes.ofIndices(nodes, false, "On "),
    others("Covering", covering.toReversed()), others("Within", within),
  );
  const sorted_ = [...groups.values()].sort((a, b) => (b.longest?.parsed.length ?? -1) - (a.longest?.parsed.length ?? -1) || b.nodes.length - a.nodes.length);
  const routed = sorted_.filter(({ longest }) => longest).reduce((sum, { nodes }) => sum + nodes.length, 0);
  return {
    nodes: new Set(sorted_.filter(({ longest, within }) => longest || within.length > 0).flatMap(({ nodes }) => nodes)),
    section: [
      element("h2", { id: "match-title" }, "Longest match for ", element("code", {}, text)),
      element("p", { class: "quiet" }, `${number(routed)} of ${counted(data.rows.length, "node")} route it.`),
      element("ul", { class: "matches" }, sorted_.slice(0, 50).map(card)),
      sorted_.length <= 50 ? null : element("p", { class: "quiet" }, `And ${counted(sorted_.length - 50, "other answer")}. Filter by a node as well.`),
    ],
  };
}

function reportRisks(data) {
  const errors = data.data.findings.filter(({ severity }) => severity === "error");
  const held = data.rows.filter(({ state }) => state === "held").map(({ node }) => node);
  if (errors.length === 0 && held.length === 0) {
    return element("p", { class: "calm" }, "Nothing to fix first: the configuration has no errors, and no node is held back.");
  }
  const items = [];
  if (held.length > 0) {
    const verb = held.length === 1 ? "is" : "are";
    items.push([element("b", {}, `${counted(held.length, "node")} ${verb} held back by errors`), ": ", data.nodes.ofIndices(held, true)]);
  }
  errors.slice(0, 5).forEach(({ code, message }) => items.push([element("code", {}, code), ": ", named(message)]));
  if (errors.length > 5) {
    items.push([`and ${counted(errors.length - 5, "other error")}, which are among the findings below`]);
  }
  return element("ul", { class: "risks", "aria-label": "Fix first" }, items.map(item => element(
    "li", { class: "risk" }, element("span", { class: "mark", "aria-hidden": "true" }, "!"), element("div", {}, item))));
}

function reportLegend() {
  const item = outcome => element("li", {}, element("span", { class: `cell ${outcome}`, "aria-hidden": "true" }, OUTCOMES[outcome]), ` ${OUTCOME_WORDS[outcome]}`);
  return element("ul", { class: "legend small" }, Object.keys(OUTCOMES).map(item));
}

function sectionOf(id, title, ...content) {
  return element("section", { id, "aria-labelledby": `${id}-title` },
    element("div", { class: "title" }, element("h2", { id: `${id}-title` }, title), content[0]), content.slice(1));
}

/** Returns what to do if no node has a route; null otherwise. */
function emptyReport(data) {
  const hasRoutes = data.rows.some(row => row.state === "held" || data.count(row.set) > 0);
  return hasRoutes ? null : element(
    "div", { class: "empty" }, element("h2", {}, "There is no route to show"),
    element("p", {}, data.rows.length === 0 ? "The configuration has no node. Check that the file above is the right one."
      : "Each node below says why. A router gets routes from a block loopback-static-routes with default-route, static-route or learn-from-services."),
    element("p", {}, "To see a page with routes, run: ", element("code", {}, "loopback-static-routes report --example --output report.html")),
  );
}

function showReport(raw, main) {
  const data = new ReportData(raw);
  const findings = findingsOf(data);
  const empty = emptyReport(data);
  if (data.rows.length === 0) {
    main.append(reportRisks(data), empty, findings ?? "");
    return;
  }
  const keys = {
    name: row => row.node, routes: row => data.count(row.set), state: row => row.state,
    findings: row => row.findings.length, minion: row => row.minion ?? "",
  };
  const matrix = new Matrix(data);
  const nodes = reportNodeTable(data, key => {
    address.set({ nodes: nextOrder(address.get("nodes") || "name", key, ["routes", "findings"].includes(key)).replace(/^name$/u, "") });
    filter.run();
  });
  const match = element("section", { id: "match", "aria-labelledby": "match-title", hidden: true });
  const services = sectionOf("services", "Services on the routers", matrix.folding, reportLegend(),
    element("p", { class: "quiet" }, "Choose a cell to see why."), scrolling("Services on the routers", matrix.table), matrix.list.button, " ", matrix.more);
  const nodeSection = sectionOf("nodes", "Nodes", null, scrolling("Nodes", nodes.table), nodes.list.button);
  const nothing = element("p", { class: "empty", hidden: true }, "No node, prefix or service matches the filter. Press Escape to clear it.");
  const others = othersOf(data);
  const filter = filterBar({
    placeholder: "Search a node, a prefix or a service",
    apply: text => {
      const found = search(data, text);
      match.hidden = !found.match;
      match.replaceChildren(...(found.match ?? []).filter(child => child !== null));
      matrix.show(found.services, found.routers);
      const order = address.get("nodes") || "name";
      nodes.list.show(sorted(found.rows, order, keys));
      markSorted(nodes.head, order);
      startArrowKeys(nodes.table, ".fold");
      services.hidden = found.services.length === 0;
      nodeSection.hidden = found.rows.length === 0;
      nothing.hidden = found.services.length + found.rows.length > 0 || !match.hidden;
      others?.search(wordsOf(text));
      return `${number(found.services.length)} of ${counted(data.ours.length, "service")}, ${number(found.rows.length)} of ${counted(data.rows.length, "node")}${text === "" ? "" : " match"}`;
    },
  });
  document.body.prepend(skipLinks([["Skip to the search", filter.field], ["Skip to the services", services], ["Skip to the nodes", nodeSection]]));
  main.append(reportRisks(data), empty ?? "", filter.bar, nothing, match, services, nodeSection, findings ?? "", others?.section ?? "");
  address.follow = () => {
    filter.field.value = address.get("filter");
    filter.run();
    const row = data.rows.find(row => row.name === address.get("node"));
    if (row) {
      if (!nodes.list.items.includes(row)) {
        filter.change("");
      }
      nodes.list.reveal(row);
      nodes.open(row);
      const made = document.getElementById(`node-${row.node}`);
      made.querySelector(".fold").focus({ preventScroll: true });
      made.scrollIntoView({ block: "start" });
    }
  };
  // The first search is slower than later ones. So the page makes it before the reader does.
  window.requestIdleCallback?.(() => search(data, "0.0.0.0/32"));
  forPrint.push({
    before: () => {
      matrix.list.grow(500);
      nodes.list.grow(500);
      unfoldAll();
    },
    after: () => filter.run(),
  });
}

/** Returns the services, routers and nodes that have all words. A prefix is matched as a route. */
function search(data, text) {
  let services = data.ours;
  let { rows } = data;
  let routers = null;
  let match = null;
  for (const word of wordsOf(text)) {
    const wanted = prefixOf(word);
    const ofService = wanted ? service => service.addresses.some(([address]) => {
      const parsed = prefixOf(address);
      return parsed && (contains(parsed, wanted) || contains(wanted, parsed));
    }) : service => service.text.includes(word) || service.addressTexts.some(address => address.includes(word));
    const isNamed = services.some(ofService);
    const found = rows.filter(row => data.nodes.texts[row.node].includes(word) || row.minion?.toLowerCase().includes(word));
    if (wanted) {
      const matches = matchesOf(data, wanted, word);
      match = matches.section;
      services = services.filter(ofService);
      rows = rows.filter(row => matches.nodes.has(row.node));
    } else if (found.length > 0 && !(isNamed && found.length === rows.length)) {
      services = isNamed ? services.filter(ofService) : services;
      rows = found;
      routers = new Set(found.map(row => row.router));
    } else {
      services = services.filter(ofService);
      rows = isNamed ? rows.filter(row => services.some(service => ["routed", "partly"].includes(data.outcome(service, row).outcome))) : [];
    }
  }
  return { services, rows, routers, match };
}

/** Returns the findings, the worst ones first. */
function findingsOf(data) {
  const { findings } = data.data;
  if (findings.length === 0) {
    return null;
  }
  const place = element("ul", { class: "findings" });
  const list = new GrowingList(place, { chunk: 25, noun: "finding", make: finding => findingOf(data, finding, true) });
  list.show(findings);
  return sectionOf("findings", "Findings", null, place, list.button);
}

/** Returns the services that are not for the tenant, and their search. */
function othersOf(data) {
  if (data.others.length === 0) {
    return null;
  }
  const place = element("ul", { class: "names" });
  const list = new GrowingList(place, { chunk: 100, noun: "service", make: service => element("li", {}, named(service.name)) });
  const section = element("section", {}, folded(
    `${counted(data.others.length, "service")} without an access policy for tenant _internal_: no router learns them`, () => [place, list.button]));
  const search = words => list.show(data.others.filter(service => words.every(word => service.text.includes(word))));
  search([]);
  return { section, search };
}
