"""Reading a notebook so that whatever is wrong with it is told with its name."""

import nbformat
from nbformat.reader import NotJSONError


class Unreadable(Exception):
    """A notebook that cannot be read; the text says why."""


def read(path):
    """The notebook, checked against the format."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        notebook = nbformat.reads(text, as_version=4)
        _, notebook = nbformat.validator.normalize(notebook, strip_invalid_metadata=True)
        nbformat.validate(notebook)
    except OSError as error:
        raise Unreadable(error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise Unreadable("it is not UTF-8 text") from error
    except NotJSONError as error:
        raise Unreadable("it is not JSON") from error
    except Exception as error:  # nbformat fails in many ways on what is no notebook
        first = next(iter(str(error).splitlines()), "") or type(error).__name__
        raise Unreadable(f"it does not follow the notebook format: {first}") from error
    return notebook
