"""Generations in files: the contract with every kind of codes, and damage that is noticed on opening."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
from engine_contract import (
    EngineContract,
)

from index.engines.codes import Codec
from index.engines.files import FilesEngine

CODECS: tuple[Codec, ...] = get_args(Codec)


@pytest.mark.parametrize("codec", CODECS, scope="class")
class TestFiles(EngineContract):
    @pytest.fixture
    def writer(self, tmp_path: Path, codec: Codec) -> FilesEngine:
        return FilesEngine(tmp_path / "store", codec)

    @pytest.fixture
    def reader(self, writer: FilesEngine, tmp_path: Path) -> FilesEngine:
        return FilesEngine(tmp_path / "store")
