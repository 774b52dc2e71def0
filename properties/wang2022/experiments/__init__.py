"""The tables and figures of wang2022, trained again."""
