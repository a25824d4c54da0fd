"""Counterfoil: orders and redemptions that never double-count."""
