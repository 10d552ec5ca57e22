"""Front matter: the facts above the words of a document, read field by field and written again."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from content.errors import UnreadableDocument
from content.normalize import normalize
from content.schema import FrontMatter


class _Loader(yaml.SafeLoader):
    """YAML with the booleans of version 1.2: `on` and `no` are words, only true and false are not.

    Dates stay words too: the schema reads them, so that a wrong one is named by line and field.
    """


_WORDS_INSTEAD = ("tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp")
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in _WORDS_INSTEAD]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))


class _Dumper(yaml.SafeDumper):
    """YAML as that loader reads it: `on` and dates need no quotes, and lists stand in from their field."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def string(self, value: str) -> yaml.ScalarNode:
        """Keep a string on one line, its line ends written as a backslash and n."""
        return self.represent_scalar("tag:yaml.org,2002:str", value, style='"' if "\n" in value else None)


_Dumper.yaml_implicit_resolvers = _Loader.yaml_implicit_resolvers
_Dumper.add_representer(str, _Dumper.string)
# No sentence is cut in two: a person looks for it, and compares versions line by line.
_WIDTH = 1 << 30


def write_front_matter(front: FrontMatter) -> str:
    """Return the lines between the two of ---: fields in the schema's order, only those that are set.

    Law: `read_front_matter` gives `front` back, its strings normalised.
    """
    facts = _written(front.model_dump(mode="json"))
    # Required, even where nothing is known of it.
    facts.setdefault("source", {})
    in_order = {name: facts[name] for name in FrontMatter.model_fields if name in facts}
    return yaml.dump(in_order, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH)


def _written(value: Any) -> Any:
    if isinstance(value, str):
        return normalize(value)
    if isinstance(value, list):
        return [_written(entry) for entry in value]
    if isinstance(value, dict):
        shown = {_written(name): _written(entry) for name, entry in value.items()}
        return {name: entry for name, entry in shown.items() if entry not in (None, [], {})}
    return value


def read_front_matter(path: Path, text: str) -> FrontMatter:
    """Check the YAML between the two lines of --- field by field.

    Raises UnreadableDocument naming file, line and field; the first line of `text` is the
    second of the file.
    """
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        values = loader.construct_document(node) if node else None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else 1
        raise UnreadableDocument(path, f"front matter is not YAML ({error.problem})", line=line) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 2
        raise UnreadableDocument(path, f"front matter is not YAML ({error.reason})", line=line) from error
    except (ValueError, RecursionError) as error:
        raise UnreadableDocument(path, f"front matter is not YAML ({error})") from error
    if not isinstance(node, yaml.MappingNode):
        raise UnreadableDocument(path, "front matter is not a list of 'field: value'", line=2)
    _refuse_repeated_fields(path, node)
    try:
        return FrontMatter.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise UnreadableDocument(
            path, first["msg"], line=_line_of(node, first["loc"]), field=field
        ) from error


def _refuse_repeated_fields(path: Path, node: yaml.MappingNode) -> None:
    for mapping in (node, *(value for _, value in node.value if isinstance(value, yaml.MappingNode))):
        seen: set[str] = set()
        for key, _ in mapping.value:
            if key.value in seen:
                line = key.start_mark.line + 2
                raise UnreadableDocument(path, "field given twice", line=line, field=str(key.value))
            seen.add(key.value)


def _line_of(node: Any, place: tuple[int | str, ...]) -> int:
    """Return the file line of a field; of its parent when the field is missing."""
    line = int(node.start_mark.line) + 2
    for part in place:
        if isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            node = node.value[part]
        elif isinstance(node, yaml.MappingNode):
            keys = {key.value: (key, value) for key, value in node.value}
            if str(part) not in keys:
                break
            key, node = keys[str(part)]
            line = key.start_mark.line + 2
            continue
        else:
            break
        line = node.start_mark.line + 2
    return line
