"""The hunt: the smallest certified counterexample to a claim, in seconds.

A portfolio of strategies (:mod:`~verify.hunt.portfolio`) looks at batches of thousands of points in floats; whatever
looks false there is judged exactly (:mod:`~verify.hunt.examiner`), certified, and made small. Tasks
(:mod:`~verify.hunt.tasks`) are described by small messages, so any executor can run them (:mod:`~verify.hunt.search`).
"""
