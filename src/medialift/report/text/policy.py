"""Generated policies, settings of buckets and row-level security, for a person."""

from __future__ import annotations

import json

from medialift.report import units
from medialift.report.policy_values import Generated, RowFindings, SettingReport, SettingState
from medialift.report.text.parts import wrap


def generated(report: Generated) -> list[str]:
    """The text as it is, so that it can be piped; of what was written to a file only where."""
    return [f"Written: {report.file}"] if report.file else report.text.splitlines()


def setting(report: SettingReport, width: int) -> list[str]:
    change = report.change
    if report.state is SettingState.APPLIED:
        return [f"{change.setting.value}: made"]
    if report.state is SettingState.UNSUPPORTED:
        return wrap(f"{change.setting.value}: the service has no such setting", width)
    live = json.dumps(change.live) if change.live is not None else "(nothing)"
    return [f"{change.setting.value}:", f"  is:      {live}", f"  will be: {json.dumps(change.wanted)}"]


def row_findings(report: RowFindings, width: int) -> list[str]:
    lines = [line for found in report.findings
             for line in wrap(f"{found.fault.value}  {found.subject}: {found.message}", width)]  # fmt: skip
    faults, policies = units.plural(len(report.findings), "fault"), units.plural(report.policies, "policy", "policies")
    return [*lines, f"{faults} in {policies} on storage.objects."]
