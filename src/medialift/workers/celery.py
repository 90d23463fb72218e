"""Celery as the queue: one task, which takes shards until there is none left."""

from __future__ import annotations

from typing import Any

from celery import Celery, current_app, shared_task
from kombu.exceptions import OperationalError

from medialift.errors import ConfigError
from medialift.workers.message import Message
from medialift.workers.queues import QueueError
from medialift.workers.work import work


# Acknowledged when it is taken, as is Celery's default: a message that is lost with its worker is
# sent again by whoever waits for the move, and none comes twice because it took long.
@shared_task(name="medialift.copy_shards", ignore_result=True)  # type: ignore[untyped-decorator]
def copy_shards(message: dict[str, Any]) -> int:
    """Copy shards of one move; how many were finished."""
    return work(Message(**message))


class CeleryQueue:
    """The Celery app of the site."""

    how_to_start = "celery -A YOUR_PROJECT worker"

    def __init__(self, app: Celery) -> None:
        self._app = app

    @classmethod
    def of_this_site(cls) -> CeleryQueue:
        """Raises :class:`~medialift.errors.ConfigError` if the site has no Celery app."""
        app: Celery = current_app._get_current_object()
        if app.main in (None, "default"):
            hint = "Import your app in the project's __init__.py, as Celery's page for Django says."
            raise ConfigError("this site has no Celery app", hint=hint)
        return cls(app)

    def send(self, message: Message) -> None:
        try:
            copy_shards.apply_async(args=[message.as_json()], retry=False)
        except (OperationalError, OSError) as error:
            # The broker's URL, with its password, may be in the error's text.
            raise QueueError(f"Celery's broker does not answer ({type(error).__name__})") from None
