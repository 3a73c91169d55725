
// The data that all pages have: nodes, and sets of them.

class Nodes {
  constructor({ routers, sets }) {
    this.sets = sets;
    this.routers = [];
    this.names = [];
    this.routerOf = [];
    for (const [router, ...nodes] of routers) {
      const index = this.routers.push(router) - 1;
      for (const node of nodes) {
        this.names.push(`${router}/${node}`);
        this.routerOf.push(index);
      }
    }
    this.texts = this.names.map(name => name.toLowerCase());
  }

  /** Returns the runs of a reference: pairs of the first index and the index after the last one. */
  runs(reference) {
    return reference >= 0 ? [[reference, reference + 1]] : runsOf(this.sets[-1 - reference]);
  }

  indices(reference) {
    return this.runs(reference).flatMap(([first, end]) => Array.from({ length: end - first }, (_, at) => first + at));
  }

  count(reference) {
    return this.runs(reference).reduce((sum, [first, end]) => sum + end - first, 0);
  }

  /** Returns `42 nodes of 21 routers`. */
  describe(indices) {
    const routers = new Set(indices.map(index => this.routerOf[index]));
    return `${counted(indices.length, "node")} of ${counted(routers.size, "router")}`;
  }

  /** Returns the names of routers. If there are many, they are folded. */
  listOfRouters(routers) {
    const names = routers.map(router => this.routers[router]);
    const fill = () => {
      const place = element("ul", { class: "names" });
      const list = new GrowingList(place, { chunk: 100, noun: "router", make: name => element("li", {}, named(name)) });
      list.show(names);
      return [place, list.button];
    };
    return names.length <= 3 ? named(names.join(", ")) : folded(counted(names.length, "other router"), fill);
  }

  link(index) {
    return placeLink("node", this.names[index], {}, nodeName(this.names[index]));
  }

  /** Returns the names as links if they are few, and otherwise folded. */
  shown(reference, lead = "") {
    return this.ofIndices(this.indices(reference), false, lead);
  }

  /** Returns the names as links. If there are many, the first ones are links, or all are folded. */
  ofIndices(indices, isFirst = false, lead = "") {
    return isFirst || indices.length <= 3 ? this.links(indices, lead)
      : folded(lead + this.describe(indices), () => this.list(indices));
  }

  /** Returns the first names as links, and folds the others. */
  first(reference, lead = "") {
    return this.links(this.indices(reference), lead);
  }

  links(indices, lead) {
    const first = indices.slice(0, 3).flatMap((index, at) => [at === 0 ? lead : ", ", this.link(index)]);
    const more = indices.slice(3);
    return element("div", { class: "first" }, first,
      more.length === 0 ? null : [" ", folded(`and ${counted(more.length, "more node")}`, () => this.list(more))]);
  }

  list(indices) {
    const place = element("ul", { class: "names" });
    const make = index => element("li", {}, this.link(index));
    const list = new GrowingList(place, { chunk: 100, noun: "node", make });
    list.show(indices);
    return [place, list.button];
  }

  /** Returns, for a word, a function that says whether one of the nodes of a reference has it. */
  having(word) {
    const before = new Int32Array(this.texts.length + 1);
    this.texts.forEach((text, index) => { before[index + 1] = before[index] + (text.includes(word) ? 1 : 0); });
    const has = (first, end) => before[end] > before[first];
    return reference => reference >= 0 ? has(reference, reference + 1)
      : this.runs(reference).some(([first, end]) => has(first, end));
  }
}

/** Returns the runs of a set, which is stored as gaps and lengths in turn. */
function runsOf(set) {
  const runs = [];
  for (let at = 0, next = 0; at < set.length; at += 2) {
    const first = next + set[at];
    next = first + set[at + 1];
    runs.push([first, next]);
  }
  return runs;
}

/** Returns a list of texts, each stored with what it shares with the text before it. */
function frontCoded(coded) {
  let last = "";
  return coded.map(([shared, rest]) => (last = last.slice(0, shared) + rest));
}
