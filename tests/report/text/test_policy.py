from __future__ import annotations

from medialift.generate.changes import Change
from medialift.generate.rls_check import Fault, Finding
from medialift.report.policy_values import Generated, RowFindings, SettingReport, SettingState
from medialift.report.text import lines
from medialift.stores.bucket_configuration import Setting

VERSIONING = Change(Setting.VERSIONING, {"Status": "Suspended"}, {"Status": "Enabled"})


def test_generated_text_is_printed_as_it_is_and_a_file_only_named() -> None:
    text = "select 1;\n\n" + "x" * 200 + "\n"
    assert "\n".join(lines(Generated("rls", "cloud", text, ""))) + "\n" == text
    assert lines(Generated("rls", "cloud", text, "rls.sql")) == ["Written: rls.sql"]


def test_a_setting_shows_what_is_and_what_will_be() -> None:
    assert lines(SettingReport(VERSIONING, SettingState.PLANNED)) == [
        "versioning:",
        '  is:      {"Status": "Suspended"}',
        '  will be: {"Status": "Enabled"}',
    ]
    nothing = Change(Setting.VERSIONING, None, VERSIONING.wanted)
    assert "(nothing)" in lines(SettingReport(nothing, SettingState.PLANNED))[1]
    assert lines(SettingReport(VERSIONING, SettingState.APPLIED)) == ["versioning: made"]
    assert lines(SettingReport(VERSIONING, SettingState.UNSUPPORTED)) == [
        "versioning: the service has no such setting"
    ]  # fmt: skip


def test_faults_of_policies_come_with_their_ids_and_their_number() -> None:
    found = RowFindings(2, (Finding(Fault.NO_DELETE, "avatars", "nobody can delete one"),))
    assert lines(found) == [
        "rls-no-delete  avatars: nobody can delete one",
        "1 fault in 2 policies on storage.objects.",
    ]
