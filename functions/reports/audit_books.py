"""The schedule's work: go on with the audit of every project."""

from counterfoil.api.report_jobs import audit_job
from counterfoil.operations.audits import run

handler = audit_job(run)
