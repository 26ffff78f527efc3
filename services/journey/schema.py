"""Where the journey service keeps its tables, and how they come to be."""

from pathlib import Path

SCHEMA = "journey"
VERSIONS = Path(__file__).parent / "migrations" / "versions"
