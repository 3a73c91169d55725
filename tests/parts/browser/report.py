"""The page of `report`, as `tests/real/commands/page.rs` makes it."""

SERVICES, ROWS = "#services tbody tr:not(.detail)", "#nodes tbody tr:not(.detail)"
COLUMNS = ".matrix .router"


def check(checks):
    checks.browser.look(1280, 800)
    reading(checks)
    matrix(checks)
    searching(checks)
    links(checks)
    keyboard(checks)
    checks.paper("report")
    checks.hostile("report-hostile")
    large(checks)
    checks.appearance("report", "filter=10.70.1.1", "report-prefix", [("phone", "dark")])
    checks.appearance("report", "node=branch-001%2Fnode1", "report-node", [("desktop", "dark")])
    checks.appearance("report", prepare=lambda: checks.browser.click("button.cell.partly"))
    checks.appearance("report-empty", looks=[("phone", "light"), ("desktop", "dark")])


def reading(checks):
    checks.open("report")
    checks.expect("services", checks.count(SERVICES), 7)
    checks.expect("nodes", checks.count(ROWS), 46)
    checks.expect("columns of routers that are alike", checks.count(COLUMNS), 5)
    checks.expect("first alert", checks.text(".risk b"), "2 nodes are held back by errors")
    checks.expect("first finding", checks.text(".finding b"), "error")
    checks.expect("services of other tenants", checks.text("section:last-child summary"),
                  "1 service without an access policy for tenant _internal_: no router learns them")


def matrix(checks):
    checks.open("report")
    checks.browser.click("button.cell.partly")
    checks.expect("why a service is partly routed", checks.text(".detail .why").split("\n"), [
        "203.0.113.80 is routed", "updates.example.com is not routed:",
        "the router's `static-hostname-mapping` has no IPv4 address for it \u2014 router branch-001 static-hostname-mapping",
    ])
    checks.expect("one answer at a time", checks.count(".detail"), 1)
    checks.browser.click("#services tbody tr:nth-child(2) .cell.not")
    checks.expect("one answer at a time", checks.count(".detail"), 1)
    checks.browser.click(".cell[aria-expanded=true]")
    checks.expect("a closed answer", checks.count(".detail"), 0)
    checks.browser.click("#fold")
    checks.expect("columns of all routers", checks.count(COLUMNS), 23)
    # A service that applies to other routers.
    checks.browser.click("[aria-label='not routed: lab on branch-021']")
    reason = "the `applies-to` of service lab names neither this router nor one of its groups"
    checks.expect("why a service is not routed", checks.text(".detail .why").split(" \u2014 ")[0], reason)


def searching(checks):
    checks.open("report")
    checks.browser.keys("/", *"10.70.1.1")
    checks.expect("longest matches", checks.script("return [...document.querySelectorAll('.match p')].map(e => e.innerText)"), [
        "10.70.0.0/16 metric 50 service updates, address 10.70.0.0/16",
        "10.70.0.0/16 metric 60 service updates, address 10.70.0.0/16", "No route",
    ])
    checks.expect("matches", checks.text("#matches"), "1 of 7 services, 38 of 46 nodes match")
    checks.browser.keys("Escape")
    checks.expect("after Escape", (checks.count("#match"), checks.count(ROWS), checks.parameters()), (0, 46, {}))
    checks.filter("192.0.2.0/24")
    summaries = checks.script("return [...document.querySelectorAll('.match summary')].map(e => e.innerText)")
    checks.expect("routes within a prefix", [text for text in summaries if text.startswith("Within")],
                  ["Within: 3 routes", "Within: 4 routes", "Within: 4 routes"])
    checks.filter("198.51.100.201")
    checks.expect("covering route", checks.text(".match p"), "198.51.100.0/24 metric 9 static-route 198.51.100.0/24")
    checks.filter("kiosk")
    checks.expect("a router", (checks.count(COLUMNS), checks.count(ROWS)), (1, 2))
    checks.filter("radius")
    checks.expect("a service", (checks.count(SERVICES), checks.count(ROWS)), (1, 38))
    checks.filter("branch-003 radius")
    checks.expect("a service of a router", (checks.count(SERVICES), checks.count(COLUMNS), checks.count(ROWS)), (1, 1, 2))
    checks.filter("no such thing")
    checks.expect("text without a match", checks.text("main > .empty"), "No node, prefix or service matches the filter. Press Escape to clear it.")


def links(checks):
    checks.open("report", "node=branch-009%2Fnode2&nodes=-routes")
    checks.expect("focus of a linked node", checks.focus(), "branch-009/node2")
    checks.expect("finding of a node", checks.text(".detail .finding b"), "error")
    checks.open("report", "node=hub-chicago%2Fnode1")
    checks.expect("routes of a node", checks.count(".detail .routes tr"), 2)
    digest = checks.text(".detail .digest")
    checks.expect("digest of a node", (len(digest), digest[:12]), (64, checks.text("#nodes .detail").split("Digest of the routes: ")[1][:12]))


def keyboard(checks):
    checks.open("report")
    checks.browser.keys("Tab", "Tab", "Enter")
    checks.expect("focus after a skip link", checks.focus(), "services")
    checks.browser.keys("Tab", "Tab", "Tab")
    label = "return document.activeElement.getAttribute('aria-label')"
    checks.expect("first cell", checks.script(label), "routed: dns on branch-001")
    checks.browser.keys("Right", "Down", "Enter")
    checks.expect("another cell", checks.script(label), "partly routed: flaky on branch-006")
    checks.expect("opened cell", checks.count(".detail"), 1)


def large(checks):
    checks.open("report-large")
    checks.expect("elements of a large page", checks.script("return document.querySelectorAll('*').length < 2500"), True)
    checks.expect("rows of a large page", checks.count(ROWS), 50)
    figures = {"first paint": checks.first_paint(), "filter by node": checks.filter("router04242")}
    checks.expect("one of many nodes", checks.count(ROWS), 1)
    figures["filter by prefix"] = checks.filter("10.16.242.130")
    checks.expect("route of one of many nodes", checks.text(".match p"), "10.16.242.128/28 metric 0 static-route 10.16.242.128/28")
    figures["no filter"] = checks.filter("")
    checks.figures["report of 10,000 nodes, in ms"] = {name: round(value, 1) for name, value in figures.items()}
