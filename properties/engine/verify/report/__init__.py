"""The report: the page and what lies beside it, from runs that were saved, by a stranger perhaps."""
