"""What an audit of a latency table found."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence

from latpred._core import datasets as _native

__all__ = ["AuditReport", "Finding"]

Finding = _native.Finding


class AuditReport:
    """Findings of a first check; prints as text."""

    def __init__(self, findings: Sequence[Finding], rows: int) -> None:
        self.findings = list(findings)
        self.rows = rows

    @property
    def ok(self) -> bool:
        """Whether nothing was found (repeats with the same latency do no harm by themselves)."""
        return all(finding.kind == "duplicate" for finding in self.findings)

    def of_kind(self, kind: str) -> list[Finding]:
        """Findings of one kind: ignored-gene, unit, conflict, duplicate, outlier or shift."""
        return [finding for finding in self.findings if finding.kind == kind]

    def __len__(self) -> int:
        """Number of findings."""
        return len(self.findings)

    def __iter__(self) -> Iterator[Finding]:
        """The findings, gravest kinds first."""
        return iter(self.findings)

    def __str__(self) -> str:
        """One line a finding."""
        if not self.findings:
            return f"audit of {self.rows} rows: nothing found"
        lines = [f"{finding.kind}: {finding.message}" for finding in self.findings]
        return "\n- ".join([f"audit of {self.rows} rows:", *lines])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        """A table of the findings."""
        rows = "".join(
            f"<tr><td>{html.escape(finding.kind)}</td><td>{len(finding.rows)}</td>"
            f"<td style='text-align:left'>{html.escape(finding.message)}</td></tr>"
            for finding in self.findings
        )
        title = f"audit of {self.rows} rows" + ("" if self.findings else ": nothing found")
        head = "<tr><th>kind</th><th>rows</th><th>message</th></tr>"
        return f"<table><caption>{title}</caption>{head}{rows}</table>"
