from pathlib import Path

import pytest

from local import running


def test_a_run_that_ends_leaves_the_announcement_of_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    announcement = tmp_path / "endpoint"
    monkeypatch.setattr(running, "ENDPOINT_FILE", announcement)

    with running._announced("http://one"):  # noqa: SLF001  # a whole run would announce itself to the clone
        announcement.write_text("http://two", "utf-8")

    assert announcement.read_text("utf-8") == "http://two"


def test_a_run_that_ends_takes_its_own_announcement_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    announcement = tmp_path / "endpoint"
    monkeypatch.setattr(running, "ENDPOINT_FILE", announcement)

    with running._announced("http://one"):  # noqa: SLF001  # as above
        assert announcement.read_text("utf-8") == "http://one"

    assert not announcement.exists()
