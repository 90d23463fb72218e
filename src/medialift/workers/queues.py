"""Task queues by the name that ``--on`` gives them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from medialift.errors import MedialiftError, MissingExtraError
from medialift.workers.message import Queue


class QueueError(MedialiftError):
    """The queue's broker did not take a message."""

    retryable = True


def open_queue(name: str) -> Queue:
    """The queue *name* of :data:`QUEUES`. Raises ``MissingExtraError``, or ``ConfigError`` if it is not set up."""
    return QUEUES[name]()


def _celery() -> Queue:
    try:
        from medialift.workers.celery import CeleryQueue
    except ModuleNotFoundError as error:
        raise _missing("celery", error) from None
    return CeleryQueue.of_this_site()


def _django_tasks() -> Queue:
    try:
        from medialift.workers.django_tasks import TasksQueue
    except ModuleNotFoundError as error:
        raise _missing("tasks", error) from None
    return TasksQueue()


def _missing(extra: str, error: ModuleNotFoundError) -> MissingExtraError:
    if (error.name or "").startswith("medialift"):
        raise error
    return MissingExtraError(
        f"the module {error.name} is not installed", hint=f'pip install "django-medialift[{extra}]"'
    )


QUEUES: Mapping[str, Callable[[], Queue]] = {"celery": _celery, "tasks": _django_tasks}
