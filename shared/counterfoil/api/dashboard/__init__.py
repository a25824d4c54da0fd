"""The dashboard: pages rendered here, forms and links; what scripts add is never needed."""
