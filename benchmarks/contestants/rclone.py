"""rclone with ``--checksum``, tuned: as many transfers as help here, no request that a new bucket does not need."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from benchmarks.contestants.contestant import credentials
from benchmarks.values import Command, Task

SMALL = ("--transfers", "32", "--checkers", "32")
FAR = ("--transfers", "128", "--checkers", "32")
LARGE = ("--transfers", "6", "--s3-upload-concurrency", "4", "--s3-chunk-size", "8M", "--s3-upload-cutoff", "8M")
LARGE_MEAN = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Rclone:
    program: Path
    name: str = "rclone"

    def copy(self, task: Task) -> Command:
        # Without --s3-no-head every object costs a HEAD after its PUT.
        return self._command(task, "--s3-no-check-bucket", "--s3-no-head", "--fast-list")

    def again(self, task: Task) -> Command:
        return self._command(task, "--s3-no-check-bucket", "--fast-list")

    def _command(self, task: Task, *options: str) -> Command:
        return Command(
            (str(self.program), "copy", "--checksum", "--config", "/dev/null", *self._tuning(task), *options,
             f"{task.data.folder}/", f":s3:{task.bucket}"),
            {
                **credentials(task),
                "RCLONE_S3_PROVIDER": "Other",
                "RCLONE_S3_ENV_AUTH": "true",
                "RCLONE_S3_ENDPOINT": task.endpoint.url,
                "RCLONE_S3_REGION": "us-east-1",
                "RCLONE_S3_FORCE_PATH_STYLE": "true",
                "RCLONE_S3_LIST_VERSION": "2",
                "RCLONE_S3_LIST_URL_ENCODE": "false",
            },
        )  # fmt: skip

    def _tuning(self, task: Task) -> tuple[str, ...]:
        if task.data.octets / task.data.files >= LARGE_MEAN:
            return LARGE
        return FAR if task.endpoint.name.startswith("far") else SMALL
