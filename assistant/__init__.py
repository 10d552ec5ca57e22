"""The people: safety, answers, the chat, the command line."""

from assistant.answer import Assistant
from assistant.schema import Answer, Citation

__all__ = ["Answer", "Assistant", "Citation"]
