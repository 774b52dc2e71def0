"""What the papers' properties rest on beside the claims: descents, tables, figures, what is concluded."""
