"""From an older version of the tables to today's: loaded only when a history is behind."""
