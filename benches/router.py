#!/usr/bin/env python3
"""Measures the router's program against `ip`, in a separate network namespace.

    cargo build --profile dist --locked --no-default-features --features router --target-dir target/router
    unshare --user --map-root-user --net benches/router.py target/router/dist/handle_loopback_static_route_config

There are 10,000 routes, or as many as a second argument says. Every figure is the median of several
runs. Runs of the compared programs take turns.
"""

import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ROUTES = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
GATEWAY = "169.254.127.126"


def ip(*arguments):
    subprocess.run(["ip", *arguments], check=True)


def interface():
    ip("link", "add", "kni254", "type", "veth", "peer", "name", "kni254p")
    for name in ("lo", "kni254", "kni254p"):
        ip("link", "set", name, "up")
    ip("addr", "add", "169.254.127.127/31", "dev", "kni254")


def prefixes():
    return [f"10.{n >> 12 & 255}.{n >> 4 & 255}.{(n & 15) << 4}/28" for n in range(ROUTES)]


def document(path, routes):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"loopback-static-routes": {
        "format-version": 1, "router": "r", "node": "n", "enabled": bool(routes), "interface": "kni254", "gateway": GATEWAY,
        "routes": [{"prefix": prefix, "metric": 128} for prefix in routes]}}, indent=1))


def timed(command, before=None):
    if before:
        before()
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


def in_turn(rounds, **subjects):
    times = {name: [] for name in subjects}
    for _ in range(rounds):
        for name, run in subjects.items():
            times[name].append(run())
    return {name: statistics.median(values) for name, values in times.items()}


def peak_memory(command):
    """GNU time's figure: a child of this process would count this process's memory too."""
    run = subprocess.run(["time", "-f", "%M", *command], check=True, capture_output=True, text=True)
    return int(run.stderr.splitlines()[-1])


def main():
    program = os.path.abspath(sys.argv[1])
    folder = pathlib.Path(tempfile.mkdtemp(dir="/dev/shm"))
    config = folder / "var/lib/128technology/plugins/loopback-static-routes/config.json"
    apply = [program, "--root", str(folder)]
    watch = [*apply, "--quiet"]
    interface()
    lines = [f"{prefix} via {GATEWAY} dev kni254 metric 128" for prefix in prefixes()]
    batch = folder / "batch"
    batch.write_text("".join(f"route add {line}\n" for line in lines))

    def empty():
        subprocess.run(["ip", "route", "flush", "dev", "kni254", "scope", "global"], check=True)
        for path in folder.glob("etc/sysconfig/network-scripts/*"):
            path.unlink()

    document(config, prefixes())
    # The watch looks after the routes to them.
    config.with_name("peers.json").write_text(json.dumps({"format-version": 1, "peers": [
        {"role": "conductor", "host": host, "port": 930} for host in ("10.1.2.3", "10.2.5.6")]}))
    # As the network scripts do it.
    one_by_one = r'''
        { cat "$1"; echo; } | while read line; do
            if [[ ! "$line" =~ ^[[:space:]]*(\#.*)?$ ]]; then /sbin/ip -4 route add $line; fi
        done'''
    plain = folder / "lines"
    plain.write_text("".join(f"{line}\n" for line in lines))
    install = in_turn(7, ours=lambda: timed(apply, empty), batch=lambda: timed(["ip", "-batch", str(batch)], empty))
    each = timed(["bash", "-c", one_by_one, "ifup-routes", str(plain)], empty) if ROUTES <= 10_000 else None
    empty()
    timed(apply)
    # The first run of the watch asks the peers.
    timed(watch)
    show = ["ip", "-4", "route", "show", "dev", "kni254"]
    unchanged = in_turn(31, ours=lambda: timed(watch), show=lambda: timed(show))
    memory = {"unchanged": peak_memory(watch)}
    empty()
    memory["install"] = peak_memory(apply)
    nothing = in_turn(31, true=lambda: timed(["true"]))["true"]

    print(f"| {ROUTES:,} routes | ours | compared with | ratio |\n|---|---|---|---|")
    ours = install["ours"]
    print(f"| install | {ours * 1e3:.0f} ms | `ip -batch`: {install['batch'] * 1e3:.0f} ms | {install['batch'] / ours:.1f} × faster |")
    if each:
        print(f"| install | {ours * 1e3:.0f} ms | a process a line: {each:.1f} s | {each / ours:.0f} × faster |")
    ours, other = unchanged["ours"], unchanged["show"]
    print(f"| the watch, nothing to do | {ours * 1e3:.1f} ms | `{' '.join(show)}`: {other * 1e3:.1f} ms | {other / ours:.2f} × faster |")
    print(f"| peak memory, install / nothing to do | {memory['install'] / 1024:.1f} / {memory['unchanged'] / 1024:.1f} MB | | |")
    print(f"\nTo start a process that does nothing takes {nothing * 1e3:.1f} ms of each. The program has {os.path.getsize(program):,} bytes.")


main()
