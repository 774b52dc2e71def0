"""wang2022: descent, and the models of its figures."""
