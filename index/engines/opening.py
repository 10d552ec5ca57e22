"""From FAQ_INDEX_URL to the engine it names."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

from index.engines.errors import EngineMissing, EngineUnreachable
from index.engines.protocol import Engine


def open_engine(url: str) -> Engine:
    """Return the engine of an address: `postgresql://…` (several hosts allowed), `milvus://…` or `file:///…`.

    Nothing is connected before it is asked. Raises EngineMissing naming the extra to install,
    EngineUnreachable for an address that names no engine.
    """
    scheme = url.partition("://")[0]
    try:
        if scheme == "file":
            from index.engines.files import FilesEngine

            return FilesEngine(Path(unquote(url.removeprefix("file://"))))
        if scheme in ("postgresql", "postgres"):
            from index.engines.postgres import PostgresEngine

            return PostgresEngine(url)
        if scheme == "milvus":
            from index.engines.milvus import MilvusEngine

            return MilvusEngine(url)
    except ModuleNotFoundError as error:
        extra = "milvus" if scheme == "milvus" else "postgres"
        raise EngineMissing(str(error.name), extra) from error
    raise EngineUnreachable(f"{scheme}://", "only file://, postgresql:// and milvus:// are known")
