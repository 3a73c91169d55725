"""Answers calls of salt-call with one start of Salt, which takes as long as applying a small state.

Reads the arguments of each call as a JSON list on one line of standard input. Writes the exit code
and the standard output of the call as a JSON list on one line. Each call runs in its own process,
which has only the modules of Salt in common with the others.
"""

import json
import os
import sys

import salt.cli.call
import salt.minion
from salt.scripts import salt_call


def answer(arguments):
    """Runs a call. Returns its exit code, and what it wrote to standard output."""
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        os.dup2(writing, 1)
        os.closerange(3, 256)
        sys.argv = ["salt-call", *arguments]
        code = 0
        try:
            salt_call()
        except SystemExit as exit:
            code = exit.code or 0
        finally:
            sys.stdout.flush()
            os._exit(code if isinstance(code, int) else 1)
    os.close(writing)
    with os.fdopen(reading) as output:
        text = output.read()
    _, status = os.waitpid(process, 0)
    return os.waitstatus_to_exitcode(status), text


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
