"""The page of `diff`, as `tests/real/commands/page.rs` makes it."""

CARDS, ROWS = ".card", "#nodes tbody tr:not(.detail)"
FIRST_NODE = "#nodes tbody tr:first-child .fold"


def check(checks):
    checks.browser.look(1280, 800)
    reading(checks)
    filtering(checks)
    sorting(checks)
    links(checks)
    keyboard(checks)
    checks.paper("diff", lambda: paper(checks))
    checks.hostile("diff-hostile", lambda: names(checks))
    large(checks)
    nothing(checks)
    checks.appearance("diff", "node=branch-007%2Fnode1", "diff-node", [("phone", "light")])
    checks.appearance("diff")
    checks.appearance("diff-empty", looks=[("phone", "dark")])


def reading(checks):
    checks.open("diff")
    checks.expect("changes by edit", checks.count(CARDS), 17)
    checks.expect("changed nodes", checks.count(ROWS), 46)
    checks.expect("alerts", checks.count(".risk"), 4)
    checks.expect("first alert", checks.text(".risk b"), "2 nodes are held back by errors")
    checks.expect("largest edit", checks.text(".largest li").split("\n")[0].strip(), "service updates added")
    # The largest change is the first one. Its routes and nodes are folded.
    checks.expect("first change", checks.text(".card h3"), "service updates added")
    checks.expect("routes of the first change", checks.count(".card:first-child .routes tr"), 4)
    checks.browser.click(".card:first-child .more")
    checks.expect("routes after a click", checks.count(".card:first-child .routes tr"), 8)
    checks.browser.click(".card:first-child summary")
    checks.expect("nodes of the first change", checks.count(".card:first-child .names li"), 34)
    checks.expect("edits without effect", checks.text(".idle summary"), "Edits that change no route of the other nodes: 2")


def filtering(checks):
    checks.open("diff")
    checks.browser.keys("/")
    checks.expect("focus after /", checks.focus(), "filter")
    checks.browser.keys(*"BRANCH-007 dns")
    checks.expect("changes that match", checks.count(CARDS), 2)
    checks.expect("nodes that match", checks.count(ROWS), 2)
    checks.expect("matches", checks.text("#matches"), "2 of 17 changes, 2 of 46 nodes match")
    checks.expect("address", checks.parameters(), {"filter": "BRANCH-007 dns"})
    checks.browser.keys("Escape")
    checks.expect("changes after Escape", (checks.count(CARDS), checks.parameters()), (17, {}))
    checks.filter("no such thing")
    checks.expect("text without a match", checks.text("main > .empty"), "No change and no node matches the filter. Press Escape to clear it.")
    checks.open("diff", "filter=203.0.113.5")
    checks.expect("changes of the address", checks.count(CARDS), 3)


def sorting(checks):
    checks.open("diff")
    checks.browser.click("th button[data-key=changed]")
    checks.expect("first node by metric", checks.text(FIRST_NODE), "branch-003/node1")
    checks.expect("address", checks.parameters(), {"nodes": "-changed"})
    checks.expect("sorted column", checks.text("th[aria-sort=descending]"), "Metric")
    checks.browser.click("th button[data-key=changed]")
    checks.expect("sorted column", checks.text("th[aria-sort=ascending]"), "Metric")
    checks.open("diff", "nodes=-name&edits=name")
    checks.expect("last node first", checks.text(FIRST_NODE), "kiosk-berlin-alexanderplatz/node2")
    checks.expect("first change by name", checks.text(".card h3"), "router branch-007 loopback-static-routes enabled false added")


def links(checks):
    checks.open("diff", "node=branch-007%2Fnode1")
    checks.expect("focus of a linked node", checks.focus(), "branch-007/node1")
    checks.expect("state of a linked node", checks.text(".detail p"), "Was on, is now off.")
    # A link within the page keeps the order of the nodes.
    checks.open("diff", "nodes=-name&filter=kiosk")
    checks.browser.click(".card:last-child .permalink")
    chosen = checks.script("return document.querySelector('.chosen').id")
    checks.expect("chosen change", checks.parameters(), {"nodes": "-name", "filter": "kiosk", "edit": chosen.removeprefix("edit-")})
    checks.open("diff", "filter=hub&node=branch-001%2Fnode1")
    checks.expect("a link to a node that the filter hides", checks.focus(), "branch-001/node1")


def keyboard(checks):
    checks.open("diff")
    checks.browser.keys("Tab")
    checks.expect("first link", checks.focus(), "Skip to the filter")
    checks.browser.keys("Tab", "Tab", "Enter")
    checks.expect("focus after a skip link", checks.focus(), "nodes")
    checks.browser.keys(*["Tab"] * 6)
    checks.expect("first node", checks.focus(), "branch-001/node1")
    checks.browser.keys("Down", "Down", "Enter")
    checks.expect("opened node", (checks.focus(), checks.count(".detail")), ("branch-002/node1", 1))
    checks.browser.keys("End")
    checks.expect("last node", checks.focus(), "kiosk-berlin-alexanderplatz/node2")
    checks.browser.keys("Home", "Enter", "Enter")
    checks.expect("closed node", (checks.focus(), checks.count(".detail")), ("branch-001/node1", 1))


def paper(checks):
    checks.expect("routes on paper", checks.count(".card:first-child .routes tr"), 20)
    checks.expect("medium", checks.script("return matchMedia('print').matches"), True)
    checks.expect("controls on paper", checks.count(".bar, .more, .permalink"), 0)


def names(checks):
    checks.expect("a name as text", checks.script("return document.body.innerText.includes('<script>forged=1</script>')"), True)


def large(checks):
    checks.open("diff-large")
    # Rows are made on demand, so their number does not depend on that of the nodes.
    checks.expect("elements of a large page", checks.script("return document.querySelectorAll('*').length < 2000"), True)
    checks.expect("rows of a large page", checks.count(ROWS), 50)
    figures = {"first paint": checks.first_paint(), "first filter": checks.filter("router04242")}
    checks.expect("one of many nodes", checks.text("#matches"), "3 of 30,000 changes, 1 of 10,000 nodes match")
    figures["filter by node"] = checks.filter("router042")
    figures["filter by prefix"] = checks.filter("10.16.242.128/28")
    checks.expect("one of many prefixes", checks.text("#matches"), "1 of 30,000 changes, 1 of 10,000 nodes match")
    figures["no filter"] = checks.filter("")
    checks.figures["diff of 10,000 nodes, in ms"] = {name: round(value, 1) for name, value in figures.items()}


def nothing(checks):
    checks.open("diff-empty")
    checks.expect("an empty page", checks.text(".empty h2"), "There is nothing to review")
