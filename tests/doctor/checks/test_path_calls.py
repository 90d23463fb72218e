from __future__ import annotations

from medialift.doctor.run import examine_site
from medialift.doctor.site import SiteFacts
from medialift.doctor.sources import Line
from tests.doctor.conftest import ids_of, the_finding


def test_code_that_takes_a_path_is_found_with_its_line() -> None:
    assert ids_of(list(examine_site(SiteFacts()))) == []
    outcomes = list(examine_site(SiteFacts(path_calls=(Line("shop/views.py", 7),))))
    assert ids_of(outcomes) == ["W031"]
    assert "shop/views.py:7" in the_finding(outcomes)
