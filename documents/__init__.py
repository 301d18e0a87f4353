"""Stored files by digest. No sight of their own: the thing that a file hangs on decides."""
