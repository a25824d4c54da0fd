"""The schedule's work: make the reports that are due, of every project."""

from counterfoil.api.report_jobs import report_job
from counterfoil.operations.report_runs import run

handler = report_job(run)
