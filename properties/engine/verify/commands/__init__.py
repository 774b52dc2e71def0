"""The command line: contracts, exit statuses, tables."""
