"""Judging predictions of networks that nobody has seen: a zoo of open definitions."""
