"""The people: safety, answers, the chat, the command line."""

from assistant.answer import Assistant
from assistant.citation import Citation
from assistant.schema import Answer

__all__ = ["Answer", "Assistant", "Citation"]
