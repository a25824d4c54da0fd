"""What stops a command of this folder; every message is one line for the one who typed it.

LocalError
├── TemplateError   template.yaml cannot be read, or not followed on this machine
├── SettingsError   a variable that cannot be used
├── EngineError     an engine that cannot be had, does not start, or ended
├── TablesError     the endpoint refuses the tables, or holds other ones
├── WorkersError    the functions cannot be imported
└── ToolError       Python 3.13, sam or the emulator is missing or failed
"""


class LocalError(Exception):
    """Raised for what the reader of one line can set right."""


class TemplateError(LocalError):
    """Raised for what template.yaml holds and this machine cannot follow."""


class SettingsError(LocalError):
    """Raised for a variable of the environment that cannot be used."""


class EngineError(LocalError):
    """Raised when an engine cannot be had, does not start, or ended."""


class TablesError(LocalError):
    """Raised when the endpoint refuses the template's tables, or holds other ones."""


class WorkersError(LocalError):
    """Raised when the process that imports the handlers ended before it was ready."""


class ToolError(LocalError):
    """Raised when a tool of `make build` or `make smoke` is missing or failed."""
