"""The principal social worker's month: how supervision stood, by team, as was known when it ended."""
