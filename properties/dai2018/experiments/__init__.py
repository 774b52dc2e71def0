"""The tables and figures of dai2018, trained again."""
