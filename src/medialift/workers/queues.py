"""Task queues by the name that ``--on`` gives them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from medialift.errors import MedialiftError
from medialift.stores.extras import missing_extra
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
        raise missing_extra("celery", error) from None
    return CeleryQueue.of_this_site()


def _django_tasks() -> Queue:
    try:
        from medialift.workers.django_tasks import TasksQueue
    except ModuleNotFoundError as error:
        raise missing_extra("tasks", error) from None
    return TasksQueue()


QUEUES: Mapping[str, Callable[[], Queue]] = {"celery": _celery, "tasks": _django_tasks}
