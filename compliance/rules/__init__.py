"""What the night does and tells, and how things stood over time: pure."""

from compliance.rules.night import (
    CHUNK,
    LONDON,
    NIGHT_TAKES,
    Key,
    chunks,
    is_first_of_week,
    known_at,
    late_rows,
    tells_people,
)

__all__ = [
    "CHUNK",
    "LONDON",
    "NIGHT_TAKES",
    "Key",
    "chunks",
    "is_first_of_week",
    "known_at",
    "late_rows",
    "tells_people",
]
