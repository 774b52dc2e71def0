"""Properties of the suite itself: its arithmetic, its judge, its claims and its commands."""
