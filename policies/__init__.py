"""What an authority requires, as data: policy packs, record templates and the pure engine."""
