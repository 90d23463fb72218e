"""Settings of a site whose moves are copied by workers: those of ``tests.survival`` and a task queue."""

from __future__ import annotations

import os

from tests.survival.project import *  # noqa: F403
from tests.survival.project import INSTALLED_APPS as SITE_APPS

INSTALLED_APPS = [*SITE_APPS]

if "TASKS_REDIS" in os.environ:
    INSTALLED_APPS += ["django_tasks", "django_rq", "django_tasks_rq"]
    RQ_QUEUES = {"default": {"URL": os.environ["TASKS_REDIS"]}}
    TASKS = {"default": {"BACKEND": "django_tasks_rq.RQBackend", "QUEUES": ["default"]}}

if "BROKER" in os.environ:
    from tests.workers import app as celery_app  # noqa: F401 - what a project's __init__ does
