"""The page of `fleet`, as `tests/real/commands/page.rs` makes it."""

ROWS = "#minions tbody tr"


def check(checks):
    checks.browser.look(1280, 800)
    checks.open("fleet")
    checks.expect("minions", checks.count(ROWS), 46)
    checks.expect("first minion", checks.text(f"{ROWS} th"), "branch-003/node1")
    checks.expect("states to look at", checks.script("return [...document.querySelectorAll('.risk b')].map(e => e.innerText)"),
                  ["2 minions: another document", "2 minions: drift", "2 minions: not answering"])
    checks.browser.click(".risk:nth-child(2) a")
    checks.expect("minions of a state", (checks.count(ROWS), checks.parameters()), (2, {"filter": "drift"}))
    checks.expect("matches", checks.text("#matches"), "2 of 46 minions match")
    checks.browser.keys("Escape")
    checks.browser.click("th button[data-key=node]")
    checks.expect("first node", checks.text(f"{ROWS} th"), "branch-001/node1")
    checks.appearance("fleet", looks=[("phone", "light"), ("desktop", "dark")])
