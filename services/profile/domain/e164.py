"""Numbers that are in E.164 already, recognised without a full parse: most of them, and the parse is the dear part.

Says only what `phonenumbers` would say too; whatever is less than plain is left to it.
"""

from functools import lru_cache

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata

_LONGEST_CODE = 3
_PLAIN_PREFIXES = frozenset({None, "0"})
"""National prefixes that a number in international form cannot be mistaken to begin with: no other digit is one."""


def plain_e164(text: str) -> bool:
    """Whether the text is a possible number in E.164 and nothing about it needs a closer look."""
    if not (text.startswith("+") and text.isascii() and text[1:].isdigit()):
        return False
    for length in range(1, _LONGEST_CODE + 1):
        code, national = text[1 : 1 + length], text[1 + length :]
        if int(code) in COUNTRY_CODE_TO_REGION_CODE:
            return not national.startswith("0") and len(national) in _plain_lengths(int(code))
    return False


@lru_cache(maxsize=512)
def _plain_lengths(code: int) -> frozenset[int]:
    """National lengths that are possible under a country code; none for those with subtle prefixes."""
    region = COUNTRY_CODE_TO_REGION_CODE[code][0]
    metadata = PhoneMetadata.metadata_for_region_or_calling_code(code, region)
    if metadata is None or metadata.general_desc is None or metadata.national_prefix_for_parsing not in _PLAIN_PREFIXES:
        return frozenset()
    return frozenset(metadata.general_desc.possible_length)
