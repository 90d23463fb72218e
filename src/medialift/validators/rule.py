"""What all rules have in common, and how several are asked at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.core.exceptions import ValidationError

from medialift.validators.candidate import Candidate, Needs


class Rule:
    """One demand on a file. Django calls it with a file, everybody else calls :meth:`check`.

    Equal if it was made with equal arguments, so that migrations do not see a change where there is none.
    """

    needs: ClassVar[Needs] = Needs.NAME

    def __call__(self, value: Any) -> None:
        candidate = Candidate.of(value)
        if candidate is not None:
            self.check(candidate)

    def check(self, candidate: Candidate) -> None:
        """Raise ``ValidationError`` if the file is not what it has to be."""
        raise NotImplementedError

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and vars(other) == vars(self)

    def __hash__(self) -> int:
        return hash(type(self))


def check(candidate: Candidate, rules: Iterable[Rule], *, offers: Needs | None = None) -> None:
    """Ask every rule that can judge by what the candidate *offers* (all that there is, unless it is said).

    A browser's announcement is judged with a candidate that has no bytes; the same rules judge all of
    it once the bytes have arrived. Raises one ``ValidationError`` with everything that is wrong.
    """
    available = candidate.offers if offers is None else offers
    problems: list[ValidationError] = []
    for rule in rules:
        if rule.needs <= available:
            try:
                rule.check(candidate)
            except ValidationError as error:
                problems.append(error)
    if problems:
        raise ValidationError(problems)
