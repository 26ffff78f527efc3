"""`kesher keys`: a key for a source."""

from rich.console import Console

from services.ingest.sources import new_key


def keys(source: str) -> None:
    """Make a key for a source. It is shown once; the sources file keeps only its hash.

    Parameters
    ----------
    source
        The source's name in the sources file, as in /web/segment/main.

    """
    key, hashed = new_key()
    console = Console(soft_wrap=True, highlight=False)
    console.print(f"Give this to whoever sends as {source}; it is not shown again:\n\n  {key}\n")
    console.print(f"Add this line to the source's `key_hashes` in the sources file:\n\n  - {hashed}\n")
