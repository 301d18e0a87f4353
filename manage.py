#!/usr/bin/env python
"""Django's command line for this project."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    if sys.argv[1:2] == ["assess"]:
        # Reads files alone, so that any settings do
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.demo")
    if not os.environ.get("DJANGO_SETTINGS_MODULE"):
        sys.exit("Set DJANGO_SETTINGS_MODULE to config.settings.production, or to config.settings.demo for the demo.")
    execute_from_command_line(sys.argv)
