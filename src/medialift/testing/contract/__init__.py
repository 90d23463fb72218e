"""What every store must pass, as a class that pytest collects.

Subclass it with one fixture; inherited tests run by themselves, so none can be forgotten::

    class TestMyStore(StoreContract):
        known_gaps = {"test_keys_of_both_unicode_forms_are_two_objects": "the server folds NFD into NFC"}

        @pytest.fixture
        def store(self) -> Iterator[ObjectStore]:
            with my_server() as server:
                yield MyStore(server.url, prefix=uuid4().hex)

``store`` is empty and new for each test. Other fixtures may be overridden: ``multipart_store`` (the
same with small parts), ``secrets``, and those of :class:`.failing.Failing`, which give stores that
are set up wrongly or meet a failing service; a test whose fixture is not given is skipped and says so.
"""

from __future__ import annotations

from medialift.testing.contract.abilities import Abilities
from medialift.testing.contract.base import ContractBase
from medialift.testing.contract.creating import Creating
from medialift.testing.contract.deleting import Deleting
from medialift.testing.contract.failing import CutOffService, Failing, ThrottledService
from medialift.testing.contract.headers import KeepingHeaders
from medialift.testing.contract.identity import Identity
from medialift.testing.contract.keys import Keys
from medialift.testing.contract.listing import Listing
from medialift.testing.contract.multipart import Multipart
from medialift.testing.contract.processes import Processes
from medialift.testing.contract.reading import Reading
from medialift.testing.contract.writing import Writing

__all__ = ["ContractBase", "CutOffService", "StoreContract", "ThrottledService"]


class StoreContract(
    Writing,
    Multipart,
    Reading,
    Creating,
    Deleting,
    Listing,
    Keys,
    KeepingHeaders,
    Identity,
    Abilities,
    Processes,
    Failing,
):
    """The obligations of :mod:`medialift.stores.base`."""
