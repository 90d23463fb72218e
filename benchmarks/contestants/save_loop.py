"""What people write: a loop over the rows that saves each file through django-storages, one after another."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from benchmarks.contestants.medialift import site_environment, take_database
from benchmarks.values import Command, Task


@dataclass(frozen=True, slots=True)
class SaveLoop:
    name: str = "save() loop"

    def copy(self, task: Task) -> Command:
        take_database(task)
        return Command((sys.executable, "-m", "benchmarks.site.save_loop"), site_environment(task, peer=True))

    def again(self, task: Task) -> Command:
        raise NotImplementedError("a loop over save() knows nothing of what it did before")
