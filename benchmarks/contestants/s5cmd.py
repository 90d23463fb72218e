"""s5cmd with its defaults: 256 workers, no verification. ``cp`` copies, ``sync`` looks first."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from benchmarks.contestants.contestant import credentials
from benchmarks.values import Command, Task


@dataclass(frozen=True, slots=True)
class S5cmd:
    program: Path
    name: str = "s5cmd"

    def copy(self, task: Task) -> Command:
        return self._command(task, "cp")

    def again(self, task: Task) -> Command:
        return self._command(task, "sync")

    def _command(self, task: Task, verb: str) -> Command:
        arguments = ("--endpoint-url", task.endpoint.url, "--log", "error", verb)
        places = (f"{task.data.folder}/", f"s3://{task.bucket}/")
        return Command((str(self.program), *arguments, *places), credentials(task))
