#!/usr/bin/env python3
"""Measures the program and its alternatives at scale, and prints the table of docs/performance.md.

    cargo build --profile dist --bins --examples
    python3 benches/scale.py [--rounds 5] [--rows first,unchanged,validate,findings,growth,hundred,syntaxes,shapes,pillar] [--folder FOLDER]

Installs the Python peers into target/parts/peers. Compared programs take turns, so that a slow
phase of the machine affects all of them. A figure is the median of the rounds, with the spread in
brackets. A ratio is the ratio of the medians. FOLDER should be on a disk, since /tmp may be memory.
It needs 25 GB, and the run takes three quarters of an hour.
"""

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DIST = ROOT / "target/dist"
PROGRAM = DIST / "loopback-static-routes"
GENERATOR = DIST / "examples/large-authority"
BARE = DIST / "examples/bare-pass"
PYTHON = ROOT / "target/parts/peers/bin/python"
PEER = ROOT / "benches/peers/generate.py"
PYYAML = "import sys, yaml; yaml.load(open(sys.argv[1]), yaml.CSafeLoader)"

FORMAT = """
import json, sys
elements = json.load(open(sys.argv[1]))
open(sys.argv[2], "w").write(json.dumps(elements, indent=1))
open(sys.argv[3], "w").write(json.dumps(elements, separators=(",", ":")))
"""


