#!/usr/bin/env python3
"""Reads each file of a folder of configurations, and prints a table of elements and findings.

usage: tools/corpus.py FOLDER [--program PATH] [--verbose]

A file is *clean* without findings, *with findings* if it has findings but no errors, and *refused*
if it has errors. Exits 1 if the program fails on a file: that is a defect of the program.
"""
import argparse
import collections
import json
import pathlib
import re
import subprocess
import sys

FINDING = re.compile(r":(\d+):(\d+): (error|warning|notice)\[([a-z0-9-]+)\]: (.*)")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--program", default="target/debug/loopback-static-routes")
    parser.add_argument("--verbose", action="store_true", help="print the messages too")
    options = parser.parse_args()
    totals, failed = collections.Counter(), False
    for path in sorted(path for path in options.folder.rglob("*") if path.is_file()):
        if path.name in ("README.md", "INDEX.tsv"):
            continue
        run = subprocess.run([options.program, "convert", path, "--to", "json"], capture_output=True, text=True, timeout=60)
        findings = [match.groups() for match in map(FINDING.search, run.stderr.splitlines()) if match]
        errors = [finding for finding in findings if finding[2] == "error"]
        failed |= run.returncode not in (0, 1) or "panicked" in run.stderr
        kind = "FAILED" if run.returncode not in (0, 1) else "refused" if errors else "with findings" if findings else "clean"
        if kind == "with findings" and {code for *_, code, _ in findings} == {"nothing-read"}:
            kind = "nothing to read"
        totals[kind] += 1
        authority = json.loads(run.stdout)["authority"] if run.stdout else {}
        counts = " ".join(f"{len(authority.get(kind, []))} {kind}s" for kind in ("router", "service"))
        print(f"{path.relative_to(options.folder)} | {kind} | {counts} | {', '.join(f'{line}: {code}' for line, _, _, code, _ in findings)}")
        if options.verbose:
            for line, column, severity, code, message in findings:
                print(f"    {line}:{column}: {severity}[{code}]: {message}")
    print(", ".join(f"{count} {kind}" for kind, count in sorted(totals.items())))
    sys.exit(failed)


if __name__ == "__main__":
    main()
