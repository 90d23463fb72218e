"""``aws s3 sync``, version 1 of the AWS command line, with 32 requests at a time instead of 10."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from benchmarks.contestants.contestant import credentials
from benchmarks.values import Command, Task

CONFIG = """\
[default]
s3 =
  max_concurrent_requests = 32
  max_queue_size = 10000
  addressing_style = path
"""


@dataclass(frozen=True, slots=True)
class AwsCli:
    program: Path
    name: str = "aws s3 sync"

    def copy(self, task: Task) -> Command:
        config = task.home / "aws-config"
        config.write_text(CONFIG, encoding="utf-8")
        return Command(
            (str(self.program), "--endpoint-url", task.endpoint.url, "s3", "sync", "--only-show-errors",
             f"{task.data.folder}/", f"s3://{task.bucket}/"),
            {**credentials(task), "AWS_CONFIG_FILE": str(config)},
        )  # fmt: skip

    def again(self, task: Task) -> Command:
        return self.copy(task)
