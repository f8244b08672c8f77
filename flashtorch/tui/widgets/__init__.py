"""The parts of a screen; each is mounted once and shown what there is."""
