"""Comparing the names of people across spellings, scripts, nicknames and slips of the keyboard.

Pure: the tables are Python, but for English nicknames, which the package `nicknames` ships and which are read once.
Decision 15 says why names are compared this way; docs/names.md says how well.
"""

from services.profile.domain.names.blocks import block_keys
from services.profile.domain.names.compare import Agreement, compare_family, compare_given, given_names_conflict
from services.profile.domain.names.parts import Name, split_name

__all__ = [
    "Agreement",
    "Name",
    "block_keys",
    "compare_family",
    "compare_given",
    "given_names_conflict",
    "split_name",
]
