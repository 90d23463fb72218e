"""Who the store speaks as, told from the keys without a request."""

from __future__ import annotations

import pytest

from medialift.errors import ConfigError
from medialift.stores.spec import ApiKeys, Secret
from medialift.stores.supabase.caller import Role, caller_of, role_of
from medialift.testing.supabase import Project

PROJECT = Project()
ANON, SERVICE = Secret(PROJECT.anon_key), Secret(PROJECT.service_key)
PUBLISHABLE, SECRET = Secret(PROJECT.publishable_key), Secret(PROJECT.secret_key)


@pytest.mark.parametrize(
    ("key", "role"),
    [
        (ANON, Role.ANYBODY),
        (SERVICE, Role.SERVICE),
        (PUBLISHABLE, Role.ANYBODY),
        (SECRET, Role.SERVICE),
        (Secret(PROJECT.user_token()), Role.USER),
        (Secret("garbage"), None),
        (Secret("a.b.c"), None),
        (Secret("sb_something_else"), None),
    ],
)
def test_a_key_says_what_it_is_for(key: Secret, role: Role | None) -> None:
    assert role_of(key) is role


class TestCaller:
    def test_legacy_keys_are_sent_as_bearers_too(self) -> None:
        caller = caller_of(ApiKeys(service_key=SERVICE))
        assert caller.role is Role.SERVICE
        assert caller.headers == {"apikey": SERVICE.reveal(), "Authorization": f"Bearer {SERVICE.reveal()}"}

    def test_newer_keys_are_no_bearers(self) -> None:
        assert caller_of(ApiKeys(service_key=SECRET)).headers == {"apikey": SECRET.reveal()}

    def test_a_user_comes_before_the_service(self) -> None:
        user = Secret(PROJECT.user_token())
        caller = caller_of(ApiKeys(api_key=ANON, service_key=SERVICE, user_token=user))
        assert caller.role is Role.USER
        assert caller.headers == {"apikey": ANON.reveal(), "Authorization": f"Bearer {user.reveal()}"}

    def test_the_anon_key_alone_is_anybody(self) -> None:
        assert caller_of(ApiKeys(api_key=ANON)).role is Role.ANYBODY

    @pytest.mark.parametrize("keys", [ApiKeys(api_key=SECRET), ApiKeys(api_key=SERVICE, service_key=SERVICE)])
    def test_a_service_key_where_browsers_may_look_is_refused(self, keys: ApiKeys) -> None:
        with pytest.raises(ConfigError, match="browsers may see") as caught:
            caller_of(keys)
        assert SERVICE.reveal() not in str(caught.value)
        assert SECRET.reveal() not in str(caught.value)

    @pytest.mark.parametrize("key", [ANON, PUBLISHABLE])
    def test_the_anon_key_in_the_place_of_the_service_key_is_refused_with_the_place_of_the_right_one(
        self, key: Secret
    ) -> None:
        with pytest.raises(ConfigError, match=r"service key is the anon \(publishable\) key") as caught:
            caller_of(ApiKeys(service_key=key))
        assert "SUPABASE_SERVICE_KEY" in caught.value.hint
        assert key.reveal() not in str(caught.value)

    def test_no_key_at_all_names_both_variables(self) -> None:
        with pytest.raises(ConfigError) as caught:
            caller_of(ApiKeys())
        assert "SUPABASE_SERVICE_KEY" in caught.value.hint
        assert "SUPABASE_API_KEY" in caught.value.hint

    def test_no_key_is_printed(self) -> None:
        assert SERVICE.reveal() not in repr(caller_of(ApiKeys(service_key=SERVICE)))
