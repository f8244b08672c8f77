"""The ways out: what was answered and what is known, as rows for spreadsheets and programs."""
