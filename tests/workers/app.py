"""The Celery app of the site, as Celery's page for Django shows it."""

from __future__ import annotations

import os

from celery import Celery
from kombu.entity import Queue

app = Celery("site", broker=os.environ["BROKER"])
app.conf.task_queues = [Queue(os.environ["QUEUE"], expires=60)]  # type: ignore[no-untyped-call]
app.conf.task_default_queue = os.environ["QUEUE"]
app.conf.broker_connection_retry_on_startup = True
app.conf.worker_hijack_root_logger = False
app.autodiscover_tasks()
