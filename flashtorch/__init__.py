"""flashtorch: a terminal trainer that makes PyTorch knowledge stick."""

__version__ = "0.1.0"
