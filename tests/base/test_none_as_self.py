"""Methods of compiled classes, called on the class with None: an error, not the process's end."""

from __future__ import annotations

import subprocess
import sys

CODE = """
from latpred import _core

rooms = [each for each in vars(_core).values() if type(each) is type(_core)]
classes = {each for room in rooms for each in vars(room).values() if isinstance(each, type)}
called = 0
for each in sorted(classes, key=str):
    for name, member in vars(each).items():
        calls = [member.fget, member.fset] if isinstance(member, property) else [member]
        for call in calls:
            if type(call).__name__ not in ("instancemethod", "builtin_function_or_method"):
                continue
            for arguments in ((None,), (None, 0), (None, 0, 0)):
                try:
                    refused = call(*arguments) is NotImplemented  # as operators say it
                except (TypeError, AttributeError):  # the latter of methods of Python
                    refused = True
                called += 1
                if not refused:
                    print(each, name, arguments)
print("called", called)
"""


def test_none_is_no_object_of_any_class() -> None:
    """In a process of its own, which the fault would end."""
    command = [sys.executable, "-c", CODE]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-400:]
    *accepted, last = done.stdout.splitlines()
    assert accepted == []
    assert int(last.removeprefix("called ")) > 500
