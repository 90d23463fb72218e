"""Runs one command and writes what it took as JSON: ``child.py RESULT COMMAND …``.

A small process of its own, because Linux gives a child its parent's memory as a first peak, and
because ``getrusage`` tells of all children together.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time


def main(result: str, *command: str) -> None:
    began = time.monotonic()
    pid = os.posix_spawnp(command[0], command, os.environ)
    _, status = os.waitpid(pid, 0)
    wall = time.monotonic() - began
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    code = os.waitstatus_to_exitcode(status)
    cpu = usage.ru_utime + usage.ru_stime
    with open(result, "w", encoding="utf-8") as file:
        json.dump({"wall": wall, "cpu": cpu, "memory": usage.ru_maxrss * 1024, "code": code}, file)


if __name__ == "__main__":
    main(*sys.argv[1:])
