"""A storage as one line for the environment, without any secret: what ``medialift.config()`` reads."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from medialift.providers import load_provider, provider_ids


def dsn(options: Mapping[str, str]) -> str:
    """The URL of *options* (medialift's own names, none of them a secret); empty values are left out.

    Nothing is encoded that need not be: the line is there to be read and pasted.
    """
    said = {name: value for name, value in options.items() if value}
    provider, bucket, prefix = said.pop("provider"), said.pop("bucket", ""), said.pop("prefix", "")
    place = [bucket, *prefix.split("/")]
    if provider in provider_ids() and load_provider(provider).endpoint.account_first:
        place = [said.pop("account_id", ""), *place]
    path = "/".join(quote(part, safe="~") for part in place if part or part is place[0])
    query = "&".join(f"{name}={quote(value, safe='/:~')}" for name, value in said.items())
    return f"{provider}://{path}" + (f"?{query}" if query else "")
