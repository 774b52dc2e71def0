"""The tables and figures of koehler2022, trained again."""
