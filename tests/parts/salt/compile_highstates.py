"""Compiles the highstates that top files give a minion, and prints them as JSON.

compile_highstates.py < [{"roots": {ENVIRONMENT: [FOLDER]}, "options": {…}}]

Prints a verdict for each set-up. "errors" has the errors, and "states" the environment, the SLS
file and the ID of each state. The options are those of a minion or of its master. A minion gets
the options about top files from its master, and here both are one.
"""

import json
import logging
import sys
import tempfile
from pathlib import Path
from typing import Any

import salt.config
import salt.state


def options(folder: Path, setup: dict[str, Any]) -> dict[str, Any]:
    """Returns the options of a minion."""
    given = {
        "id": "branch.node1.example",
        "file_client": "local",
        "root_dir": str(folder),
        "cachedir": str(folder / "cache"),
        "pki_dir": str(folder / "pki"),
        "file_roots": setup["roots"],
        "pillar_roots": {"base": []},
        "grains": {"os": "Linux", "os_family": "Debian"},
    }
    return salt.config.apply_minion_config(given | setup["options"])


def verdict(folder: Path, setup: dict[str, Any]) -> dict[str, Any]:
    """Returns what a set-up gives the minion."""
    with salt.state.HighState(options(folder, setup)) as highstate:
        top = highstate.get_top()
        errors = highstate.verify_tops(top)
        high, more = highstate.render_highstate(highstate.top_matches(top))
        states = [
            [state["__env__"], state["__sls__"], name]
            for name, state in high.items()
            if isinstance(state, dict) and "__sls__" in state
        ]
        return {"errors": errors + more, "states": sorted(states)}


def main() -> None:
    """Prints the verdicts."""
    logging.disable(logging.CRITICAL)
    answer = []
    for setup in json.load(sys.stdin):
        with tempfile.TemporaryDirectory() as name:
            answer.append(verdict(Path(name), setup))
    json.dump(answer, sys.stdout)


main()
