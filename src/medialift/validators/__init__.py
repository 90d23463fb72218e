"""What may come in: rules for files, as validators of models, forms and serializers.

Each rule takes any file of Django's, or a :class:`Candidate` made of a name, a size and whatever
bytes there are. It raises Django's ``ValidationError`` with a message that a visitor understands.
A file that is stored already is not looked at again.
"""

from __future__ import annotations

from medialift.validators.active import ActiveContent
from medialift.validators.archive import ArchiveContent
from medialift.validators.candidate import Candidate, Needs
from medialift.validators.extension import FileExtension
from medialift.validators.filetype import FileType
from medialift.validators.image import ImageContent
from medialift.validators.polyglot import OneFormat
from medialift.validators.rule import Rule, check
from medialift.validators.rules import rules_for
from medialift.validators.sanitise import sanitised
from medialift.validators.size import FileSize

__all__ = [
    "ActiveContent",
    "ArchiveContent",
    "Candidate",
    "FileExtension",
    "FileSize",
    "FileType",
    "ImageContent",
    "Needs",
    "OneFormat",
    "Rule",
    "check",
    "rules_for",
    "sanitised",
]