class Run:
    """A command, and what it cost in each round."""

    def __init__(self, *command, codes=(0,)):
        self.command = [str(word) for word in command]
        self.codes, self.rounds = codes, []

    def go(self):
        start = time.perf_counter()
        child = subprocess.Popen(self.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode not in self.codes:
            sys.exit(f"{' '.join(self.command)} ended with {child.returncode}")
        self.rounds.append((seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, usage.ru_utime))

    def median(self, what=0):
        return statistics.median(values[what] for values in self.rounds)

    def told(self, what=0):
        values = sorted(values[what] for values in self.rounds)
        digits = 3 if values[0] < 1 else 1
        return f"{self.median(what):.{digits}f} s ({values[0]:.{digits}f}–{values[-1]:.{digits}f})"

    def memory(self):
        values = [values[2] / 1e6 for values in self.rounds]
        # A child's peak memory is at least that of this process.
        if resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6 >= min(values):
            sys.exit("this process needs too much memory to measure that of others")
        return f"{statistics.median(values):.0f} MB ({min(values):.0f}–{max(values):.0f})"


def in_turn(rounds, *runs):
    """All of them in each round. The first round is not counted: it fills the caches."""
    for _ in range(rounds + 1):
        for run in runs:
            run.go()
    for run in runs:
        run.rounds.pop(0)


def row(*cells):
    print("| " + " | ".join(str(cell) for cell in cells) + " |", flush=True)


def verdict(ratio, target, at_most=True):
    if target is None:
        return f"{ratio:.1f} ×", ""
    met = ratio <= target if at_most else ratio >= target
    return f"{ratio:.2f} ×" if ratio < 10 else f"{ratio:.0f} ×", f"{'≤' if at_most else '≥'} {target} ×{'' if met else ' (missed)'}"


class Bench:
    def __init__(self, folder, rounds):
        self.folder, self.rounds, self.made = folder, rounds, 0

    def authority(self, name, *options):
        path = self.folder / name
        if not path.exists():
            subprocess.run([str(word) for word in (GENERATOR, *options, "-o", path)], check=True)
        return path

    def new(self, name):
        """A folder that was never there: ext4 is slow to use again what was just removed."""
        while True:
            self.made += 1
            path = self.folder / f"{name}{self.made}"
            if not path.exists():
                return path

    def generate(self, authority, out):
        return Run(PROGRAM, "generate", authority, "--out", out, "--quiet")

    def first(self):
        """Into a new folder, beside the peer, and beside copying what came out."""
        authority = self.authority("authority.json")
        rounds = {name: [] for name in ("ours", "copied", "synced", "plain", "quick")}
        for _ in range(self.rounds):
            out, copy, plain, quick = self.new("out"), self.new("copy"), self.new("plain"), self.new("quick")
            for name, run in (
                ("ours", self.generate(authority, out)),
                ("copied", Run("cp", "-r", out, copy)),
                ("plain", Run(PYTHON, PEER, authority, plain, "--plain")),
                ("quick", Run(PYTHON, PEER, authority, quick)),
            ):
                os.sync()
                run.go()
                rounds[name].append(run.rounds[0])
                if name == "copied":
                    start = time.perf_counter()
                    subprocess.run(["sync", "-f", copy], check=True)
                    rounds["synced"].append((run.rounds[0][0] + time.perf_counter() - start,))
            for peer in (plain, quick):
                if subprocess.run(["diff", "-r", out / "routers", peer / "routers"], stdout=subprocess.DEVNULL, check=False).returncode:
                    sys.exit("the peer makes other route files")
        for what, column, least in (("time", 0, 4), ("CPU", 1, 20), ("CPU in the program itself", 3, 20)):
            tell = lambda name: self.told([(values[column],) for values in rounds[name]])
            plain, quick = (self.ratio(rounds[name], rounds["ours"], column) for name in ("plain", "quick"))
            row(f"first run: {what}", tell("ours"), f"peer: {tell('plain')}", *verdict(plain, least, False))
            row(f"first run: {what}", tell("ours"), f"peer made quick: {tell('quick')}", *verdict(quick, None, False))
        for name, command in (("copied", "`cp -r`"), ("synced", "`cp -r` and `sync -f`")):
            row("first run: time", self.told(rounds["ours"]), f"{command}: {self.told(rounds[name])}", *verdict(self.ratio(rounds["ours"], rounds[name]), 0.9))

    def told(self, rounds):
        run = Run()
        run.rounds = rounds
        return run.told()

    def ratio(self, above, below, what=0):
        median = lambda rounds: statistics.median(values[what] for values in rounds)
        return median(above) / median(below)

    def unchanged(self):
        """Nothing changed, and one router's block."""
        authority = self.authority("authority.json")
        other = self.authority("edited.json", "--edited", "5001")
        out, of_peer = self.new("out"), self.new("peer")
        self.generate(authority, out).go()
        Run(PYTHON, PEER, authority, of_peer).go()
        same, bare = self.generate(authority, out), Run(BARE, authority)
        # The text of an authority without findings is not kept.
        clean, of_clean = self.authority("clean.json", "--clean"), self.new("clean")
        without, bare_clean = self.generate(clean, of_clean), Run(BARE, clean)
        without.go()
        without.rounds.clear()
        in_turn(2 * self.rounds, same, bare, without, bare_clean)
        # There and back: each run finds one router changed.
        there, back = self.generate(other, out), self.generate(authority, out)
        in_turn(self.rounds, there, back)
        plain = Run(PYTHON, PEER, authority, of_peer, "--if-changed", "--plain")
        quick = Run(PYTHON, PEER, authority, of_peer, "--if-changed")
        in_turn(max(1, self.rounds // 2), plain, quick)
        there.rounds += back.rounds
        size = authority.stat().st_size
        row("unchanged, no findings", without.told(), f"bare pass: {bare_clean.told()}", *verdict(without.median() / bare_clean.median(), 2))
        row("unchanged", same.told(), f"bare pass: {bare.told()}", *verdict(same.median() / bare.median(), 2))
        row("unchanged", same.told(), f"peer: {plain.told()}", *verdict(plain.median() / same.median(), 100, False))
        row("unchanged", same.told(), f"peer made quick: {quick.told()}", *verdict(quick.median() / same.median(), None))
        row("one block changed", there.told(), f"unchanged: {same.told()}", *verdict(there.median() / same.median(), 1.15))
        for name, run in (("unchanged, no findings", without), ("unchanged", same), ("one block changed", there)):
            row(f"peak memory, {name}", run.memory(), f"input: {size / 1e6:.0f} MB", *verdict(run.median(2) / size, 1.5))
        (out / "routers/router00009/node1/route-kni254").write_text("by hand\n")
        check = subprocess.run([PROGRAM, "generate", authority, "--out", out, "--quiet", "--check"], check=False)
        if check.returncode != 1:
            sys.exit("an artefact edited by hand was not noticed")

    def validate(self):
        """Nothing to report, beside the pass that ignores everything."""
        authority = self.authority("clean.json", "--clean")
        everything = Run(PROGRAM, "validate", "--no-settings", authority)
        bare = Run(BARE, authority)
        in_turn(2 * self.rounds, everything, bare)
        row("`validate`, no findings", everything.told(), f"bare pass: {bare.told()}", *verdict(everything.median() / bare.median(), 1.0))
        size = authority.stat().st_size
        row("peak memory, `validate`, no findings", everything.memory(), f"input: {size / 1e6:.0f} MB", *verdict(everything.median(2) / size, 1.5))

    def findings(self):
        """The same authority indented and on one line, and ten times as many findings on a line."""
        authority = self.authority("authority.json")
        indented, line = self.folder / "indented.json", self.folder / "line.json"
        if not line.exists():
            # In its own process, because it needs much memory.
            subprocess.run([sys.executable, "-c", FORMAT, authority, indented, line], check=True)
        runs = [Run(PROGRAM, "validate", "--no-settings", path) for path in (indented, line)]
        bare = Run(BARE, indented)
        in_turn(2 * self.rounds, *runs, bare)
        row("`validate`, indented, 1,497 findings", runs[0].told(), f"bare pass: {bare.told()}", *verdict(runs[0].median() / bare.median(), 1.2))
        row("the same on one line", runs[1].told(), f"indented: {runs[0].told()}", *verdict(runs[1].median() / runs[0].median(), 1.1))
        runs = []
        for count in (10_000, 100_000):
            path = self.folder / f"findings{count}.json"
            entry = lambda number: {"name": f"r{number}", "node": [{"name": "n", "asset-id": f"a{number}"}], "loopback-static-routes": {"metric": f"x{number}"}}
            with path.open("w") as file:
                file.write('{"router":[')
                for number in range(count):
                    file.write("," * (number > 0) + json.dumps(entry(number), separators=(",", ":")))
                file.write("]}")
            runs.append(Run(PROGRAM, "validate", "--no-settings", path, codes=(1,)))
        in_turn(self.rounds, *runs)
        few, many = runs
        row("100,000 errors on one line: CPU", many.told(1), f"ten times that of 10,000: {10 * few.median(1):.1f} s", *verdict(many.median(1) / few.median(1) / 10, 1.2))

    def growth(self):
        """Measures sizes up to ten times the first, and the deviation from linear growth."""
        for what, sizes, rest in (
            ("routers", (1_000, 4_000, 10_000), ("--services", "5000")),
            # The output of a node stays the same: the further services are for other tenants.
            ("services", (500, 2_000, 5_000), ("--routers", "2000", "--internal", "100", "--limited", "100")),
        ):
            runs = []
            for size in sizes:
                authority = self.authority(f"{what}{size}.json", f"--{what}", size, *rest)
                out = self.new("out")
                self.generate(authority, out).go()
                runs.append((size, self.generate(authority, out), Run(PROGRAM, "validate", "--no-settings", authority)))
            in_turn(2 * self.rounds, *(run for _, *both in runs for run in both))
            for name, column in (("`generate`, unchanged", 1), ("`validate`", 2)):
                (a, first), (b, middle), (c, last) = ((entry[0], entry[column]) for entry in runs)
                line = first.median(1) + (last.median(1) - first.median(1)) * (b - a) / (c - a)
                told = ", ".join(f"{size:,}: {run.median(1):.3f} s" for size, run in ((a, first), (b, middle), (c, last)))
                off = middle.median(1) / line - 1
                row(f"{name}, CPU by {what}", told, f"straight line at {b:,}: {line:.3f} s", f"{off:+.0%}", f"± 10 %{'' if abs(off) <= 0.1 else ' (missed)'}")

    def hundred(self):
        """Ten times as many routers, in runs without changes."""
        runs = []
        for routers in (10_000, 100_000):
            authority = self.authority(f"routers{routers}.json", "--routers", routers, "--services", "5000")
            out = self.new("out")
            self.generate(authority, out).go()
            runs.append((self.generate(authority, out), Run(PROGRAM, "validate", "--no-settings", authority)))
        in_turn(max(1, self.rounds // 2), *(run for both in runs for run in both))
        for name, small, large in zip(("`generate`, unchanged", "`validate`"), *runs):
            row(f"100,000 routers: {name}", large.told(), f"ten times 10,000: {10 * small.median():.2f} s", *verdict(large.median() / small.median() / 10, 1.1))
            memory = [max(values[2] for values in run.rounds) for run in (small, large)]
            row(f"100,000 routers: {name}, memory", f"{memory[1] / 1e6:.0f} MB", f"ten times 10,000: {10 * memory[0] / 1e6:.0f} MB", *verdict(memory[1] / memory[0] / 10, 1.1))

    def syntaxes(self):
        """YAML beside PyYAML's C loader, and PCLI text beside JSON."""
        tenth = ("--routers", "1000", "--services", "500", "--limited", "100")
        authority = self.authority("tenth.yaml", "--format", "yaml", *tenth)
        ours, peer = Run(PROGRAM, "validate", "--no-settings", authority), Run(PYTHON, "-c", PYYAML, authority)
        in_turn(self.rounds, ours, peer)
        row(f"YAML, {authority.stat().st_size / 1e6:.0f} MB: all of `validate`", ours.told(), f"PyYAML's C loader alone: {peer.told()}", *verdict(peer.median() / ours.median(), 60, False))
        files = [self.authority("authority.json")]
        files += [self.authority(f"authority.{name}", "--format", name) for name in ("pcli", "flat", "xml", "yaml")]
        readers = subprocess.run([DIST / "examples/readers", "--rounds", str(self.rounds + 2), *files], check=True, capture_output=True, text=True)
        print(readers.stdout.replace(str(self.folder) + "/", "    "), flush=True)

    def shapes(self):
        """One thing to excess: a tenth of it, and all of it."""
        for shape, size in (("static-routes", 100_000), ("services", 100_000), ("applies-to", 10_000), ("children", 500), ("description", 10_000_000)):
            runs = []
            for part in (size // 10, size):
                authority = self.authority(f"{shape}{part}.json", "--shape", shape, "--size", part)
                runs.append((authority.stat().st_size, self.generate(authority, self.new("out"))))
            in_turn(self.rounds, *(run for _, run in runs))
            (small, first), (large, last) = runs
            memory = max(values[2] for values in last.rounds)
            row(f"{shape}: {size // 10:,} / {size:,}", f"{first.told(1)} / {last.told(1)}", f"input × {large / small:.1f}", f"CPU × {last.median(1) / first.median(1):.1f}", f"{memory / 1e6:.0f} MB")


    def pillar(self):
        """What Salt takes for one minion's pillar, by Salt's own code."""
        subprocess.run([ROOT / "tests/parts/venv.sh", "salt", "tests/parts/salt/requirements.txt"], check=True)
        subprocess.run([ROOT / "target/parts/salt/bin/python", ROOT / "benches/pillar.py"], check=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--rows", default="first,unchanged,validate,findings,growth,hundred,syntaxes,shapes,pillar")
    parser.add_argument("--folder", type=Path, help="where to work; what is there stays")
    options = parser.parse_args()
    subprocess.run([ROOT / "tests/parts/venv.sh", "peers", "benches/peers/requirements.txt"], check=True)
    folder = options.folder or Path(tempfile.mkdtemp(prefix="scale-", dir=ROOT / "target"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        bench = Bench(folder, options.rounds)
        row("what", "ours", "beside", "ratio", "target")
        row(*5 * ["---"])
        for name in options.rows.split(","):
            getattr(bench, name)()
    finally:
        if not options.folder:
            shutil.rmtree(folder)


main()
