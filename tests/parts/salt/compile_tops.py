"""Compiles the pillars that top files give, as a Salt master does, and prints them as JSON.

compile_tops.py PILLAR_ROOT < {PATH: [MINION ID]}

Prints a verdict for each file and minion, {PATH: {ID: VERDICT}}. "rejected" has the errors about
the top file, "errors" those about SLS files, "sls" the SLS files of each environment, and "pillar"
the result. Each file is copied to top.sls of the pillar root. The loaders of a minion are kept for
all files, because they take most of the time. Two processes share the files.
"""

import json
import logging
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import salt.config
import salt.pillar


def master_options(folder: Path, pillar_root: Path) -> dict[str, Any]:
    """Returns the options of a master with three environments. Two of them share their files."""
    other = folder / "other"
    other.mkdir()
    for name in ("users.sls", "web.sls", "db.sls"):
        (other / name).write_bytes((pillar_root / name).read_bytes())
    options = dict(salt.config.DEFAULT_MASTER_OPTS) | {
        "root_dir": str(folder),
        "cachedir": str(folder / "cache"),
        "pki_dir": str(folder / "pki"),
        "file_roots": {"base": []},
        "pillar_roots": {"base": [str(pillar_root)], "dev": [str(other)], "prod": [str(other)]},
        "pillar_cache": False,
        "multiprocessing": False,
    }
    options = salt.config.apply_master_config(options)
    options["file_client"] = "local"
    return options


def verdict(pillar: Any) -> dict[str, Any]:
    """Returns what the present top file gives a minion."""
    try:
        top, rejected = pillar.get_top()
        matches = pillar.top_matches(top)
        data, errors = pillar.render_pillar(matches)
        # Without the rest of compile_pillar, which adds the configuration of the master.
        return {"rejected": rejected, "errors": errors, "sls": matches, "pillar": data}
    except Exception as error:  # The master catches it too, and the minion gets no pillar.
        return {"rejected": [f"{type(error).__name__}: {error}"], "errors": [], "sls": {}, "pillar": {}}


def compile_tops(tops: dict[str, list[str]], pillar_root: Path) -> dict[str, Any]:
    """Returns the verdicts of these files."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        root = folder / "pillar"
        root.mkdir()
        for file in pillar_root.iterdir():
            (root / file.name).write_bytes(file.read_bytes())
        options = master_options(folder, root)
        answer: dict[str, Any] = {top: {} for top in tops}
        for minion in sorted({minion for minions in tops.values() for minion in minions}):
            # One after another: loaders of two minions would share their options.
            pillar = salt.pillar.Pillar(options, {"id": minion, "os": "Linux"}, minion, "base")
            for top in [top for top, minions in tops.items() if minion in minions]:
                (root / "top.sls").write_bytes(Path(top).read_bytes())
                pillar.ignored_pillars = {}  # The option ignore_missing of the last file.
                answer[top][minion] = verdict(pillar)
        return answer


def main() -> None:
    """Shares the files with a child process, and prints the verdicts of both."""
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    logging.disable(logging.CRITICAL)
    root, tops = Path(sys.argv[1]), json.load(sys.stdin)
    reader, writer = os.pipe()
    child = os.fork()
    half = compile_tops(dict(list(tops.items())[child != 0 :: 2]), root)
    if child == 0:
        with os.fdopen(writer, "w") as pipe:
            json.dump(half, pipe)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        json.dump(half | json.load(pipe), sys.stdout)
    if os.waitpid(child, 0)[1] != 0:
        sys.exit("the child process failed")


main()
