"""ANY /dashboard: its pages, forms and files."""

from counterfoil.api.dashboard.entry import dashboard

handler = dashboard()
