"""Django's Tasks API as the queue, or its backport ``django-tasks`` below Django 6.0."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import django

from medialift.workers.message import Message
from medialift.workers.work import work

api = import_module("django.tasks" if django.VERSION >= (6, 0) else "django_tasks")


@api.task()  # type: ignore[untyped-decorator]
def copy_shards(message: dict[str, Any]) -> int:
    """Copy shards of one move; how many were finished."""
    return work(Message(**message))


class TasksQueue:
    """The default backend of the setting ``TASKS``."""

    how_to_start = "the worker of the backend in TASKS, for instance: python manage.py db_worker"

    def send(self, message: Message) -> None:
        copy_shards.enqueue(message.as_json())
