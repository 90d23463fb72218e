"""What every contestant is: a name, and the command that does a task."""

from __future__ import annotations

from typing import Protocol

from benchmarks.values import Command, Task


class Contestant(Protocol):
    """``name`` is its column in the tables."""

    @property
    def name(self) -> str: ...

    def copy(self, task: Task) -> Command:
        """The command that brings every file of the task into its bucket, which is empty."""
        ...

    def again(self, task: Task) -> Command:
        """The command that finds out that nothing is left to do."""
        ...


def credentials(task: Task) -> dict[str, str]:
    """Credentials and trust as the AWS SDKs and Go's TLS read them."""
    endpoint = task.endpoint
    told = {
        "AWS_ACCESS_KEY_ID": endpoint.access_key_id,
        "AWS_SECRET_ACCESS_KEY": endpoint.secret_access_key,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    }
    if endpoint.ca_file:
        told |= {"AWS_CA_BUNDLE": endpoint.ca_file, "SSL_CERT_FILE": endpoint.ca_file}
    return told
