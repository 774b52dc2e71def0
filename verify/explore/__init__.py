"""Which premises matter: each is dropped, each domain widened by a step, each constant moved, and the rest is hunted.

A variant of the claim (:mod:`verify.claims.variants`) that falls says that a premise is needed, by a certificate of its
own; one that survives says no more than that. Hunts share a budget (:mod:`~verify.explore.hunting`), in an order
(:mod:`~verify.explore.exploration`); where constants stop being refuted is searched by bisection
(:mod:`~verify.explore.bisection`).
"""
