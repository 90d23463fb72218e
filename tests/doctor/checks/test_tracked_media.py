from __future__ import annotations

from medialift.doctor.run import examine_site
from medialift.doctor.site import SiteFacts
from tests.doctor.conftest import ids_of, the_finding


def test_uploads_in_the_repository_are_found() -> None:
    outcomes = list(examine_site(SiteFacts(media_root="/srv/site/media", tracked_media="cat.jpg")))
    assert ids_of(outcomes) == ["W033"]
    assert "git rm -r --cached /srv/site/media && echo '/media/'" in the_finding(outcomes)
