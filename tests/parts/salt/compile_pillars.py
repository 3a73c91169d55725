"""Compiles the pillars of minions as a Salt master does, and prints them as JSON.

compile_pillars.py PILLAR_ROOT < JSON list of minion ids    prints {id: pillar}
compile_pillars.py --valid-ids < JSON list of minion ids    prints {id: True if Salt accepts it}

This calls the code with which a master compiles a pillar, without the daemons of master and minion.
"""

import json
import logging
import sys
import tempfile
from pathlib import Path
from typing import Any

import salt.config
import salt.pillar
import salt.utils.verify


def master_options(folder: Path, pillar_root: str) -> dict[str, Any]:
    """Returns the options of a master with all its files in one folder, and one environment."""
    options = dict(salt.config.DEFAULT_MASTER_OPTS) | {
        "root_dir": str(folder),
        "cachedir": str(folder / "cache"),
        "pki_dir": str(folder / "pki"),
        "file_roots": {"base": []},
        "pillar_roots": {"base": [pillar_root]},
        "pillar_cache": False,
        "multiprocessing": False,
    }
    options = salt.config.apply_master_config(options)
    options["file_client"] = "local"
    return options


def compile_pillar(options: dict[str, Any], minion: str) -> Any:
    """Returns one minion's pillar. Exits on an error: the minion would get a broken pillar."""
    grains = {"id": minion, "os": "Linux"}
    pillar = salt.pillar.Pillar(options, grains, minion, "base").compile_pillar()
    if errors := pillar.get("_errors"):
        sys.exit(f"{minion!r}: {errors}")
    return pillar


def main() -> None:
    """Reads the ids, and prints the pillars or the validity of each id."""
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    logging.basicConfig(stream=sys.stderr, level=logging.ERROR)
    minions: list[str] = json.load(sys.stdin)
    with tempfile.TemporaryDirectory() as folder:
        if sys.argv[1] == "--valid-ids":
            (Path(folder) / "pki").mkdir()
            options = {"pki_dir": str(Path(folder) / "pki")}
            answer = {minion: salt.utils.verify.valid_id(options, minion) for minion in minions}
        else:
            options = master_options(Path(folder), sys.argv[1])
            answer = {minion: compile_pillar(options, minion) for minion in minions}
    json.dump(answer, sys.stdout)


main()
