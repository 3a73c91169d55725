#!/usr/bin/env python3
"""Measures the time in which a Salt master compiles one minion's pillar.

It compares the files that `generate` publishes with a top file that lists every minion.

    cargo build --profile dist --bins --examples
    tests/parts/venv.sh salt tests/parts/salt/requirements.txt
    target/parts/salt/bin/python benches/pillar.py

Salt's code compiles the pillar, in this process. Figures are medians.
"""

import logging
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import salt.config
import salt.pillar

ROOT = pathlib.Path(__file__).resolve().parent.parent
NODES = (100, 1_000, 10_000)


def compile_time(folder: pathlib.Path, pillar_root: pathlib.Path, minion: str, rounds: int) -> tuple[float, float]:
    """Returns the seconds of the whole, and of the part after Salt has listed the pillar root."""
    options = dict(salt.config.DEFAULT_MASTER_OPTS) | {
        "root_dir": str(folder),
        "cachedir": str(folder / "cache"),
        "pki_dir": str(folder / "pki"),
        "file_roots": {"base": []},
        "pillar_roots": {"base": [str(pillar_root)]},
        "pillar_cache": False,
    }
    options = salt.config.apply_master_config(options)
    options["file_client"] = "local"
    whole, after = [], []
    for _ in range(rounds):
        start = time.perf_counter()
        prepared = salt.pillar.Pillar(options, {"id": minion, "os": "Linux"}, minion, "base")
        listed = time.perf_counter()
        pillar = prepared.compile_pillar()
        end = time.perf_counter()
        whole.append(end - start)
        after.append(end - listed)
        if "loopback-static-routes" not in pillar:
            sys.exit(f"{minion} got {pillar}")
    return statistics.median(whole), statistics.median(after)


def main() -> None:
    logging.basicConfig(level=logging.ERROR)
    print("| minions | what `salt-setup` makes: all, without Salt's start | a top that lists every minion | ratio |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for nodes in NODES:
            authority, out = folder / f"{nodes}.json", folder / f"out{nodes}"
            generator = ROOT / "target/dist/examples/large-authority"
            subprocess.run([generator, "--routers", str(nodes), "--nodes", "1", "--services", "300", "-o", authority], check=True)
            program = ROOT / "target/dist/loopback-static-routes"
            subprocess.run([program, "generate", authority, "--out", out, "-q"], check=False, stderr=subprocess.DEVNULL)
            documents = sorted(path for path in (out / "pillar/loopback_static_routes").iterdir())
            # The usual layout lists each minion by name. Its document has a name without encoding.
            listed = folder / f"listed{nodes}"
            (listed / "routes").mkdir(parents=True)
            lines = ["base:"]
            for index, document in enumerate(documents):
                (listed / f"routes/m{index}.sls").write_bytes(document.read_bytes())
                minion = document.stem.replace("%2E", ".")
                lines += [f"  '{minion}':", f"    - routes.m{index}"]
            (listed / "top.sls").write_text("\n".join(lines) + "\n")
            minion = documents[len(documents) // 2].stem.replace("%2E", ".")
            root = folder / f"root{nodes}"
            root.mkdir()
            subprocess.run([program, "salt-setup", "--out", out, "--pillar-root", root], check=True, stdout=subprocess.DEVNULL)
            ours, compiled = compile_time(folder, root, minion, 15)
            usual, _ = compile_time(folder, listed, minion, 3)
            print(f"| {len(documents):,} | {ours * 1e3:.0f} ms, {compiled * 1e3:.0f} ms | {usual * 1e3:,.0f} ms | {usual / ours:,.0f} × |", flush=True)


main()
