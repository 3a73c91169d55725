#!/usr/bin/env python3
"""Compares `validate` with check-jsonschema and yamllint, on one authority with faulty routers.

    cargo build --profile dist --bins --examples
    python3 benches/validate.py [--routers 2000] [--faulty 200] [--rounds 5]

Installs the other programs into target/parts/validators. The tools take turns. The table has the
median time of each with its spread, the peak memory, the number of faulty routers that it reports,
and the number that it reports with the right place. This script finds the places in the text.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = ROOT / "target/dist/loopback-static-routes"
BIN = ROOT / "target/parts/validators/bin"


def run(command, cwd):
    """Seconds, peak memory in MB, and what was printed."""
    with tempfile.TemporaryFile() as out:
        start = time.perf_counter()
        child = subprocess.Popen([str(word) for word in command], cwd=cwd, stdout=out, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode not in (0, 1):
            sys.exit(f"{command[0]} failed with {child.returncode}")
        out.seek(0)
        return seconds, usage.ru_maxrss / 1024, out.read().decode()


def faults(path):
    """Line and column of each fault, by router, as a reader of the text finds them."""
    found, router, block, learns = {}, None, None, False
    for number, line in enumerate(path.read_text().splitlines(), 1):
        indent = len(line) - len(line.lstrip(" -"))
        if match := re.match(r"^ {4}- name: \"?([^\"]*)\"?$|^ {2}- name: \"?([^\"]*)\"?$", line):
            router = match[1] or match[2]
        if re.match(r" *loopback-static-routes:", line):
            block, learns = indent, False
            continue
        if block is None or (line.strip() and indent <= block):
            block = None
            continue
        learns |= "learn-from-services: true" in line
        for pattern in (r"\bmetric: (8589934592)$", r"\b(metrics):", r"address: (192\.0\.2\.256/32)$", r"default-route: (true)$"):
            match = re.search(pattern, line)
            if match and (learns or "default-route" not in pattern):
                found[router] = (number, match.start(1) + 1)
    return found


def ours(printed, expected):
    places = {(f["place"]["line"], f["place"]["column"]) for f in json.loads(printed)["findings"] if f["severity"] == "error"}
    routers = {f.get("router") for f in json.loads(printed)["findings"] if f["severity"] == "error"}
    return len(routers & expected.keys()), len(places & set(expected.values())), len(places - set(expected.values()))


def check_jsonschema(printed, _):
    paths = {match[1] for e in json.loads(printed)["errors"] if (match := re.match(r"\$\.(?:authority\.)?router\[(\d+)\]", e["path"]))}
    return len(paths), 0, 0


def yamllint(printed, expected):
    lines = {int(line.split(":")[1]) for line in printed.splitlines() if line}
    hit = lines & {line for line, _ in expected.values()}
    return len(hit), 0, len(lines - hit)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, default in (("routers", 2000), ("faulty", 200), ("rounds", 5)):
        parser.add_argument(f"--{name}", type=int, default=default)
    options = parser.parse_args()
    subprocess.run([ROOT / "tests/parts/validators/install.sh"], check=True)
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        authority = folder / "authority.yaml"
        generator = [ROOT / "target/dist/examples/large-authority", "--format", "yaml", "--routers", options.routers, "--faulty", options.faulty]
        subprocess.run([str(word) for word in [*generator, "-o", authority]], check=True)
        schema = folder / "authority.schema.json"
        schema.write_bytes(subprocess.run([PROGRAM, "schema", "authority"], check=True, capture_output=True).stdout)
        expected = faults(authority)
        lint = "{extends: default, rules: {line-length: disable}}"
        tools = {
            "loopback-static-routes validate": ([PROGRAM, "validate", "--no-settings", "--format", "json", authority], ours),
            "check-jsonschema": ([BIN / "check-jsonschema", "--schemafile", schema, "--output-format", "json", authority], check_jsonschema),
            "yamllint": ([BIN / "yamllint", "--format", "parsable", "-d", lint, authority], yamllint),
        }
        rounds = {name: [] for name in tools}
        for _ in range(options.rounds):
            for name, (command, _) in tools.items():
                rounds[name].append(run(command, folder))
        size = authority.stat().st_size / 1e6
        print(f"{options.routers} routers, {options.faulty} of them faulty ({len(expected)} found in the text), {size:.0f} MB of YAML, {options.rounds} rounds")
        print("| tool | time, median (spread) | to ours | peak memory | faulty routers reported | with the exact place | elsewhere |")
        print("|---|---|---|---|---|---|---|")
        base = None
        for name, results in rounds.items():
            times = sorted(seconds for seconds, _, _ in results)
            median = statistics.median(times)
            base = base or median
            reported, exact, elsewhere = tools[name][1](results[0][2], expected)
            memory = max(memory for _, memory, _ in results)
            print(f"| {name} | {median:.2f} s ({times[0]:.2f}–{times[-1]:.2f}) | {median / base:.0f} × | {memory:.0f} MB | {reported} | {exact} | {elsewhere} |")


main()
