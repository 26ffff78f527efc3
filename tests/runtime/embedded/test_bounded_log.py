from pathlib import Path

from services.runtime.embedded.bounded_log import BoundedLog


def test_never_holds_more_than_twice_its_limit(tmp_path: Path) -> None:
    log = BoundedLog(tmp_path / "child.log", limit_bytes=100)
    for number in range(100):
        log.write(f"line {number}\n".encode())
    log.close()
    sizes = {path.name: path.stat().st_size for path in tmp_path.iterdir()}
    assert sizes.keys() == {"child.log", "child.log.1"}
    assert all(size <= 100 for size in sizes.values())
    assert (tmp_path / "child.log").read_text().endswith("line 99\n")


def test_last_lines_join_pieces(tmp_path: Path) -> None:
    log = BoundedLog(tmp_path / "child.log", keep_lines=2)
    for piece in (b"one\ntw", b"o\nthr", b"ee\nunfi", b"nished"):
        log.write(piece)
    log.close()
    assert log.last_lines == ("two", "three", "unfinished")


def test_appends_to_what_an_earlier_run_wrote(tmp_path: Path) -> None:
    for text in (b"first\n", b"second\n"):
        log = BoundedLog(tmp_path / "child.log")
        log.write(text)
        log.close()
    assert (tmp_path / "child.log").read_text() == "first\nsecond\n"
    assert log.last_lines == ("second",)
