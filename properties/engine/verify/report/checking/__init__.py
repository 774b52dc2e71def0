"""Certificates checked in the page: three checkers agree, of what is kept, drawn, edited and hostile."""
