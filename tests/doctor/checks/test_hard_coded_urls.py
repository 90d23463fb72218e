from __future__ import annotations

from medialift.doctor.run import examine_site
from medialift.doctor.site import SiteFacts
from medialift.doctor.sources import Line
from tests.doctor.conftest import ids_of, the_finding


def test_a_template_with_the_address_written_out_is_found_with_its_line() -> None:
    outcomes = list(examine_site(SiteFacts(hard_coded_urls=(Line("shop/page.html", 3),))))
    assert ids_of(outcomes) == ["W032"]
    assert "shop/page.html:3" in the_finding(outcomes)
    assert "{{ object.field.url }}" in the_finding(outcomes)
