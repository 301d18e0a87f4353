"""Facts written as JSON, and what the engine answers to them, as JSON: what ``manage.py assess`` reads and gives.

No database. ``answers_to`` takes the text and gives the answers, or raises ``Faulty`` with every fault at once.
"""

from policies.assessing.questions import Asked, answers_to

__all__ = ["Asked", "answers_to"]
