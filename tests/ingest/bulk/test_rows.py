import gzip
from pathlib import Path

import pytest

from services.ingest.bulk.rows import Row, RowFile
from services.runtime.errors import Rejected


def rows(path: Path, content: bytes, *, delimiter: str = ",") -> list[Row]:
    path.write_bytes(content)
    file = RowFile(path, None, delimiter)
    try:
        return list(file)
    finally:
        file.close()


def test_csv_rows_know_their_lines(tmp_path: Path) -> None:
    found = rows(tmp_path / "a.csv", b'\xef\xbb\xbfa, b\r\n1,"x\r\ny"\r\n\r\n2,z\r\n')
    assert [(row.line, row.values) for row in found] == [(2, {"a": "1", "b": "x\r\ny"}), (5, {"a": "2", "b": "z"})]


def test_another_delimiter(tmp_path: Path) -> None:
    assert rows(tmp_path / "a.csv", b"a;b\n1;2\n", delimiter=";")[0].values == {"a": "1", "b": "2"}


@pytest.mark.parametrize(
    ("line", "problem"), [(b"1", "has 1 columns"), (b"1,2,3", "has 3 columns"), (b"1,\xff", "is not UTF-8")]
)
def test_an_unsound_csv_row_says_why_and_the_next_one_goes_on(tmp_path: Path, line: bytes, problem: str) -> None:
    bad, good = rows(tmp_path / "a.csv", b"a,b\n" + line + b"\n3,4\n")
    assert problem in str(bad.problem)
    assert good.problem is None


@pytest.mark.parametrize(
    ("line", "problem"), [(b"{", "is not JSON"), (b"[1]", "not a JSON object"), (b'{"a":"\xff"}', "UTF-8")]
)
def test_an_unsound_json_line_says_why_and_the_next_one_goes_on(tmp_path: Path, line: bytes, problem: str) -> None:
    bad, good = rows(tmp_path / "a.jsonl", line + b'\n\n{"a": {"b": 1}}\n')
    assert problem in str(bad.problem)
    assert (good.line, good.values) == (3, {"a": {"b": 1}})


@pytest.mark.parametrize("name", ["a.csv.gz", "a.ndjson.gz"])
def test_packed_files(tmp_path: Path, name: str) -> None:
    content = b"a\n1\n" if "csv" in name else b'{"a":"1"}\n'
    assert rows(tmp_path / name, gzip.compress(content))[0].values == {"a": "1"}


def test_a_truncated_packing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Rejected, match="cannot be read any further"):
        rows(tmp_path / "a.csv.gz", gzip.compress(b"a\n" + b"1\n" * 100)[:-12])


def test_a_file_without_a_header_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Rejected, match="must name the columns"):
        rows(tmp_path / "a.csv", b"")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Rejected, match="No such file"):
        RowFile(tmp_path / "none.csv", None, ",")


def test_a_report_keeps_the_first_lines_and_its_own_columns_out(tmp_path: Path) -> None:
    found = rows(tmp_path / "a.csv", b"rejected_line,rejected_field,rejected_reason,a\n17,time,bad,x\n,,,y\n")
    assert [(row.line, row.values, row.cells) for row in found] == [(17, {"a": "x"}, ["x"]), (3, {"a": "y"}, ["y"])]


def test_zstandard_is_unpacked_by_its_own_tool(tmp_path: Path) -> None:
    (tmp_path / "a.csv.zst").write_bytes(b"")
    with pytest.raises(Rejected, match="zstd -dc"):
        RowFile(tmp_path / "a.csv.zst", None, ",")
