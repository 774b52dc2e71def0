"""The arithmetics: they agree, enclose, and refuse what they cannot do."""
