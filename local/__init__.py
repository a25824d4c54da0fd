"""Runs template.yaml on one machine, without AWS and without Docker."""
