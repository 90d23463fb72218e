"""Keys that can do no more than one role needs, made through the account's own API.

That API is another than the one that files go through, and asks for another, wider credential.
"""

from __future__ import annotations

from collections.abc import Mapping

from medialift.errors import CredentialsError, UnsupportedError
from medialift.providers import Means, Provider
from medialift.stores.narrow_keys.api import Api, address
from medialift.stores.narrow_keys.backblaze import Backblaze
from medialift.stores.narrow_keys.cloudflare import Cloudflare
from medialift.stores.narrow_keys.values import Keys, KeyWish, MakesKeys
from medialift.stores.spec import Secret

__all__ = ["KeyWish", "Keys", "MakesKeys", "open_key_service"]


def open_key_service(provider: Provider, account: str, environ: Mapping[str, str]) -> MakesKeys:
    """What makes keys at *provider*, with the administrator's credentials in *environ*. Sends nothing yet.

    Raises :class:`~medialift.errors.UnsupportedError` where keys are not made through an API, and
    :class:`~medialift.errors.CredentialsError` where a variable of the administrator's is not set.
    """
    admin = provider.permissions.admin if provider.permissions else None
    if provider.permissions is None or admin is None:
        raise UnsupportedError(f"{provider.label} makes no keys through an API that medialift knows")
    if missing := [name for name in admin.variables if not environ.get(name)]:
        raise CredentialsError(f"{' and '.join(missing)} not set", hint=admin.hint)
    secrets = [Secret(environ[name]) for name in admin.variables]
    api = Api(address(admin.api, environ.get(admin.api_variable, ""), admin.api_variable), provider.label)
    if provider.permissions.means is Means.TOKENS:
        return Cloudflare(api, account, secrets[0])
    return Backblaze(api, *secrets)
