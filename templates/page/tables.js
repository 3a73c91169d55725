
// Tables: columns that sort, and rows that the arrow keys reach.

/** Returns the head of a table. A column with a `key` sorts the rows. */
function sortableHead(columns, sort) {
  const cell = ({ text, spoken: label, key, isNumber }) => {
    const attributes = { scope: "col", class: isNumber ? "number" : null };
    if (!key) {
      return element("th", attributes, text);
    }
    const button = element("button", { type: "button", click: () => sort(key), "data-key": key, "aria-label": label ?? null }, text);
    return element("th", attributes, button);
  };
  return element("thead", {}, element("tr", {}, columns.map(cell)));
}

/** Marks the column that sorts, as in `name` or `-added` for the largest first. */
function markSorted(head, order) {
  const key = order.replace(/^-/u, "");
  for (const button of head.querySelectorAll("button")) {
    const direction = order === key ? "ascending" : "descending";
    const column = button.closest("th");
    button.dataset.key === key ? column.setAttribute("aria-sort", direction) : column.removeAttribute("aria-sort");
  }
}

/** Returns the other direction if the column sorts already. Numbers begin with the largest. */
function nextOrder(order, key, isNumber) {
  const first = isNumber ? `-${key}` : key;
  const other = isNumber ? key : `-${key}`;
  return order === first ? other : first;
}

/** Sorts copies of items by a key. Equal ones stay in their order. */
function sorted(items, order, keys) {
  const key = keys[order.replace(/^-/u, "")];
  if (!key) {
    return items;
  }
  const sign = order.startsWith("-") ? -1 : 1;
  const compare = (a, b) => typeof a === "number" ? a - b : a < b ? -1 : a > b ? 1 : 0;
  const keyed = items.map((item, index) => ({ item, index, key: key(item) }));
  keyed.sort((a, b) => sign * compare(a.key, b.key) || a.index - b.index);
  return keyed.map(({ item }) => item);
}

/** Lets arrow keys, Home and End move between the controls of a table, of which Tab reaches one. */
function arrowKeys(table, selector) {
  const controls = () => [...table.querySelectorAll(selector)].filter(control => control.offsetParent !== null);
  const rows = () => {
    const rows = new Map();
    for (const control of controls()) {
      const row = control.closest("tr");
      rows.set(row, [...rows.get(row) ?? [], control]);
    }
    return [...rows.values()];
  };
  const moves = {
    ArrowDown: (grid, row, column) => grid[row + 1]?.[column] ?? grid[row + 1]?.at(-1),
    ArrowUp: (grid, row, column) => grid[row - 1]?.[column] ?? grid[row - 1]?.at(-1),
    ArrowRight: (grid, row, column) => grid[row][column + 1],
    ArrowLeft: (grid, row, column) => column > 0 ? grid[row][column - 1] : undefined,
    Home: grid => grid[0][0],
    End: grid => grid.at(-1).at(-1),
  };
  table.addEventListener("keydown", event => {
    const from = event.target.closest(selector);
    if (!from || !(event.key in moves) || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const grid = rows();
    const row = grid.findIndex(controls => controls.includes(from));
    const to = moves[event.key](grid, row, grid[row].indexOf(from));
    if (to) {
      event.preventDefault();
      to.focus();
    }
  });
  table.addEventListener("focusin", event => {
    const now = event.target.closest(selector);
    if (now) {
      table.querySelectorAll(`${selector}[tabindex="0"]`).forEach(control => { control.tabIndex = -1; });
      now.tabIndex = 0;
    }
  });
}

/** Makes the first control of a table the one that Tab reaches. */
function startArrowKeys(table, selector) {
  const controls = table.querySelectorAll(selector);
  controls.forEach((control, index) => { control.tabIndex = index === 0 ? 0 : -1; });
}

/** Returns an element in which a wide table scrolls, also by the keyboard. */
function scrolling(label, table) {
  return element("div", { class: "scroll", role: "group", "aria-label": label, tabindex: "0" }, table);
}
