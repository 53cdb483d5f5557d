"""The day is played once; whoever tells a story about it reads it and changes nothing."""

import pytest

from tests import story


@pytest.fixture(scope="session")
def day(tmp_path_factory: pytest.TempPathFactory) -> story.Day:
    return story.play(tmp_path_factory.mktemp("day"))
