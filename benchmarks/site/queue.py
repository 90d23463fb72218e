"""The Celery app of the suite's site, as Celery's page for Django shows it."""

from __future__ import annotations

import os

from celery import Celery

app = Celery("site", broker=os.environ["BROKER"])
app.conf.broker_connection_retry_on_startup = True
app.conf.worker_hijack_root_logger = False
app.autodiscover_tasks()
