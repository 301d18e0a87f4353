"""Campaigns that try to break the running program, each with a control in which the defence is off."""
