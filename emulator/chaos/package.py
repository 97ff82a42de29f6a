"""Change one file of the function's zip."""

import io
import zipfile
from collections.abc import Callable


def change_file(code: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """Return the zip with `change` made to the content of its one file `name`; raise `LookupError` if it has none."""
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(code)) as whole, zipfile.ZipFile(changed, "w") as copy:
        if name not in whole.namelist():
            raise LookupError(f"the function's zip has no {name}: the chaos run has to follow the code")
        for member in whole.infolist():
            content = whole.read(member)
            copy.writestr(member, change(content) if member.filename == name else content)
    return changed.getvalue()
