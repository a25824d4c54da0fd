"""The stream's reader: mark the hours that a change moves."""

from counterfoil.api.changes import stream_reader
from counterfoil.operations.rollup_marks import mark

handler = stream_reader(mark)
