"""What happens when a driver is not installed."""

from __future__ import annotations

from medialift.errors import MissingExtraError


def missing_extra(extra: str, error: ModuleNotFoundError) -> MissingExtraError:
    """The error for a driver that is not installed; any other missing module is a fault of ours and is raised."""
    if (error.name or "").startswith("medialift"):
        raise error
    return MissingExtraError(
        f"the module {error.name} is not installed", hint=f'pip install "django-medialift[{extra}]"'
    )
